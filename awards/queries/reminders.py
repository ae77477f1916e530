"""The reminder contract: every mail that a school will get from here on, with its day, to whom and why.

Nothing is computed twice: each day comes from what the jobs themselves ask (`meetings.queries.reminders_of`, the days
of the sheets, `schools.services.presence`) and from the outbox's calendar. What already waits stands here with its own
time.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from awards.models import Reflection
from awards.queries.people import reflection_recipient
from hubportal.mail.hooks import first_days
from hubportal.mail.kinds import KINDS, why_not_send
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.rules import earliest_day
from meetings.queries import Reminder, ReminderKind, next_term_of, reminders_of
from meetings.rules import morning_of
from schools.models import Contact, Engagement, School
from schools.services.presence import next_asked_on, people_to_ask

REFLECTION, STILL_YOU = "reflection", "still_you"
WHY_WAITING = "It is ready and waits for its day."


@dataclass(frozen=True)
class FutureMail:
    """A mail that a school will get: when, what and why, in words, and to whom; nobody: there is nobody to write to."""

    # None: when the school's pause ends, which nobody knows yet.
    on: date | None
    kind: str
    what: str
    why: str
    people: tuple[Contact, ...]
    # It waits in the outbox already.
    is_queued: bool = False


@dataclass(frozen=True)
class ReminderContract:
    """All that a school's page about future mail says."""

    school: School
    mails: tuple[FutureMail, ...]
    # Mail that can wait goes again from this day on; None: it is not paused.
    paused_until: date | None
    next_term_on: date

    @property
    def to_somebody(self) -> tuple[FutureMail, ...]:
        """What will really arrive: the school's own page shows no gaps that are for staff to fill."""
        return tuple(mail for mail in self.mails if mail.people)


def reminder_contract(school: School, *, now: datetime) -> ReminderContract:
    """Every mail that this school will get, the next first, as things stand now."""
    today = timezone.localdate(now)
    paused_until = school.mail_paused_until
    mails = [*_queued(school, today=today), *_before_meetings(school, now=now), *_that_can_wait(school, now=now)]
    return ReminderContract(
        school=school,
        mails=tuple(sorted(mails, key=lambda mail: (mail.on or date.max, mail.kind, mail.what))),
        paused_until=paused_until if paused_until and paused_until > today else None,
        next_term_on=next_term_of(school=school, today=today),
    )


def _queued(school: School, *, today: date) -> list[FutureMail]:
    """What waits in the outbox for the school's people and would go as things stand."""
    people = {contact.pk: contact for contact in Contact.objects.filter(school=school, left_at__isnull=True)}
    waiting = Email.objects.filter(status=EmailStatus.QUEUED, context__contact__in=list(people))
    return [
        FutureMail(
            on=max(today, timezone.localdate(email.not_before)),
            kind=email.kind,
            what=email.subject,
            why=WHY_WAITING,
            people=(people[email.context["contact"]],),
            is_queued=True,
        )
        for email in waiting.defer("body_text", "body_html").order_by("not_before", "pk")
        if why_not_send(email) is None
    ]


# --- Mail about a booked meeting ------------------------------------------------------------------


def _before_meetings(school: School, *, now: datetime) -> list[FutureMail]:
    today = timezone.localdate(now)
    return [
        _of_reminder(reminder, goes_at)
        for reminder in reminders_of(school=school, now=now)
        if (goes_at := reminder.goes_at(as_of=today))
    ]


def _of_reminder(reminder: Reminder, goes_at: datetime) -> FutureMail:
    held_on = _long(reminder.meeting.held_on)
    what, why = {
        ReminderKind.DATA_FORM: (
            "A reminder of the short data form",
            f"Only if the form for our meeting on {held_on} has not come back by then.",
        ),
        ReminderKind.MEETING: (
            f"A reminder of our meeting on {held_on}",
            "So that everybody who comes has the time and the place at hand.",
        ),
    }[reminder.kind]
    return FutureMail(timezone.localdate(goes_at), str(reminder.kind), what, why, reminder.people)


# --- Mail that can wait ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Due:
    """A mail that a daily job will queue on a day or, where that has passed, with its next run."""

    on: date
    kind: str
    what: str
    why: str
    contact: Contact | None


def _that_can_wait(school: School, *, now: datetime) -> list[FutureMail]:
    if not school.is_open or school.engagement == Engagement.NOT_ENGAGING:
        return []
    due = [*_reflections(school), *_still_you(school)]
    today = timezone.localdate(now)
    # As the outbox will plan them: the calendar reads nothing of a mail but whom it is for and of which kind it is.
    mails = {one: _as_mail(one) for one in due if one.contact}
    first_day = first_days(list(mails.values()), today)
    is_open_ended = school.engagement == Engagement.PAUSED and school.engagement_until is None
    found = []
    for one in due:
        from_day = earliest_day(max(morning_of(one.on), now))
        day = first_day(mails[one], from_day) if one in mails else from_day
        people = (one.contact,) if one.contact else ()
        found.append(FutureMail(None if is_open_ended else day, one.kind, one.what, one.why, people))
    return found


def _as_mail(due: _Due) -> Email:
    assert due.contact
    return Email(kind=due.kind, pace=KINDS[due.kind].pace, context={"contact": due.contact.pk})


def _reflections(school: School) -> list[_Due]:
    """The sheets 12 and 24 months after the meeting that are still to go."""
    sheets = Reflection.objects.filter(
        audit__meeting__school=school, queued_at__isnull=True, answered_at__isnull=True
    ).of_current_priorities()
    reachable = list(school.contacts.reachable())
    contact = reflection_recipient(reachable)
    return [
        _Due(
            on=sheet.due_on,
            kind=REFLECTION,
            what=f"A short reflection sheet, {sheet.month} months after our meeting",
            why=f"How far have you got with the three priorities of {_long(sheet.audit.meeting.held_on)}?",
            contact=contact,
        )
        for sheet in sheets.select_related("audit__meeting").order_by("due_on", "pk")
    ]


def _still_you(school: School) -> list[_Due]:
    """The yearly question, to everybody it goes to."""
    people = list(people_to_ask().filter(school=school).order_by("pk"))
    asked_next = next_asked_on(people)
    return [
        _Due(
            on=asked_next[contact.pk],
            kind=STILL_YOU,
            what="One question: still you?",
            why="Once a year we ask whether we write to the right person, unless you have been in touch.",
            contact=contact,
        )
        for contact in people
    ]


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
