"""The school's own page: where it stands, what it may download, and nothing of any other school."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit
from audits.tests.factories import make_meeting, make_open_audit
from awards.models import Award, Reflection
from awards.queries import my_school
from awards.services import queue_due_mail, reissue_certificate, send_outcome_pack
from awards.tests.factories import become, make_award, make_award_with_private_note
from hubportal.accounts.models import Role
from meetings.models import DataForm, MeetingStatus
from meetings.tests.factories import MeetingRequestFactory
from schools.models import ContactLink
from schools.queries import hub_profile
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_21_november_2026():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def school():
    return SchoolFactory(name="Wren Primary School")


@pytest.fixture
def contact(school):
    return ContactFactory(school=school, name="Ada Coordinator")


@pytest.fixture
def award(school, contact) -> Award:
    return make_award(school=school, level="silver", on=date(2026, 11, 5), sent=True)


def page_of(school):
    return my_school(school, now=timezone.now(), today=timezone.localdate())


def pages(award: Award) -> list[str]:
    logo = award.outcome_pack.files.filter(content_type="image/svg+xml").first()
    return [
        reverse("my_school"),
        reverse("my_certificate", args=[award.certificates.get().number]),
        reverse("my_logo", args=[award.pk, logo.filename]),
    ]


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR])
def test_my_school_pages_without_a_personal_link_explain_how_to_get_in(as_role, award, role):
    client = as_role(role)

    assert [client.get(page)["Location"] for page in pages(award)] == [reverse("link_needed")] * 3


def test_my_school_pages_open_for_the_schools_own_contact(as_contact, award, contact):
    client = as_contact(contact)

    assert [client.get(page).status_code for page in pages(award)] == [200, 200, 200]


def test_my_school_files_of_another_school_are_a_404(as_contact, award):
    stranger = ContactFactory()
    make_award(school=stranger.school, level="gold", sent=True)
    client = as_contact(stranger)

    response = client.get(reverse("my_school"))
    codes = [client.get(page).status_code for page in pages(award)[1:]]

    assert codes == [404, 404]
    assert "Wren Primary School" not in response.content.decode()
    assert award.certificates.get().number not in response.content.decode()


@pytest.mark.parametrize("change", ["revoked", "expired", "left"])
def test_my_school_link_that_no_longer_counts_opens_nothing(as_contact, award, contact, change):
    client = as_contact(contact)
    if change == "left":
        contact.left_at = NOW
        contact.save()
    else:
        when = {"revoked": {"revoked_at": NOW}, "expired": {"expires_at": NOW}}[change]
        ContactLink.objects.update(created_at=NOW - timedelta(days=500), **when)

    assert client.get(reverse("my_school"))["Location"] == reverse("link_needed")


def test_my_certificate_is_the_file_as_issued(as_contact, award, contact):
    certificate = award.certificates.get()

    response = as_contact(contact).get(reverse("my_certificate", args=[certificate.number]))

    assert response.content == bytes(certificate.pdf)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{certificate.number}.pdf"'


def test_my_logo_is_the_file_that_went_out_whatever_the_hub_is_called_now(as_contact, award, contact):
    hub = hub_profile()
    hub.name = "Renamed Hub"
    hub.save()
    files = award.outcome_pack.files.exclude(content_type="application/pdf")
    client = as_contact(contact)

    for file in files:
        response = client.get(reverse("my_logo", args=[award.pk, file.filename]))
        assert response.content == bytes(file.content)
        assert response["Content-Type"] == file.content_type
        assert response["Content-Disposition"] == f'attachment; filename="{file.filename}"'


def test_my_logo_that_was_not_sent_is_a_404(as_contact, award, contact):
    client = as_contact(contact)
    pdf = award.outcome_pack.files.get(content_type="application/pdf")

    codes = [client.get(reverse("my_logo", args=[award.pk, name])).status_code for name in ("other.svg", pdf.filename)]

    assert codes == [404, 404]


def test_my_school_award_is_unknown_until_its_pack_is_sent(as_contact, school, contact):
    award = make_award(school=school, level="gold", on=date(2026, 11, 5))
    client = as_contact(contact)

    response = client.get(reverse("my_school"))

    assert response.context["page"].award is None
    assert "Gold" not in response.content.decode()
    assert client.get(reverse("my_certificate", args=[award.certificates.get().number])).status_code == 404
    send_outcome_pack(award=award, by=UserFactory())
    assert client.get(reverse("my_school")).context["page"].award == award


def test_my_school_shows_award_files_and_priorities(as_contact, award, contact):
    response = as_contact(contact).get(reverse("my_school"))

    page, text = response.context["page"], response.content.decode()
    assert (page.award, page.status, page.certificate) == (award, "current", award.certificates.get())
    assert [group.title for group in page.logos] == ["Logos for light backgrounds", "Logos for dark backgrounds"]
    assert [(logo.kind, logo.label) for logo in page.logos[0].files] == [
        ("svg", "Logo, any size"),
        ("png", "Logo, 256 pixels wide"),
        ("png", "Logo, 512 pixels wide"),
        ("png", "Logo, 1024 pixels wide"),
        ("png", "Logo, 2048 pixels wide"),
    ]
    sent = award.outcome_pack.files.exclude(content_type="application/pdf")
    assert {logo.filename: logo.size for group in page.logos for logo in group.files if logo.size} == {
        file.filename: len(file.content) for file in sent
    }
    assert [priority.action for priority in page.priorities] == ["Action 1", "Action 2", "Action 3"]
    for words in (award.reason, f"{award.next_step_lead}:", *award.next_changes, *pages(award)[1:]):
        assert words in text
    assert text.count('<h2 id="award-title">Your award</h2>') == 1
    assert reverse("leave_school") in text


def test_my_school_offers_what_was_agreed_on_paper(as_contact, award, contact):
    page = as_contact(contact).get(reverse("my_school")).content.decode()

    assert [page.count(reverse(name, args=[award.audit_id])) for name in ("my_audit_pdf", "my_audit_word")] == [1, 1]


def test_my_school_never_shows_the_private_note(as_contact, school, contact):
    award = make_award_with_private_note("PRIVATE", school=school)
    send_outcome_pack(award=award, by=UserFactory())

    assert "PRIVATE" not in as_contact(contact).get(reverse("my_school")).content.decode()


def test_my_school_corrected_certificate_takes_the_place_of_the_first(award, school):
    corrected = reissue_certificate(award=award, school_name="Oak", reason="A new name.", by=UserFactory())

    assert page_of(school).certificate == corrected


def test_my_school_working_towards_bronze_has_no_files_but_a_way_on(as_contact, school, contact):
    make_award(school=school, level="working_towards", on=date(2026, 11, 5), sent=True)

    response = as_contact(contact).get(reverse("my_school"))

    page, text = response.context["page"], response.content.decode()
    assert (page.certificate, page.logos) == (None, ())
    assert (page.coming_up[-1].on, page.coming_up[-1].what) == (
        date(2029, 11, 5),
        "We invite you to the next conversation",
    )
    assert page.steps[-1].detail == "when you are ready"
    assert '<h2 id="award-title">Where your school is</h2>' in text
    assert "When you feel that you have taken these steps, tell us" in text
    assert "Certificate and logos" not in text


def test_my_school_working_towards_bronze_never_ends(as_contact, school, contact):
    make_award(school=school, level="working_towards", on=date(2022, 11, 3), sent=True)

    response = as_contact(contact).get(reverse("my_school"))

    text = response.content.decode()
    assert (response.context["page"].status, response.context["page"].coming_up) == ("current", ())
    assert [words for words in ("Expired", "Your award", " ends", " ended", "3 November 2025") if words in text] == []
    assert text.count("We are ready") == 1


def test_my_school_working_towards_bronze_asks_for_a_follow_up_visit(as_contact, school, contact):
    make_award(school=school, level="working_towards", on=date(2026, 11, 5), sent=True)
    link = reverse("own_request", args=["follow_up"])
    client = as_contact(contact)

    text = client.get(reverse("my_school")).content.decode()

    assert text.count(f'href="{link}">We are ready</a>') == 1
    assert client.get(link).status_code == 200


def test_my_school_ready_for_a_follow_up_visit_is_asked_once(as_contact, school, contact):
    make_award(school=school, level="working_towards", on=date(2026, 11, 5), sent=True)
    client = as_contact(contact)
    MeetingRequestFactory(school=school, kind="follow_up")

    asked = client.get(reverse("my_school")).content.decode()
    make_meeting(school=school, on=date(2026, 12, 2), kind="follow_up")
    booked = client.get(reverse("my_school")).content.decode()

    assert (asked.count("We are ready"), asked.count("Thank you for telling us that you are ready.")) == (0, 1)
    assert (booked.count("We are ready"), booked.count("the date is at the top of this page")) == (0, 1)


@pytest.mark.parametrize(("is_sent", "number"), [(True, 1), (False, 0)])
def test_my_school_with_something_on_record_leads_to_what_is_made_of_it(as_contact, school, contact, is_sent, number):
    make_award(school=school, on=date(2026, 11, 5), sent=is_sent)

    text = as_contact(contact).get(reverse("my_school")).content.decode()

    assert [text.count(f'href="{reverse(name)}"') for name in ("companion", "music_plan")] == [number, number]


def test_my_school_follow_up_visit_asks_for_no_data_form(as_contact, school, contact):
    meeting = make_meeting(school=school, on=date(2026, 12, 2), kind="follow_up")

    text = as_contact(contact).get(reverse("my_school")).content.decode()

    assert "Follow-up visit on Wednesday 2 December 2026" in text
    assert reverse("data_form", args=[meeting.pk]) not in text


def test_my_school_expired_award_says_so(as_contact, school, contact):
    award = make_award(school=school, on=date(2023, 11, 20), sent=True)

    response = as_contact(contact).get(reverse("my_school"))

    text = response.content.decode()
    assert "Expired" in text
    assert "The award ended on 20 November 2026; please take the logos down." in text
    assert response.context["page"].logos == ()
    assert "Certificate (ended 20 November 2026)" in text
    assert pages(award)[1] in text
    assert "Certificate and logos" not in text
    button = f'<a class="btn btn-primary" href="{reverse("request_meeting")}?school={school.urn}">'
    assert text.count(f"{button}Request your next meeting</a>") == 1
    assert text.count("btn-primary") == 1


@pytest.mark.parametrize("arranged", ["request", "other times", "meeting"])
def test_my_school_expired_award_with_the_next_meeting_under_way_does_not_ask_for_it(
    as_contact, school, contact, arranged
):
    make_award(school=school, on=date(2023, 11, 20), sent=True)
    if arranged == "request":
        MeetingRequestFactory(school=school)
    elif arranged == "other times":
        officer = school.area.leader
        MeetingRequestFactory(school=school, status="asked", asked_at=NOW, asked_by=officer, asked_message="When?")
    else:
        make_meeting(school=school, on=date(2026, 12, 2))

    response = as_contact(contact).get(reverse("my_school"))

    assert response.context["page"].status == "expired"
    assert "Request your next meeting" not in response.content.decode()


def test_my_school_withdrawn_award_is_not_shown_as_held(school, award):
    become("withdrawn")

    assert (page_of(school).award, page_of(school).earlier) == (None, ())


def test_my_school_earlier_awards_stay_downloadable(as_contact, school, contact, award):
    newer = make_award(school=school, level="gold", on=date(2026, 11, 20), sent=True)

    page = page_of(school)

    assert (page.award, page.earlier) == (newer, (award,))
    assert as_contact(contact).get(pages(award)[1]).status_code == 200


def test_my_school_missed_meeting_leaves_the_journey_where_it_was(as_contact, school, contact):
    client = as_contact(contact)
    before = client.get(reverse("my_school")).context["page"].current
    meeting = make_meeting(school=school, on=date(2026, 11, 2))
    type(meeting).objects.update(status=MeetingStatus.NO_SHOW, missed_at=NOW, missed_by=meeting.officer)

    assert client.get(reverse("my_school")).context["page"].current == before


def test_my_school_booked_meeting_leads_to_the_data_form(as_contact, school, contact):
    meeting = make_meeting(school=school, on=date(2026, 12, 2))
    make_meeting(school=school, on=date(2026, 12, 3), status=MeetingStatus.HELD)
    client = as_contact(contact)

    before = client.get(reverse("my_school"))
    DataForm.objects.create(meeting=meeting, saved_at=NOW, sent_at=NOW)
    after = client.get(reverse("my_school"))

    for response in (before, after):
        assert reverse("data_form", args=[meeting.pk]) in response.content.decode()
    assert "Open the data form" in before.content.decode()
    assert "Data form received" in after.content.decode()


@pytest.mark.parametrize(
    ("done_at", "text"),
    [(None, "rate your own school beforehand"), (NOW, "See or change how you rated your school")],
    ids=["not done", "done"],
)
def test_my_school_invites_to_rate_beforehand_until_the_ratings_are_ready(as_contact, school, contact, done_at, text):
    audit = make_open_audit(meeting=make_meeting(school=school, on=date(2026, 12, 2)))
    Audit.objects.filter(pk=audit.pk).update(school_done_at=done_at)

    page = as_contact(contact).get(reverse("my_school")).content.decode()

    link = reverse("own_view", args=[audit.meeting_id])
    assert re.findall(f'<a href="{link}">([^<]*)</a>', page) == [text]


@pytest.mark.parametrize(
    "stage, current",
    [
        ("nothing", None),
        ("booked", "meet"),
        ("held", "award"),
        ("unsent", "award"),
        ("sent", "12"),
        ("reflected", "24"),
        ("reflected twice", "renew"),
        ("booked again", "meet"),
    ],
)
def test_my_school_says_where_the_school_stands(school, contact, stage, current):
    if stage == "booked":
        make_meeting(school=school, on=date(2026, 12, 2))
    elif stage == "held":
        make_meeting(school=school, on=date(2026, 11, 5), status=MeetingStatus.HELD)
    elif stage == "unsent":
        make_award(school=school, on=date(2026, 11, 5))
    elif stage != "nothing":
        make_award(school=school, on=date(2026, 11, 5), sent=True)
    months = {"reflected": [12], "reflected twice": [12, 24]}.get(stage, [])
    Reflection.objects.filter(month__in=months).update(answered_at=NOW)
    if stage == "booked again":
        make_meeting(school=school, on=date(2026, 12, 2))

    page = page_of(school)

    assert page.current == current
    assert [step.key for step in page.steps] == ["ask", "meet", "award", "12", "24", "renew"]


def test_my_school_says_what_comes_next_and_when(school, award):
    meeting = make_meeting(school=school, on=date(2026, 12, 2), kind="additional")

    coming = [(row.on, row.what) for row in page_of(school).coming_up]

    assert coming == [
        (date(2026, 12, 2), f"Additional meeting with {meeting.officer.name}"),
        (date(2027, 11, 5), "We send you a short reflection sheet, 12 months after the meeting"),
        (date(2028, 11, 5), "We send you a short reflection sheet, 24 months after the meeting"),
        (date(2029, 11, 5), "Your award ends; before that, we invite you to the next conversation"),
    ]


def test_my_school_sheet_that_was_sent_asks_for_an_answer(as_contact, award, contact):
    queue_due_mail(date(2027, 11, 5))
    sheet = award.audit.reflections.get(month=12)
    client = as_contact(contact)

    asked = client.get(reverse("my_school")).context["page"]
    Reflection.objects.filter(pk=sheet.pk).update(answered_at=NOW)
    answered = client.get(reverse("my_school")).context["page"]

    assert (asked.to_answer, asked.answered) == ((sheet,), ())
    assert (answered.to_answer, answered.answered) == ((), (sheet,))


@pytest.mark.parametrize("number", [1, 3])
def test_my_school_asks_the_same_number_of_queries(as_contact, school, contact, number, django_assert_num_queries):
    for past in reversed(range(number)):
        make_award(school=school, on=date(2026 - past, 11, 5), sent=True)
        make_meeting(school=school, on=date(2026, 12, 1 + past))
    client = as_contact(contact)

    # Session, link; awards, certificates, priorities, promises, notes; sheets, those to answer; meetings, request;
    # the recommendation and its steps, the public list; logos; the person's entries, the school's people; and the hub's
    # profile for the logos, the badge, the wording and the page.
    with django_assert_num_queries(21):
        client.get(reverse("my_school"))
