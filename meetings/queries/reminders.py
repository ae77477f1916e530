"""Which reminders a booked meeting gets, on which day, and whom they go to.

The job that queues them and the pages that promise them both ask here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone

from hubportal.mail.models import Email
from meetings.models import Meeting, MeetingKind, MeetingStatus
from meetings.queries.holidays import hub_holidays_between
from meetings.rules import LONDON, data_form_reminder_on, is_working_day, meeting_reminder_on, morning_of
from schools.models import Area, Contact, ContactRole, Engagement, School, SchoolStatus

# The mails about a meeting's time: each says when it is, and asks for the data form.
MAILS_ABOUT_THE_TIME = ("booking", "booking_moved")
# A holiday of the hub is eight weeks at most; two may touch. No reminder is due earlier before its meeting.
LOOKED_AHEAD = timedelta(weeks=20)


class ReminderKind(StrEnum):
    """The values are the keys of the mails' kinds."""

    DATA_FORM = "data_form_reminder"
    MEETING = "meeting_reminder"


@dataclass(frozen=True)
class Reminder:
    """A reminder that has not been queued yet: of what, on which day, and to whom."""

    kind: ReminderKind
    meeting: Meeting
    on: date
    # Those who can be written to; nobody where all have left or withdrawn.
    people: tuple[Contact, ...]
    hub_holidays: frozenset[date]

    def key(self, contact: Contact) -> str:
        """What tells this reminder from any other mail. A meeting that was moved gets its own."""
        return f"{self.kind}:{self.meeting.pk}:{self.meeting.calendar_sequence}:{contact.pk}"

    def goes_at(self, *, as_of: date) -> datetime | None:
        """When it goes, asked as of this day: at 09:00 on its day or, where that was missed, on the next working day.

        None when that is too late: a data form can be sent until the meeting begins, but nobody needs to be reminded
        of a meeting on its own day.
        """
        day = max(self.on, as_of)
        while not is_working_day(day, hub_holidays=self.hub_holidays):
            day += timedelta(days=1)
        goes_at = morning_of(day)
        return goes_at if goes_at < reminder_until(self.kind, self.meeting) else None


def reminder_until(kind: ReminderKind, meeting: Meeting) -> datetime:
    """The moment from which a reminder is of no use any more."""
    if kind == ReminderKind.DATA_FORM:
        return meeting.starts_at
    return datetime.combine(meeting.held_on, time.min, tzinfo=LONDON)


def due_reminders(*, as_of: date) -> list[Reminder]:
    """The reminders that are due as of this day and not yet queued, at schools that are open."""
    day = datetime.combine(as_of, time.min, tzinfo=LONDON)
    soon = Meeting.objects.filter(period__startswith__gte=day, period__startswith__lt=day + LOOKED_AHEAD)
    found = _planned(_with_people(soon))
    return [one for one in found if one.on <= as_of and one.people and one.goes_at(as_of=as_of)]


def reminders_of(*, school: School, now: datetime, meeting: Meeting | None = None) -> list[Reminder]:
    """The reminders that this school (or one meeting of it) will still get, in the order in which they go; those with
    nobody to write to are among them, with no people."""
    to_come = Meeting.objects.filter(school=school, period__startswith__gte=now)
    if meeting:
        to_come = to_come.filter(pk=meeting.pk)
    today = timezone.localdate(now)
    found = [one for one in _planned(_with_people(to_come)) if one.goes_at(as_of=today)]
    return sorted(found, key=lambda one: (one.on, one.meeting.pk, one.kind))


def _with_people(meetings: QuerySet[Meeting]) -> list[Meeting]:
    """Of these meetings those that are booked, with everything that their reminders need. A school's pause holds none
    of them back: it would miss what it has agreed to. Nothing goes to a school that is closed or wants no part."""
    no_mail = Q(school__status=SchoolStatus.CLOSED) | Q(school__engagement=Engagement.NOT_ENGAGING)
    booked = meetings.filter(status=MeetingStatus.BOOKED).exclude(no_mail)
    related = booked.select_related("school__area", "officer", "data_form")
    return list(related.prefetch_related(Prefetch("attendees", Contact.objects.reachable())).order_by("pk"))


def _planned(meetings: Sequence[Meeting]) -> list[Reminder]:
    asked_on, holidays = _asked_on(meetings), _holidays(meetings)
    reminders = []
    for meeting in meetings:
        closed, asked, held_on = holidays[meeting.school.area], asked_on[meeting.pk], meeting.held_on
        on_days = {}
        if _waits_for_data_form(meeting):
            on_days[ReminderKind.DATA_FORM] = data_form_reminder_on(
                held_on=held_on, asked_on=asked, hub_holidays=closed
            )
        on_days[ReminderKind.MEETING] = meeting_reminder_on(held_on=held_on, asked_on=asked, hub_holidays=closed)
        reminders += [Reminder(kind, meeting, on, _people(kind, meeting), closed) for kind, on in on_days.items() if on]
    return _not_yet_queued(reminders)


def _waits_for_data_form(meeting: Meeting) -> bool:
    form = getattr(meeting, "data_form", None)
    return MeetingKind(meeting.kind).asks_for_data_form and (form is None or form.sent_at is None)


def _people(kind: ReminderKind, meeting: Meeting) -> tuple[Contact, ...]:
    """Everybody who comes is reminded of the meeting; of the data form the music coordinator or, without one among
    those who come, all of them. One mail an address."""
    coming = list(meeting.attendees.all())
    coordinators = [person for person in coming if person.role == ContactRole.MUSIC_COORDINATOR]
    chosen = coordinators if coordinators and kind == ReminderKind.DATA_FORM else coming
    return tuple({person.email.lower(): person for person in reversed(chosen)}.values())[::-1]


def _asked_on(meetings: Iterable[Meeting]) -> dict[int, date]:
    """For each meeting the day of the last mail that said when it is and asked for the data form."""
    by_pk = {meeting.pk: meeting for meeting in meetings}
    mails = Email.objects.filter(kind__in=MAILS_ABOUT_THE_TIME, context__meeting__in=list(by_pk))
    last = dict(mails.order_by().values_list("context__meeting").annotate(last=Max("created_at")))
    return {pk: timezone.localdate(last.get(pk) or meeting.booked_at) for pk, meeting in by_pk.items()}


def _holidays(meetings: Iterable[Meeting]) -> dict[Area | None, frozenset[date]]:
    """The holidays around these meetings, by area."""
    days: dict[Area | None, list[date]] = defaultdict(list)
    for meeting in meetings:
        days[meeting.school.area].append(meeting.held_on)
    return {
        area: hub_holidays_between(min(held) - LOOKED_AHEAD, max(held) + LOOKED_AHEAD, area=area)
        for area, held in days.items()
    }


def _not_yet_queued(reminders: Collection[Reminder]) -> list[Reminder]:
    """These reminders without the people who have theirs; left out where everybody has."""
    keys = [one.key(person) for one in reminders for person in one.people]
    done = set(Email.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    left = []
    for one in reminders:
        people = tuple(person for person in one.people if one.key(person) not in done)
        if people or not one.people:
            left.append(Reminder(one.kind, one.meeting, one.on, people, one.hub_holidays))
    return left
