"""A name gives nobody access to what is held about others, and an erasure takes nothing from them by a name alone."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from audits.models import Priority
from awards.tests.factories import make_award
from hubportal.accounts.models import Role
from hubportal.mail.models import IncomingEmail
from hubportal.mail.tests.factories import EmailFactory
from meetings.models import DataForm, MeetingRequest
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory
from schools.models import Contact, TimelineEvent, TimelineKind
from schools.personal_data import HOLDINGS, Person
from schools.rules import Traces
from schools.services import erase_person, export_person, forget_what_is_past_its_time, keep_contact
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.timeline import record_event

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "Alice O'Penrose", "alice.openrose@oak.example.org"


@pytest.fixture
def alice():
    return ContactFactory(name=NAME, email=ADDRESS)


def stranger_of(school, name, **changes):
    """Somebody who has sent the public form under this name: their entry, a line on the timeline and a mail to them."""
    typed = {"school": school, "name": name, "role": "other", "email": "mallory@evil.example.org"} | changes
    stranger = keep_contact(**typed, consent_wording="Yes", at=timezone.now())
    MeetingRequestFactory(school=school, contact=stranger, name=name, email=stranger.email)
    record_event(school=school, kind=TimelineKind.REQUEST, text=f"{name} asked for a meeting.", by_contact=stranger)
    EmailFactory(to_address=stranger.email, to_name=name, status="sent", sent_at=timezone.now(), context={})
    return stranger


def held_texts(contact, **reader):
    data = export_person(contact=contact, now=timezone.now(), **reader)
    return json.dumps(data["held"], ensure_ascii=False, default=str)


def test_what_is_ones_own_never_follows_from_a_name():
    words = Traces("a@oak.example.org", names=("Alice Penrose",), phones=("0116 496 0555",))
    nameless = Traces("a@oak.example.org")

    for holding in HOLDINGS:
        for rows in filter(None, (holding.own, holding.typed_rows)):
            with_name = rows(Person(words, words, (1,), (2,), ("Oak School",)))
            without = rows(Person(nameless, nameless, (1,)))
            assert str(with_name) == str(without), holding.title


@pytest.mark.parametrize("is_confirmed", [True, False])
@pytest.mark.parametrize("name", ["er", "Jane Smith"])
def test_export_to_a_person_holds_nothing_by_name(name, is_confirmed):
    award = make_award()
    school = award.audit.meeting.school
    stranger = stranger_of(school, name)
    if is_confirmed:
        Contact.objects.filter(pk=stranger.pk).update(confirmed_at=timezone.now())
        stranger.refresh_from_db()
    record_event(school=school, kind=TimelineKind.NOTE, text="Jane Smith handed over to Peter.")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL hubportal.erasing = 'on'")
        Priority.objects.filter(audit=award.audit).update(owner=name, action="Start a choir")
    IncomingEmail.objects.create(
        message_id="<3@x>", received_at=timezone.now(), from_address="jane@home.example.org",
        body_text="I am feverish.", sort="withdrawal",
        outcome=f"An officer withdrew consent for {name}, {school.name}. Confirmed by mail, once.",
    )  # fmt: skip

    held = held_texts(stranger)

    assert [secret for secret in ("Peter", "choir", "feverish") if secret in held] == []


def test_export_to_somebody_not_confirmed_is_what_they_typed_and_were_sent():
    stranger = stranger_of(SchoolFactory(), "Mallory Grey")
    EmailFactory(to_address=stranger.email, status="cancelled", subject="Never sent", context={})

    data = export_person(contact=stranger, now=timezone.now())

    assert {title: len(records) for title, records in data["held"].items()} == {
        "Entries as a contact of a school": 1,
        "E-mails to this address": 1,
        "Meeting requests": 1,
    }
    assert "Status" not in data["held"]["Meeting requests"][0]


@pytest.mark.parametrize(
    ("name", "text", "is_found"),
    [
        ("Jane Smith", "We spoke with jane  smith today.", True),
        ("Jane Smith", "Jane Smithson rang.", False),
        ("Jane", "Jane rang.", False),
        ("J Smith", "J Smith rang.", False),
    ],
)
def test_export_to_an_administrator_finds_whole_names_of_confirmed_people(name, text, is_found):
    contact = ContactFactory(name=name)
    record_event(school=contact.school, kind=TimelineKind.NOTE, text=text)

    data = export_person(contact=contact, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    assert ("Lines on a school’s timeline" in data["held"]) is is_found


def test_export_to_an_administrator_finds_no_name_that_nobody_confirmed():
    stranger = stranger_of(SchoolFactory(), "Jane Smith")
    record_event(school=stranger.school, kind=TimelineKind.NOTE, text="Jane Smith is feverish.")

    assert "feverish" not in held_texts(stranger, by=UserFactory(role=Role.ADMINISTRATOR))


def test_export_by_staff_who_are_no_administrators_is_refused():
    with pytest.raises(ValidationError, match="Only an administrator"):
        export_person(contact=ContactFactory(), by=UserFactory(), now=timezone.now())


@pytest.mark.parametrize("name", ["Bronze", "Bronze awarded", "the"])
def test_forgetting_a_stranger_leaves_the_schools_history_alone(name):
    school = SchoolFactory()
    text = "Bronze awarded after the meeting, says mallory@evil.example.org."
    record_event(school=school, kind=TimelineKind.NOTE, text=text)
    mail = EmailFactory(context={"contact": ContactFactory(school=school).pk}, subject=text, body_text=text)
    stranger_of(school, name)

    forget_what_is_past_its_time(as_of=timezone.localdate() + timedelta(days=800))

    mail.refresh_from_db()
    lines = set(TimelineEvent.objects.values_list("text", flat=True))
    assert (mail.subject, mail.body_text) == (text, text)
    assert lines == {
        text,
        "Erased person asked for a meeting.",
        "A former contact (contact) was erased two years after they left.",
    }
    assert MeetingRequest.objects.get().name == "Erased person"


def test_erase_person_takes_out_no_name_that_a_stranger_typed_under_their_address(alice):
    stranger_of(alice.school, "Bronze Award", email=ADDRESS)
    record_event(school=alice.school, kind=TimelineKind.NOTE, text=f"Bronze Award for {NAME}")

    erase_person(contact=alice, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    assert alice.school.timeline.filter(text="Bronze Award for Erased person").exists()


def test_erase_person_searches_no_school_where_nobody_confirmed_them(alice):
    elsewhere = stranger_of(SchoolFactory(), NAME, email=ADDRESS).school
    record_event(school=elsewhere, kind=TimelineKind.NOTE, text=f"{NAME} of this school")

    erase_person(contact=alice, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    assert elsewhere.timeline.filter(text=f"{NAME} of this school").exists()


def test_erase_person_leaves_the_schools_own_words_to_the_school():
    head = ContactFactory(name="Music")
    form = DataForm.objects.create(
        meeting=MeetingFactory(school=head.school), singing="Music every day", saved_at=timezone.now(),
        sent_at=timezone.now(), sent_by=head,
    )  # fmt: skip

    erase_person(contact=head, by=UserFactory(role=Role.ADMINISTRATOR), now=timezone.now())

    form.refresh_from_db()
    assert form.singing == "Music every day"
