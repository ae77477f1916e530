"""What the privacy notice promises comes true by itself, on the day and not a day before."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audits.models import Audit, Priority
from awards.tests.factories import make_award
from hubportal.mail.models import EarlierText, Email, EmailAttachment, IncomingEmail
from hubportal.mail.tests.factories import EmailFactory, IncomingEmailFactory
from meetings.models import MeetingRequest, RequestDraft
from meetings.rules import DRAFT_KEPT_DAYS, LONDON
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory
from schools.models import Contact
from schools.personal_data import FORGETTERS
from schools.services import forget_what_is_past_its_time
from schools.services.forgetting import FORGOTTEN_BODY
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
# The day itself, late: it counts in Europe/London. A day later is not yet the time.
BOUNDARY = [(0, True), (1, False), (-400, True)]


def years_ago(years, *, days=0):
    return datetime(TODAY.year - years, TODAY.month, TODAY.day, 23, 30, tzinfo=LONDON) + timedelta(days=days)


def forget(as_of=TODAY):
    return forget_what_is_past_its_time(as_of=as_of)


def test_every_app_says_what_it_forgets():
    assert sorted(forget.__name__ for forget in FORGETTERS) == [
        "forget_answers",
        "forget_drafts",
        "forget_mails",
        "forget_owners",
        "forget_people",
        "forget_requests",
    ]


@pytest.mark.parametrize(("days", "is_forgotten"), BOUNDARY)
def test_people_two_years_after_they_left(days, is_forgotten):
    contact = ContactFactory(left_at=years_ago(2, days=days))

    numbers = [forget(), forget()]

    contact.refresh_from_db()
    assert (contact.erased_at is not None, contact.name == "Erased person") == (is_forgotten, is_forgotten)
    assert numbers == [int(is_forgotten), 0]


def test_people_erased_in_time_are_noted_without_a_name():
    contact = ContactFactory(left_at=years_ago(2))

    forget()

    assert contact.school.timeline.get().text == (
        "A former contact (music coordinator) was erased two years after they left."
    )


def test_people_who_are_there_or_at_another_school_still_are_kept():
    there = ContactFactory(created_at=years_ago(9), consented_at=years_ago(9), confirmed_at=years_ago(9))
    left = ContactFactory(left_at=years_ago(5))
    ContactFactory(email=left.email.upper())

    assert (forget(), Contact.objects.filter(erased_at__isnull=False).count()) == (0, 0)
    assert there.name != "Erased person"


def test_people_who_left_several_schools_go_with_the_last_one():
    first = ContactFactory(left_at=years_ago(5))
    ContactFactory(email=first.email.upper(), left_at=years_ago(2, days=1))

    assert [forget(), forget(TODAY + timedelta(days=1))] == [0, 1]
    assert Contact.objects.filter(name="Erased person").count() == 2


@pytest.mark.parametrize(("days", "is_forgotten"), BOUNDARY)
def test_strangers_two_years_after_they_asked(days, is_forgotten):
    asked_at = years_ago(2, days=days)
    ContactFactory(confirmed_at=None, created_at=years_ago(4), consented_at=asked_at)

    assert forget() == int(is_forgotten)


def test_people_who_sign_in_as_staff_hold_up_nobody():
    ContactFactory(email=UserFactory().email, left_at=years_ago(3))
    ContactFactory(left_at=years_ago(3))

    assert forget() == 1


@pytest.mark.parametrize(("saved_on", "is_forgotten"), [(date(2026, 10, 24), True), (date(2026, 10, 25), False)])
def test_drafts_thirty_days_after_they_were_saved(saved_on, is_forgotten):
    saved_at = datetime.combine(saved_on, time.min, tzinfo=LONDON).astimezone(UTC)
    draft = RequestDraft.mint(destination="/", email="a@oak.example.org")
    draft.created_at = draft.saved_at = saved_at
    draft.expires_at = datetime.combine(saved_on + timedelta(days=DRAFT_KEPT_DAYS), time.min, tzinfo=LONDON)
    draft.save()

    forget()

    assert RequestDraft.objects.exists() is not is_forgotten


@pytest.mark.parametrize(("days", "is_forgotten"), BOUNDARY)
def test_mails_that_came_in_a_year_after(days, is_forgotten):
    IncomingEmailFactory(received_at=years_ago(1, days=days))

    forget()

    assert IncomingEmail.objects.exists() is not is_forgotten


@pytest.mark.parametrize(("days", "is_forgotten"), BOUNDARY)
def test_mails_six_years_after_they_were_sent(days, is_forgotten):
    email = EmailFactory(status="sent", sent_at=years_ago(6, days=days), to_name="Alice", subject="Booked")
    for position, kind in enumerate(("text/calendar; method=REQUEST", "application/pdf")):
        EmailAttachment.objects.create(
            email=email, position=position, filename="x", content_type=kind, content=b"", sha256=""
        )
    EarlierText.objects.create(
        email=email, subject="x", body_text="x", replaced_at=timezone.now(), replaced_by=UserFactory()
    )
    before = email.body_text

    numbers = [forget(), forget()]

    email.refresh_from_db()
    expected = ("Erased person", "erased@person.invalid", FORGOTTEN_BODY, "") if is_forgotten else (
        "Alice", email.to_address, before, email.body_html
    )  # fmt: skip
    assert (email.to_name, email.to_address, email.body_text, email.body_html) == expected
    assert (email.subject, email.status, numbers) == ("Booked", "sent", [int(is_forgotten), 0])
    assert email.attachments.count() == (1 if is_forgotten else 2)
    assert email.earlier_texts.exists() is not is_forgotten


@pytest.mark.parametrize(("status", "is_forgotten"), [("failed", True), ("cancelled", True), ("queued", False)])
def test_mails_that_never_went_count_from_the_day_they_were_written(status, is_forgotten):
    EmailFactory(status=status, created_at=years_ago(6))

    forget()

    assert Email.objects.filter(body_text=FORGOTTEN_BODY).exists() is is_forgotten


@pytest.mark.parametrize(("days", "is_forgotten"), BOUNDARY)
def test_requests_six_years_after_their_meeting(days, is_forgotten):
    ended_at = years_ago(6, days=days)
    request = MeetingRequestFactory(
        created_at=years_ago(8), name="Alice", phone="01", head_name="Bob", head_email="b@x.example.org", notes="Ring"
    )
    meeting = MeetingFactory(school=request.school, request=request)
    meeting.period = DateTimeTZRange(ended_at - timedelta(minutes=90), ended_at)
    meeting.save()

    numbers = [forget(), forget()]

    request.refresh_from_db()
    typed = (request.name, request.phone, request.head_name, request.head_email, request.notes)
    kept = ("Alice", "01", "Bob", "b@x.example.org", "Ring")
    assert typed == (("Erased person", "", "", "", "") if is_forgotten else kept)
    assert (request.status, numbers) == ("new", [int(is_forgotten), 0])


@pytest.mark.parametrize(("days", "is_forgotten"), BOUNDARY)
def test_requests_without_a_meeting_count_from_their_answer(days, is_forgotten):
    MeetingRequestFactory(
        created_at=years_ago(8),
        status="declined",
        decline_reason="x",
        decided_at=years_ago(6, days=days),
        decided_by=UserFactory(),
    )

    forget()

    assert MeetingRequest.objects.filter(name="Erased person").exists() is is_forgotten


@pytest.mark.parametrize(("days", "is_forgotten"), [(0, True), (1, False)])
def test_owners_of_priorities_six_years_after_the_meeting(days, is_forgotten):
    award = make_award(on=date(2026, 11, 4))
    meeting = award.audit.meeting
    ended_at = years_ago(6, days=days)
    meeting.period = DateTimeTZRange(ended_at - timedelta(minutes=90), ended_at)
    meeting.save()
    before = list(Priority.objects.values_list("action", "support", "due_on"))
    Audit.objects.update(priorities_draft=[{"owner": "Alice"}])

    numbers = [forget(), forget()]

    owners = set(Priority.objects.values_list("owner", flat=True))
    assert (owners == {"Erased person"}, Audit.objects.get().priorities_draft == []) == (is_forgotten, is_forgotten)
    assert list(Priority.objects.values_list("action", "support", "due_on")) == before
    assert numbers[1] == 0
