"""The reminder contract: every mail that a school will get from here on, with its day, to whom and why.

Nothing is computed twice: each day comes from what the jobs themselves ask (`meetings.queries.reminders_of`, the days
of the sheets, `schools.services.presence`) and from the outbox's calendar. What already waits stands here with its own
time.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from awards.models import Reflection
from awards.queries.people import reflection_recipient
from awards.queries.renewals import renewal_to_come
from awards.queries.school_weeks import PATIENCE_SCHOOL_DAYS
from awards.rules import renewal_reminder_due_on
from hubportal.mail.hooks import FirstDay, first_days
from hubportal.mail.kinds import KINDS, why_not_send
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.rules import earliest_day
from meetings.queries import Reminder, ReminderKind, hub_holidays_between, next_term_of, reminders_of
from meetings.rules import first_working_day, morning_of
from schools.models import Contact, Engagement, School
from schools.services.presence import next_asked_on, people_to_ask

REFLECTION, REFLECTION_REMINDER = "reflection", "reflection_reminder"
RENEWAL, RENEWAL_REMINDER, STILL_YOU = "renewal", "renewal_reminder", "still_you"
# Three school weeks, and the longest holiday.
PATIENCE_AT_MOST = timedelta(weeks=16)
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
    # The one reminder of it, by the day on which it goes itself.
    reminder: "Callable[[date], _Due] | None" = None
    # It is under way or has gone, on that day: only its reminder is to come.
    is_queued: bool = False


def _that_can_wait(school: School, *, now: datetime) -> list[FutureMail]:
    if not school.is_open or school.engagement == Engagement.NOT_ENGAGING:
        return []
    reachable, today = list(school.contacts.reachable()), timezone.localdate(now)
    due = [
        *_reflections(school, reachable, today=today),
        *_renewal(school, reachable, today=today),
        *_still_you(school),
    ]
    # As the outbox will plan them: the calendar reads nothing of a mail but whom it is for and of which kind it is.
    first_day = first_days([_as_mail(STILL_YOU, one) for one in reachable], today)
    is_open_ended = school.engagement == Engagement.PAUSED and school.engagement_until is None
    found = []
    for one in _with_reminders(due, first_day, now=now):
        people = (one.contact,) if one.contact else ()
        found.append(FutureMail(None if is_open_ended else one.on, one.kind, one.what, one.why, people))
    return found


def _with_reminders(due: Sequence[_Due], first_day: FirstDay, *, now: datetime) -> Iterator[_Due]:
    """Each with the day on which it goes, and the reminder that follows if nothing comes of it."""
    for one in due:
        goes_on = one.on if one.is_queued else _goes_on(one, first_day, now=now)
        if not one.is_queued:
            yield replace(one, on=goes_on)
        if one.reminder and one.contact:
            reminder = one.reminder(goes_on)
            yield replace(reminder, on=_goes_on(reminder, first_day, now=now))


def _goes_on(one: _Due, first_day: FirstDay, *, now: datetime) -> date:
    from_day = earliest_day(max(morning_of(one.on), now))
    return first_day(_as_mail(one.kind, one.contact), from_day) if one.contact else from_day


def _as_mail(kind: str, contact: Contact) -> Email:
    return Email(kind=kind, pace=KINDS[kind].pace, context={"contact": contact.pk})


def _left_on(email: Email | None, *, today: date) -> date | None:
    """The day on which a mail that was queued left the hub or, while it waits, will; None: it never does."""
    if email is None or email.status in (EmailStatus.CANCELLED, EmailStatus.FAILED):
        return None
    return timezone.localdate(email.went_at) if email.went_at else max(timezone.localdate(email.not_before), today)


def _reflections(school: School, reachable: Sequence[Contact], *, today: date) -> list[_Due]:
    """The sheets 12 and 24 months after the meeting that are still to go, and the reminders of those that do not come
    back."""
    sheets = list(
        Reflection.objects.wanted()
        .latest_of_meeting()
        .filter(audit__meeting__school=school, reminded_at__isnull=True)
        .select_related("audit__meeting", "email__joined_into")
        .order_by("due_on", "pk")
    )
    left_on = [_left_on(sheet.email, today=today) for sheet in sheets]
    closed = _holidays(school, [*(sheet.due_on for sheet in sheets), *filter(None, left_on), today] if sheets else [])
    return [
        _sheet(sheet, left, reachable, closed)
        for sheet, left in zip(sheets, left_on, strict=True)
        # A mail that was cancelled or failed is on the list of schools to ring.
        if left or not sheet.queued_at
    ]


def _sheet(sheet: Reflection, left_on: date | None, reachable: Sequence[Contact], closed: Collection[date]) -> _Due:
    asked = sheet.email.context.get("contact") if sheet.email else None
    contact = next((one for one in reachable if one.pk == asked), None) or reflection_recipient(reachable)
    held_on = _long(sheet.audit.meeting.held_on)

    def reminder(sent_on: date) -> _Due:
        return _Due(
            on=_school_days_after(sent_on, PATIENCE_SCHOOL_DAYS, closed),
            kind=REFLECTION_REMINDER,
            what=f"A reminder of the {sheet.month}-month reflection sheet",
            why="Only if it has not come back within three school weeks. We remind you once.",
            contact=contact,
        )

    return _Due(
        on=left_on or sheet.due_on,
        kind=REFLECTION,
        what=f"A short reflection sheet, {sheet.month} months after our meeting",
        why=f"How far have you got with the three priorities of {held_on}?",
        contact=contact,
        reminder=reminder,
        is_queued=sheet.queued_at is not None,
    )


def _holidays(school: School, days: Sequence[date]) -> Collection[date]:
    if not days:
        return ()
    return hub_holidays_between(min(days), max(days) + PATIENCE_AT_MOST, area=school.area)


def _school_days_after(day: date, number: int, closed: Collection[date]) -> date:
    for _ in range(number):
        day = first_working_day(day + timedelta(days=1), hub_holidays=closed)
    return day


def _renewal(school: School, reachable: Sequence[Contact], *, today: date) -> list[_Due]:
    """The invitation to the next conversation and its reminder, while none is arranged."""
    renewal = renewal_to_come(school)
    left_on = _left_on(renewal.email, today=today) if renewal else None
    if renewal is None or (renewal.queued_at and left_on is None):
        return []
    award, contact = renewal.award, reflection_recipient(reachable)

    def reminder(invited_on: date) -> _Due:
        return _Due(
            on=renewal_reminder_due_on(award.expires_on, invited_on=invited_on),
            kind=RENEWAL_REMINDER,
            what="Word that your award has ended" if award.ends_on else "A reminder of our invitation",
            why="Only if our next conversation is not arranged by then. We remind you once.",
            contact=contact,
        )

    ending = f"Your {award.get_level_display()} award is valid until {_long(award.expires_on)}. "
    invitation = _Due(
        on=left_on or renewal.due_on,
        kind=RENEWAL,
        what="An invitation to our next conversation",
        why=f"{ending if award.ends_on else ''}Only if it is not arranged by then.",
        contact=contact,
        reminder=reminder,
        is_queued=renewal.queued_at is not None,
    )
    return [invitation]


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
