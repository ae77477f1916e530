"""The one reminder of a sheet after three school weeks, and sheets that reached nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from awards.models import Reflection
from awards.services import queue_due_reflection_reminders, queue_due_reflections, stop_asking
from awards.tests.factories import become, make_audit, make_award, make_due_reflections
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email, EmailStatus
from meetings.models import HubHoliday
from schools.models import Contact, ContactRole, Engagement, School
from schools.services import set_engagement, withdraw_consent
from schools.tests.factories import AreaFactory, ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)  # A Friday; 15 school days later is Friday 27 November.
DUE = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(datetime(2026, 11, 27, 6, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def sheet() -> Reflection:
    """A sheet that left on 6 November."""
    return sent_sheets(1)[0]


@pytest.fixture
def ada() -> Contact:
    return Contact.objects.get()


def sent_sheets(number: int) -> list[Reflection]:
    made = make_due_reflections(number, due_on=SENT.date())
    with time_machine.travel(SENT, tick=False):
        queue_due_reflections(as_of=SENT.date())
    Email.objects.filter(reflection__in=made).update(status=EmailStatus.SENT, sent_at=SENT)
    return [Reflection.objects.get(pk=one.pk) for one in made]


def reminders() -> list[tuple[str, str]]:
    mails = Email.objects.filter(kind="reflection_reminder").order_by("pk")
    return list(mails.values_list("to_address", "status"))


@pytest.mark.parametrize("as_of, is_due", [(date(2026, 11, 26), False), (DUE, True), (date(2027, 3, 1), True)])
def test_reminder_is_due_after_fifteen_school_days(sheet, ada, as_of, is_due):
    found = queue_due_reflection_reminders(as_of=as_of)

    assert found == ([sheet] if is_due else [])
    assert reminders() == ([(ada.email, "queued")] if is_due else [])


def test_reminder_goes_once_however_often_the_job_runs(sheet, ada):
    for days in (0, 0, 1, 40):
        queue_due_reflection_reminders(as_of=DUE + timedelta(days=days))

    sheet.refresh_from_db()
    assert (sheet.reminded_at, sheet.reminder_email.to_address) == (timezone.now(), ada.email)
    assert len(reminders()) == 1


def test_reminder_counts_the_holidays_of_the_schools_own_area(sheet):
    here, elsewhere = AreaFactory(), AreaFactory()
    sheet.audit.meeting.school.area = here
    sheet.audit.meeting.school.save()
    # A week everywhere, two more days here, and a week that is none of this school's.
    HubHoliday.objects.create(name="Half-term", first_on=date(2026, 11, 9), last_on=date(2026, 11, 13))
    HubHoliday.objects.create(name="Inset", first_on=date(2026, 11, 16), last_on=date(2026, 11, 17), area=here)
    HubHoliday.objects.create(name="Late", first_on=date(2026, 11, 23), last_on=date(2026, 11, 27), area=elsewhere)

    days = (date(2026, 12, 7), date(2026, 12, 8))
    found = [queue_due_reflection_reminders(as_of=day) for day in days]

    assert found == [[], [sheet]]


def test_reminder_in_a_school_of_no_area_counts_the_holidays_that_hold_everywhere(sheet):
    HubHoliday.objects.create(name="Half-term", first_on=date(2026, 11, 9), last_on=date(2026, 11, 13))
    HubHoliday.objects.create(name="Inset", first_on=date(2026, 11, 16), last_on=date(2026, 11, 17), area=AreaFactory())

    found = [queue_due_reflection_reminders(as_of=day) for day in (date(2026, 12, 3), date(2026, 12, 4))]

    assert found == [[], [sheet]]


@pytest.mark.parametrize("status", [EmailStatus.QUEUED, EmailStatus.CANCELLED])
def test_reminder_of_a_sheet_that_never_left_is_none(sheet, status):
    Email.objects.filter(pk=sheet.email_id).update(status=status, sent_at=None)

    assert queue_due_reflection_reminders(as_of=date(2027, 3, 1)) == []


def test_reminder_counts_from_the_mail_in_which_the_sheet_went_with_others(sheet):
    Email.objects.filter(pk=sheet.email_id).update(
        status=EmailStatus.JOINED, sent_at=None, joined_into=joined_mail(sent_at=SENT + timedelta(days=3))
    )

    found = [queue_due_reflection_reminders(as_of=day) for day in (DUE, date(2026, 11, 30))]

    assert found == [[], [sheet]]


def joined_mail(*, sent_at: datetime) -> Email:
    return Email.objects.create(
        kind="joined", dedupe_key="joined:1", message_id="<j>", to_address="a@school.example.org",
        status=EmailStatus.SENT, sent_at=sent_at,
    )  # fmt: skip


def test_reminder_is_none_for_what_is_answered_given_up_or_replaced_and_for_schools_that_are_not_there():
    answered, given_up, replaced, closed, silent = sheets = sent_sheets(5)
    by, now = UserFactory(), timezone.now()
    Reflection.objects.filter(pk=answered.pk).update(answered_at=now)
    stop_asking(reflection=given_up, reason="They are rebuilding.", by=by, now=now)
    make_audit(school=replaced.audit.meeting.school, on=date(2026, 11, 20))
    School.objects.filter(pk=closed.audit.meeting.school_id).update(status="closed")
    school = silent.audit.meeting.school
    set_engagement(school=school, engagement=Engagement.NOT_ENGAGING, reason="No.", by=by, now=now)

    assert queue_due_reflection_reminders(as_of=date(2027, 3, 1)) == []
    assert Reflection.objects.filter(pk__in=[one.pk for one in sheets], reminded_at=None).count() == 5


def test_reminder_is_none_once_the_award_was_withdrawn():
    award = make_award(on=date(2025, 11, 6))
    ContactFactory(school=award.school)
    queue_due_reflections(as_of=SENT.date())
    Email.objects.filter(kind="reflection").update(status=EmailStatus.SENT, sent_at=SENT)
    become("withdrawn")

    assert queue_due_reflection_reminders(as_of=DUE) == []


def test_reminder_that_waits_does_not_go_once_the_answer_is_there(sheet):
    queue_due_reflection_reminders(as_of=DUE)
    mail = Email.objects.get(kind="reflection_reminder")
    assert why_not_send(mail) is None

    Reflection.objects.filter(pk=sheet.pk).update(answered_at=timezone.now())
    answered = why_not_send(mail)
    Reflection.objects.filter(pk=sheet.pk).update(answered_at=None)
    stop_asking(reflection=sheet, reason="They are rebuilding.", by=UserFactory(), now=timezone.now())

    assert (answered, why_not_send(mail)) == (
        "The school has already answered.",
        "The hub does not ask for it any more.",
    )


@pytest.mark.parametrize("change", ["left_at", "withdrawn_at", "bounced_at"])
def test_reminder_goes_to_the_next_person(sheet, ada, change):
    ContactFactory(school=ada.school, role=ContactRole.HEAD_TEACHER, email="hal@school.example.org")
    # Before the sheet's mail was written nothing had come back; later mail did, after the sheet had arrived.
    Contact.objects.filter(pk=ada.pk).update(**{change: SENT - timedelta(days=1)})

    queue_due_reflection_reminders(as_of=DUE)

    assert reminders() == [("hal@school.example.org", "queued")]


def test_reminder_waits_while_nobody_can_be_written_to(sheet, ada):
    Contact.objects.filter(pk=ada.pk).update(left_at=SENT)

    first = queue_due_reflection_reminders(as_of=DUE)
    ContactFactory(school=ada.school, email="new@school.example.org")
    then = queue_due_reflection_reminders(as_of=DUE + timedelta(days=3))

    assert (first, then) == ([], [sheet])
    assert reminders() == [("new@school.example.org", "queued")]


def test_sheet_of_somebody_who_withdrew_before_it_went_goes_to_the_next_person(sheet, ada):
    Email.objects.filter(pk=sheet.email_id).update(status=EmailStatus.QUEUED, sent_at=None)
    ContactFactory(school=ada.school, role=ContactRole.HEAD_TEACHER, email="hal@school.example.org")
    withdraw_consent(contact=ada, now=timezone.now())

    queue_due_reflection_reminders(as_of=DUE)
    queue_due_reflections(as_of=DUE)

    mails = Email.objects.filter(kind="reflection").order_by("pk")
    assert list(mails.values_list("to_address", "status")) == [
        (ada.email, "cancelled"), ("hal@school.example.org", "queued"),
    ]  # fmt: skip


def test_sheet_that_came_back_goes_to_the_next_person(sheet, ada):
    ContactFactory(school=ada.school, role=ContactRole.HEAD_TEACHER, email="hal@school.example.org")
    Contact.objects.filter(pk=ada.pk).update(bounced_at=SENT + timedelta(minutes=5))

    for _ in range(2):
        queue_due_reflection_reminders(as_of=date(2026, 11, 9))
        queue_due_reflections(as_of=date(2026, 11, 9))

    mails = Email.objects.filter(kind="reflection").order_by("pk")
    assert list(mails.values_list("to_address", flat=True)) == [ada.email, "hal@school.example.org"]


def test_sheet_that_staff_cancelled_stays_cancelled(sheet):
    Email.objects.filter(pk=sheet.email_id).update(status=EmailStatus.CANCELLED, sent_at=None)

    queue_due_reflection_reminders(as_of=DUE)

    assert queue_due_reflections(as_of=DUE) == []


def test_reminder_leads_to_the_sheet_and_to_handing_it_over(sheet, ada):
    queue_due_reflection_reminders(as_of=DUE)

    mail = Email.objects.get(kind="reflection_reminder")
    made_for_it = [mail.context["link"], *mail.context["links"]]
    links = {link.destination: link for link in ada.personal_links.filter(pk__in=made_for_it)}
    form, colleague = f"/my-school/reflections/{sheet.pk}/", f"/my-school/reflections/{sheet.pk}/colleague/"
    assert mail.subject.startswith("Reminder, please answer: how far are your music priorities?")
    for body in (mail.body_text, mail.body_html):
        assert (links[form].mail_url in body, links[colleague].mail_url in body) == (True, True)
        assert body.count("Sing every day.") == 3


@pytest.mark.parametrize("number", [1, 3])
def test_queue_due_reflection_reminders_reads_once_however_many_there_are(
    number, django_assert_num_queries, monkeypatch
):
    sent_sheets(number)
    mails = iter(
        Email.objects.bulk_create(
            Email(kind="reflection_reminder", dedupe_key=f"t:{n}", message_id=f"<t{n}>", to_address="a@b.example.org")
            for n in range(number)
        )
    )
    monkeypatch.setattr("awards.services.reflection_reminders.mail_reflection_reminder", lambda **_: next(mails))

    # What reached nobody, with its readers; a batch with holidays, contacts, priorities and hand-overs, its update; and
    # the empty batch that ends it; each in a transaction.
    with django_assert_num_queries(16):
        assert len(queue_due_reflection_reminders(as_of=DUE)) == number
