"""Reads across the apps: the staff home and the school page. One function feeds one whole page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, AuditStatus, Promise, Rating
from audits.queries import late_promises
from awards.models import Award, AwardLevel, Recommendation, Reflection, ReflectionResponse
from awards.queries import (
    CallFilters,
    awards_ended,
    awards_ending_soon,
    packs_to_read,
    priorities_with_notes,
    reflections_overdue,
    renewals_with_nobody,
    sheets_to_ring,
    with_answers,
)
from awards.queries.overrides import waiting_overrides
from hubportal.accounts.models import User
from hubportal.mail.models import Email, IncomingEmail
from meetings.models import DataForm, Meeting, MeetingKind, MeetingQuerySet, MeetingRequest, MeetingStatus
from meetings.queries import LONG, SILENT, TOO_LONG, unanswered_longer_than, waiting_longer_than
from meetings.rules import ESCALATED_AFTER_DAYS, STANDS_OUT_AFTER_DAYS
from reports.rules import Standing
from schools.models import Contact, School, TimelineEvent
from schools.queries import needs_music_lead, people_to_erase, schools_without_music_lead


@dataclass(frozen=True)
class Action:
    """A line of "what needs me today?": how many, where it is done, and what to say when there is none."""

    label: str
    count: int
    url: str
    empty: str


def actions_for(user: User, *, now: datetime) -> list[Action]:
    """What needs this person today. Requests and meetings are an officer's own, but an administrator's whole hub's."""
    return [
        *_own_actions(user, now=now),
        _calls(user, now=now),
        *_hub_actions(now=now),
        _second_opinions(user),
        _pack_to_read(user),
        *_mail_actions(),
        *_administrators_actions(user),
    ]


def _second_opinions(user: User) -> Action:
    """Levels that a colleague proposed instead of the rules', for everybody but that colleague."""
    empty = "No level waits for a second officer."
    count = waiting_overrides(user=user).count()
    return Action("Levels that need a second officer", count, reverse("level_override_list"), empty)


def _administrators_actions(user: User) -> list[Action]:
    if not user.is_administrator:
        return []
    empty = "Nobody has asked to be erased."
    return [Action("People who asked to be erased", people_to_erase().count(), reverse("erasures"), empty)]


def _own_actions(user: User, *, now: datetime) -> list[Action]:
    meetings = _meetings_of(user)
    whose, which = ("?whose=all", "") if user.is_administrator else ("?whose=mine", "your ")
    return [
        Action(
            "Meeting requests to answer",
            _requests_of(user, MeetingRequest.objects.waiting()).count(),
            reverse("request_list") + whose,
            f"None of {which or 'the '}requests is waiting.",
        ),
        *_late_requests(user, today=timezone.localdate(now), whose=whose, which=which),
        Action(
            "Data forms not back, meeting within a week",
            _data_forms_missing(meetings, now=now).count(),
            reverse("meeting_list") + whose,
            f"All data forms for {which or 'the '}meetings of the coming week are back.",
        ),
        Action(
            "Past meetings without an agreed audit",
            _meetings_without_audit(meetings, now=now).count(),
            reverse("meeting_list") + whose + "&when=past&status=booked",
            f"All {which}past meetings have an agreed audit.",
        ),
        *_promises(user, today=timezone.localdate(now)),
    ]


def _pack_to_read(user: User) -> Action:
    """Outcome packs that colleagues asked this person to read before they go."""
    page = reverse("award_list") + "?pack=to_read"
    empty = "No colleague waits for you to read an outcome pack."
    return Action("Outcome packs to read for a colleague", packs_to_read(user).count(), page, empty)


def _calls(user: User, *, now: datetime) -> Action:
    """Schools whose reflection sheet did not come back, in this person's own areas; without one, in all."""
    to_ring = sheets_to_ring(user=user, filters=CallFilters(), as_of=timezone.localdate(now))
    empty = "No school has to be rung about a reflection sheet."
    page = reverse("reflections_to_call")
    return Action("Schools to ring about a reflection sheet", to_ring.count(), page, empty)


def _promises(user: User, *, today: date) -> list[Action]:
    """What this person promised to schools and has not done in time; for administrators also what nobody sees to."""
    page = reverse("promise_list")
    lines = [
        Action(
            "Promises of mine to schools that are late",
            late_promises(today=today).filter(owner=user).count(),
            f"{page}?whose=mine&status=late",
            "You have kept every promise in time.",
        )
    ]
    if user.is_administrator:
        count = Promise.objects.open().without_owner().count()
        empty = "Somebody at the hub sees to every promise."
        lines.append(Action("Promises to schools without an owner at the hub", count, f"{page}?whose=nobody", empty))
    return lines


def _late_requests(user: User, *, today: date, whose: str, which: str) -> list[Action]:
    """Requests that have waited for too long: for an answer of ours, or of the school's."""
    page, the = reverse("request_list") + whose, which or "the "
    late, silent = STANDS_OUT_AFTER_DAYS, ESCALATED_AFTER_DAYS
    lines = [
        Action(
            "Requests waiting more than five working days",
            _requests_of(user, waiting_longer_than(late, as_of=today)).count(),
            f"{page}&status={LONG}",
            f"None of {the}requests has waited for more than five working days.",
        ),
        Action(
            "Asked for other times, no answer for ten working days",
            _requests_of(user, unanswered_longer_than(silent, as_of=today)).count(),
            f"{page}&status={SILENT}",
            f"No school has kept {'you' if which else 'us'} waiting for other times for more than ten working days.",
        ),
    ]
    if user.is_administrator:
        count = waiting_longer_than(ESCALATED_AFTER_DAYS, as_of=today).count()
        empty = "No request has waited for more than ten working days."
        lines.insert(
            1, Action("Requests waiting more than ten working days", count, f"{page}&status={TOO_LONG}", empty)
        )
    return lines


def _requests_of(user: User, requests: QuerySet[MeetingRequest]) -> QuerySet[MeetingRequest]:
    """An officer's own and nobody's; for an administrator everybody's."""
    return requests if user.is_administrator else requests.filter(Q(assigned_to=user) | Q(assigned_to__isnull=True))


def _hub_actions(*, now: datetime) -> list[Action]:
    today = timezone.localtime(now).date()
    awards = reverse("award_list")
    return [
        Action(
            "Agreed audits waiting for a decision",
            Audit.objects.filter(status=AuditStatus.AGREED, award__isnull=True).count(),
            reverse("audit_list") + "?award=undecided",
            "Every agreed audit has its award.",
        ),
        Action(
            "Outcome packs to send",
            Award.objects.current().filter(outcome_pack__isnull=True).count(),
            awards + "?pack=unsent",
            "Every outcome pack has gone.",
        ),
        Action(
            "Schools to hand over to the national scheme",
            Recommendation.objects.to_hand_over(day=timezone.localdate(now)).count(),
            reverse("recommendation_list"),
            "Every school that we recommend has been handed over.",
        ),
        Action(
            "Reflections not answered for three weeks",
            reflections_overdue(now=now).count(),
            awards + "?reflection=unanswered",
            "No reflection is older than three weeks without an answer.",
        ),
        *_renewals(today=today),
        Action(
            "Schools working towards Bronze",
            Award.objects.current().filter(level=AwardLevel.WORKING_TOWARDS).count(),
            awards + "?level=working_towards&status=current",
            "No school waits for a follow-up visit.",
        ),
        Action(
            "Schools to ask for their new music lead",
            schools_without_music_lead().count(),
            reverse("school_list") + "?lead=missing",
            "Every school’s music lead can be reached.",
        ),
    ]


def _renewals(*, today: date) -> list[Action]:
    """The invitations go by themselves; what nothing came of is for a telephone call."""
    awards = reverse("award_list")
    return [
        Action(
            "Awards that end within three months, nothing arranged",
            awards_ending_soon(today=today).count(),
            awards + "?renewal=ending",
            "The next meeting is arranged for every award that ends within three months.",
        ),
        Action(
            "Awards that have ended without renewal",
            awards_ended(today=today).count(),
            awards + "?renewal=ended",
            "No award has ended without the next meeting being arranged.",
        ),
        Action(
            "Schools to invite again, but nobody to write to",
            renewals_with_nobody(as_of=today).count(),
            awards + "?renewal=nobody",
            "Every school that is to be invited again has somebody to write to.",
        ),
    ]


def _mail_actions() -> list[Action]:
    return [
        Action(
            "E-mails that failed",
            Email.objects.failed().count(),
            reverse("outbox") + "?status=failed",
            "Every e-mail went out.",
        ),
        Action(
            "E-mails that came in and wait for a person",
            IncomingEmail.objects.for_staff().count(),
            reverse("incoming_list"),
            "Nothing that came in waits for us.",
        ),
    ]


def _meetings_of(user: User) -> MeetingQuerySet:
    return Meeting.objects.all() if user.is_administrator else Meeting.objects.filter(officer=user)


def _data_forms_missing(meetings: MeetingQuerySet, *, now: datetime) -> QuerySet[Meeting]:
    sent = DataForm.objects.filter(meeting=OuterRef("pk"), sent_at__isnull=False)
    week = meetings.upcoming(now=now).filter(period__startswith__lt=now + timedelta(days=7))
    return week.filter(~Exists(sent), kind=MeetingKind.QUALITY_CONVERSATION)


def _meetings_without_audit(meetings: MeetingQuerySet, *, now: datetime) -> QuerySet[Meeting]:
    past = meetings.filter(status=MeetingStatus.BOOKED, period__endswith__lt=now)
    return past.filter(kind=MeetingKind.QUALITY_CONVERSATION)


def meetings_this_week(user: User, *, now: datetime) -> list[Meeting]:
    """Meetings of the next seven days, soonest first: an officer's own, for an administrator everybody's."""
    upcoming = _meetings_of(user).upcoming(now=now).filter(period__startswith__lt=now + timedelta(days=7))
    return list(upcoming.select_related("school", "data_form", "officer"))


@dataclass(frozen=True)
class Reach:
    """How far the hub has got with its open schools. Figures only: viewers see these too."""

    schools: int
    reached: int
    by_level: dict[str, int]

    @property
    def never_reached(self) -> int:
        return self.schools - self.reached


def reach() -> Reach:
    """Open schools, how many ever had a meeting, and how many hold an award of each level today."""
    held = Meeting.objects.filter(school=OuterRef("pk"), status=MeetingStatus.HELD)
    counts = School.objects.open().aggregate(all=Count("pk"), reached=Count("pk", filter=Exists(held)))
    today = timezone.localdate()
    # Working towards Bronze is where a school is, not something that ends.
    in_force = Q(expires_on__gte=today) | Q(level=AwardLevel.WORKING_TOWARDS)
    levels = Award.objects.current().filter(in_force).order_by()
    found = dict(levels.values_list("level").annotate(Count("pk")))
    return Reach(counts["all"], counts["reached"], {level.label: found.get(level, 0) for level in AwardLevel})


@dataclass(frozen=True)
class Profile:
    """How many criteria had which agreed rating in one audit, section by section: the school's RAG profile."""

    title: str
    sections: list[dict[str, Any]]
    audit: int = 0


@dataclass(frozen=True)
class SchoolPage:
    """All that the page about one school shows."""

    school: School
    standing: Standing
    contacts: list[Contact]
    needs_music_lead: bool
    requests: list[MeetingRequest]
    meetings: list[Meeting]
    awards: list[Award]
    reflections: list[Reflection]
    profiles: list[Profile]
    timeline: Page[TimelineEvent]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The timeline as its component wants it; a mail leads to its frozen copy."""
        return [
            {
                "at": event.at,
                "what": event.text,
                "by": event.by or event.by_contact or "",
                "kind": event.kind,
                "detail_url": reverse("email", args=[event.email_id]) if event.email_id else "",
            }
            for event in self.timeline
        ]

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What the register says of the school, as pairs."""
        school = self.school
        ages = f"{school.low_age} to {school.high_age}" if school.low_age is not None else "not known"
        return [
            ("Area", f"{school.area.name}, led by {school.area.leader or 'nobody yet'}" if school.area else "none yet"),
            ("Audit offered", school.get_audit_offer_display()),
            ("Phase", school.phase_name or "not known"),
            ("Type", school.type_name or "not known"),
            ("Ages", ages),
            ("Pupils", school.pupils if school.pupils is not None else "not known"),
            ("Address", ", ".join(school.address_lines) or "not known"),
            ("Local authority", school.la_name),
            ("URN", school.urn),
        ]


TIMELINE_PAGE = 30


def school_page(school: School, *, page: str | int = 1) -> SchoolPage:
    """Everything about one school in a fixed number of queries, the newest first everywhere."""
    requests = list(school.meeting_requests.select_related("contact", "assigned_to"))
    meetings = list(school.meetings.select_related("officer").prefetch_related("audits__framework", "audits__award"))
    awards = list(
        school.awards.select_related("outcome_pack", "override", "audit__framework", "audit__meeting").prefetch_related(
            Prefetch("audit__priorities", priorities_with_notes())
        )
    )
    reflections = list(
        Reflection.objects.filter(audit__meeting__school=school)
        .select_related("answered_by", "email")
        .prefetch_related(Prefetch("responses", with_answers(ReflectionResponse.objects.all())))
    )
    people = list(school.contacts.all())
    events = school.timeline.select_related("by", "by_contact", "email")
    return SchoolPage(
        school=school,
        standing=_standing(school, requests, meetings, awards, reflections),
        contacts=[person for person in people if person.left_at is None],
        needs_music_lead=needs_music_lead(school, people),
        requests=requests,
        meetings=meetings,
        awards=awards,
        reflections=reflections,
        profiles=_profiles(meetings),
        timeline=Paginator(events, TIMELINE_PAGE).get_page(page),
    )


def _profiles(meetings: list[Meeting]) -> list[Profile]:
    """The profiles of all agreed audits, the newest first, from one query."""
    audits = [audit for meeting in meetings for audit in meeting.audits.all() if audit.status == AuditStatus.AGREED]
    counted = (
        Rating.objects.filter(audit__in=audits)
        .values_list("audit", "criterion__section__position", "criterion__section__name", "agreed")
        .order_by("audit", "criterion__section__position")
        .annotate(Count("pk"))
    )
    found: dict[int, dict[str, dict[str, int]]] = {}
    for audit_id, _, section, rating, number in counted:
        found.setdefault(audit_id, {}).setdefault(section, {})[rating] = number
    held_on = {audit.pk: meeting.held_on for meeting in meetings for audit in meeting.audits.all()}
    return [
        Profile(
            title=f"{audit.framework.title}, {held_on[audit.pk]:%-d %B %Y}",
            sections=[{"title": name, "counts": counts} for name, counts in found.get(audit.pk, {}).items()],
            audit=audit.pk,
        )
        for audit in audits
    ]


def _open_audit(meetings: list[Meeting]) -> int | None:
    """The audit that somebody of the hub is in the middle of.

    One that the school began with its own ratings waits for the day of its meeting.
    """
    today = timezone.localdate()
    return next(
        (
            audit.pk
            for meeting in meetings
            for audit in meeting.audits.all()
            if audit.status == AuditStatus.OPEN and (audit.started_by_id or meeting.held_on <= today)
        ),
        None,
    )


def _standing(
    school: School,
    requests: list[MeetingRequest],
    meetings: list[Meeting],
    awards: list[Award],
    reflections: list[Reflection],
) -> Standing:
    audits = [audit for meeting in meetings for audit in meeting.audits.all()]
    current = next((award for award in awards if award.status == "current"), None)
    booked = min((m for m in meetings if m.status == "booked"), key=lambda m: m.starts_at, default=None)
    return Standing(
        is_open=school.is_open,
        new_request=next((request.reference for request in requests if request.status == "new"), None),
        booked_meeting=booked.pk if booked else None,
        booked_on=booked.held_on if booked else None,
        open_audit=_open_audit(meetings),
        undecided_audit=next((a.pk for a in audits if a.status == "agreed" and not hasattr(a, "award")), None),
        unsent_award=current.pk if current and not hasattr(current, "outcome_pack") else None,
        award=current.pk if current else None,
        award_expires_on=current.expires_on if current else None,
        unanswered_reflection=next((r.pk for r in reflections if r.queued_at and not r.answered_at), None),
    )
