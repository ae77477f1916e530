"""The school's own page: who is here in which roles, who else is written to, the public list, files and notes."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from audits.models import Priority
from audits.tests.factories import make_meeting
from awards.logos import LogoFile
from awards.models import Award, ProgressNote, PublicListing
from awards.queries import logo_choices, my_people
from awards.rules import listing_wording
from awards.services import add_progress_note
from awards.tests.factories import become, make_award
from awards.views.progress import TOO_MANY
from meetings.models import DataForm, MeetingStatus
from schools.models import Contact, ContactRole, School
from schools.queries import hub_profile
from schools.tests.factories import ContactFactory, SchoolFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_21_november_2026():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def school() -> School:
    return SchoolFactory(name="Wren Primary School")


@pytest.fixture
def contact(school: School) -> Contact:
    return ContactFactory(school=school, name="Ada Coordinator", email="ada@wren.example.org")


@pytest.fixture
def award(school: School, contact: Contact) -> Award:
    return make_award(school=school, level="silver", on=date(2026, 11, 5), sent=True)


def first_priority(award: Award) -> Priority:
    return award.audit.priorities.get(number=1)


def page(client) -> str:
    return client.get(reverse("my_school")).content.decode()


# --- People -----------------------------------------------------------------------------------------------------------


def test_my_people_are_shown_without_the_addresses_of_colleagues(as_contact, school, contact):
    ContactFactory(school=school, name="Bo Head", role=ContactRole.HEAD_TEACHER, email="bo.head@wren.example.org")
    ContactFactory(school=school, name="Left Already", left_at=NOW)
    ContactFactory(school=school, name="Not Confirmed", confirmed_at=None)
    ContactFactory(name="Of Another School")

    colleagues = my_people(contact).colleagues
    text = page(as_contact(contact))

    assert [(one.name, one.role, one.address, one.is_you) for one in colleagues] == [
        ("Ada Coordinator", "Music coordinator", "ada@wren.example.org", True),
        ("Bo Head", "Head teacher", "b…@wren.example.org", False),
    ]
    assert [text.count(word) for word in ("bo.head@", "Left Already", "Not Confirmed", "Of Another School")] == [0] * 4


def test_my_people_say_in_which_roles_somebody_is_here(as_contact, school, contact):
    ContactFactory(school=school, email=contact.email.upper(), role=ContactRole.HEAD_TEACHER, name=contact.name)

    text = page(as_contact(contact))

    assert text.count("You are here as music coordinator and head teacher of Wren Primary School") == 1


def test_my_people_offer_the_other_schools_of_the_same_person(as_contact, contact):
    elsewhere = ContactFactory(email=contact.email, school__name="Brook Infant School")
    ContactFactory(school=elsewhere.school, email=contact.email, role=ContactRole.OTHER)
    ContactFactory(email=contact.email, confirmed_at=None, school__name="Not Confirmed School")

    text = page(as_contact(contact))

    assert my_people(contact).elsewhere == (elsewhere,)
    assert [text.count(name) for name in ("Go to Brook Infant School", "Not Confirmed School")] == [1, 0]


@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        (ContactRole.MUSIC_COORDINATOR, "We ask you, as music coordinator."),
        (ContactRole.HEAD_TEACHER, "We ask Ada Coordinator, your music coordinator; you may do it as well."),
    ],
)
def test_my_school_says_of_whom_the_data_form_is_asked(as_contact, school, contact, role, sentence):
    make_meeting(school=school, on=date(2026, 12, 2))
    reader = contact if role == contact.role else ContactFactory(school=school, role=role)

    assert page(as_contact(reader)).count(sentence) == 1


def test_my_school_shows_what_this_person_agreed_to(as_contact, contact):
    text = page(as_contact(contact))

    assert text.count("You agreed on 21 November 2026 that we write to you.") == 1
    assert text.count(contact.consent_wording) == 1


def test_my_school_keeps_the_last_data_form_that_was_sent_at_hand(as_contact, school, contact):
    meetings = [make_meeting(school=school, on=date(2026, 10, day), status=MeetingStatus.HELD) for day in (5, 12, 19)]
    for meeting, sent in zip(meetings, (True, True, False), strict=True):
        DataForm.objects.create(meeting=meeting, saved_at=NOW, sent_at=NOW - timedelta(days=20) if sent else None)
    client = as_contact(contact)

    text = page(client)

    links = [text.count(reverse("data_form", args=[meeting.pk])) for meeting in meetings]
    assert links == [0, 1, 0]
    assert client.get(reverse("data_form", args=[meetings[1].pk])).status_code == 200


# --- Files ------------------------------------------------------------------------------------------------------------


def test_my_logo_of_a_size_that_was_not_sent_is_drawn(as_contact, award, contact, monkeypatch):
    monkeypatch.setattr(LogoFile, "content", property(lambda logo: f"drawn {logo.size}".encode()))
    [name] = [logo.filename for logo in logo_choices(award) if logo.ground == "dark" and logo.size == 2048]

    response = as_contact(contact).get(reverse("my_logo", args=[award.pk, name]))

    assert (response.content, response["Content-Type"]) == (b"drawn 2048", "image/png")


def test_my_school_of_an_award_that_has_ended_offers_no_logo_badge_or_credential(as_contact, school, contact):
    ended = make_award(school=school, on=date(2023, 11, 20), sent=True)
    [drawn] = [logo.filename for logo in logo_choices(ended) if logo.ground == "dark" and logo.size == 2048]
    client = as_contact(contact)

    text = page(client)

    key = ended.certificates.get().key
    assert [text.count(reverse(name, args=[key])) for name in ("badge", "credential")] == [0, 0]
    assert client.get(reverse("my_logo", args=[ended.pk, drawn])).status_code == 404


def test_my_school_has_the_badge_and_the_credential_of_an_award_in_force(as_contact, award, contact):
    key = award.certificates.get().key

    text = page(as_contact(contact))

    assert [text.count(reverse(name, args=[key])) for name in ("badge", "credential")] == [1, 1]


# --- The public list --------------------------------------------------------------------------------------------------


def test_my_listing_is_agreed_to_in_the_words_on_the_page_and_ended_again(as_contact, award, contact):
    client, wording = as_contact(contact), listing_wording(hub=hub_profile().name)
    shown = page(client)

    client.post(reverse("my_listing"))
    client.post(reverse("my_listing"))
    listing = PublicListing.objects.get()
    listed = page(client)
    client.post(reverse("my_listing"), {"end": "1"})

    assert shown.count(wording) == 1
    assert (listing.school, listing.listed_by, listing.wording) == (contact.school, contact, wording)
    assert listed.count("Ada Coordinator agreed on 21 November 2026.") == 1
    assert PublicListing.objects.standing().count() == 0


def test_my_listing_opened_changes_nothing(as_contact, award, contact):
    assert as_contact(contact).get(reverse("my_listing")).status_code == 405


def test_my_listing_without_a_link_explains_how_to_get_in(client, officer):
    assert client.post(reverse("my_listing")).url == reverse("link_needed")


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("awards_listing_one_standing", [{}, {}]),
        ("awards_listing_with_wording", [{"wording": ""}]),
        ("awards_listing_times_in_order", [{"ended_at": NOW - timedelta(days=1)}]),
    ],
)
def test_listing_that_cannot_be_is_refused_by_the_database(contact, constraint, facts):
    usual = {"school": contact.school, "wording": "We agree.", "listed_at": NOW}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PublicListing.objects.bulk_create(PublicListing(**usual | each) for each in facts)


# --- Progress notes ---------------------------------------------------------------------------------------------------


def test_my_progress_note_stands_with_its_priority_for_school_and_hub(as_contact, award, contact):
    priority, client = first_priority(award), as_contact(contact)

    response = client.post(reverse("my_progress", args=[priority.pk]), {"text": "The choir\r\nsings. "})

    note = ProgressNote.objects.get()
    assert (note.priority, note.text, note.by_contact, note.written_at) == (priority, "The choir\nsings.", contact, NOW)
    assert (response.url, len(said(response))) == (reverse("my_school"), 1)
    assert client.get(reverse("my_school")).context["page"].priorities[0].notes == (note,)
    assert contact.school.timeline.first().text == f"A note on how priority 1, {priority.criterion.title}, is going."


def test_progress_note_sent_twice_is_one_and_later_another(award, contact):
    priority = first_priority(award)
    times = [NOW, NOW + timedelta(minutes=59), NOW + timedelta(minutes=61)]

    added = [add_progress_note(priority=priority, text="As before.", by_contact=contact, now=at)[1] for at in times]

    assert added == [True, False, True]


def test_progress_notes_are_shown_to_staff(client, officer, award, contact):
    add_progress_note(priority=first_priority(award), text="The choir sings.", by_contact=contact)
    addresses = [
        reverse("award_detail", args=[award.pk]),
        reverse("school_detail", args=[contact.school.urn]),
        reverse("meeting_detail", args=[award.audit.meeting_id]),
    ]

    assert [client.get(address).content.decode().count("The choir sings.") for address in addresses] == [1, 1, 1]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("  ", "Write in a few words how it is going."),
        ("x" * 2001, "This may have at most 2000 characters; it has"),
    ],
    ids=["nothing", "too much"],
)
def test_my_progress_note_that_cannot_be_kept_comes_back_as_typed(as_contact, award, contact, text, problem):
    response = as_contact(contact).post(reverse("my_progress", args=[first_priority(award).pk]), {"text": text})

    form = response.context["form"]
    assert form["text"].value() == text
    assert form.errors["text"][0].startswith(problem)
    assert not ProgressNote.objects.exists()


def test_my_progress_notes_of_an_hour_have_an_end_and_the_words_stay(as_contact, award, contact, monkeypatch):
    monkeypatch.setattr("awards.views.progress.NOTES_AN_HOUR", 1)
    client, address = as_contact(contact), reverse("my_progress", args=[first_priority(award).pk])

    client.post(address, {"text": "Well."})
    second = client.post(address, {"text": "Even better."})

    assert second.context["form"].errors == {"__all__": [TOO_MANY]}
    assert (second.context["form"]["text"].value(), ProgressNote.objects.count()) == ("Even better.", 1)


def test_my_progress_of_what_is_not_a_current_priority_of_the_school_is_not_found(as_contact, award, contact):
    others = make_award(sent=True)
    unknown = make_award(school=award.school, on=date(2026, 11, 12))
    client = as_contact(contact)

    codes = [
        client.post(reverse("my_progress", args=[first_priority(one).pk]), {"text": "Well."}).status_code
        for one in (others, unknown)
    ]

    assert codes == [404, 404]
    with pytest.raises(ValidationError, match="not one of your school’s current ones"):
        add_progress_note(priority=first_priority(others), text="Well.", by_contact=contact)


def test_my_progress_of_an_earlier_conversation_lasts_as_long_as_something_is_open(as_contact, award, contact):
    make_award(school=award.school, on=date(2026, 11, 12), sent=True)
    address = reverse("my_progress", args=[first_priority(award).pk])
    client = as_contact(contact)

    open_still = client.get(address).status_code
    first_priority(award).promises.update(status="kept", settled_at=NOW)

    assert (open_still, client.get(address).status_code) == (200, 404)


@pytest.mark.parametrize("is_officer", [False, True])
def test_my_progress_without_a_link_explains_how_to_get_in(client, award, is_officer, request):
    if is_officer:
        request.getfixturevalue("officer")

    response = client.post(reverse("my_progress", args=[first_priority(award).pk]), {"text": "Well."})

    assert response.url == reverse("link_needed")


def test_progress_note_without_words_is_refused_by_the_database(award):
    with pytest.raises(IntegrityError, match="awards_progressnote_not_empty"), transaction.atomic():
        ProgressNote.objects.create(priority=first_priority(award), text="")


def test_my_school_of_a_withdrawn_award_has_no_files_and_no_list(as_contact, award, contact):
    become("withdrawn")

    text = page(as_contact(contact))

    assert [text.count(title) for title in ('id="files-title"', 'id="listing-title"', 'id="scheme-title"')] == [0] * 3
