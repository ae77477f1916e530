"""The school's own page: where we stand, what comes next and when, what there is to download and to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from audits.models import Audit, Promise, PromiseSide
from awards.models import REFLECTION_MONTHS, Award, AwardStatus, Certificate, PublicListing, Reflection, ShownStatus
from awards.queries.badges import badge_snippet
from awards.queries.my_school_files import LogoGroup, logo_groups
from awards.queries.priorities import PriorityText, priority_texts
from awards.queries.progress import priorities_with_notes
from awards.queries.recommendations import RecommendationStanding, recommendation_standing
from awards.queries.register import standing_listing
from meetings.models import Meeting, MeetingKind, MeetingRequest
from schools.models import School


@dataclass(frozen=True)
class Step:
    """One step of the school's journey, as the component draws it."""

    key: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class ComingUp:
    """Something that will happen by itself, and when."""

    on: date
    what: str


@dataclass(frozen=True)
class EarlierPriorities:
    """What an earlier conversation left open: it stays until it is settled."""

    held_on: date
    priorities: tuple[PriorityText, ...]


@dataclass(frozen=True)
class MySchool:
    """All that the school's own page shows. `current` is the step the school is at (None: none has begun).

    `badge` is the HTML for the school's website, empty without an award in force; `last_form` the meeting whose data
    form was sent last. `audit` is the one that agreed the current priorities (None where a school that is closed now
    had agreed them).
    """

    school: School
    steps: tuple[Step, ...]
    current: str | None
    award: Award | None
    status: ShownStatus | None
    certificate: Certificate | None
    logos: tuple[LogoGroup, ...]
    badge: str
    recommendation: RecommendationStanding | None
    listing: PublicListing | None
    earlier: tuple[Award, ...]
    audit: Audit | None
    priorities: tuple[PriorityText, ...]
    still_open: tuple[EarlierPriorities, ...]
    to_answer: tuple[Reflection, ...]
    answered: tuple[Reflection, ...]
    meetings: tuple[Meeting, ...]
    last_form: Meeting | None
    has_request: bool
    coming_up: tuple[ComingUp, ...]

    @property
    def certificate_label(self) -> str:
        """What the certificate's link says: once the award has ended, so that nobody takes it for a valid one."""
        if self.status == ShownStatus.EXPIRED and self.award and self.award.ends_on:
            return f"Certificate (ended {_long(self.award.ends_on)})"
        return "Certificate"

    @property
    def is_in_force(self) -> bool:
        """Whether there is an award that others may be shown today."""
        return self.status == ShownStatus.CURRENT and self.certificate is not None

    @property
    def asks_to_renew(self) -> bool:
        """Whether the award has ended and nothing has been arranged yet."""
        return self.status == ShownStatus.EXPIRED and not self.meetings and not self.has_request


def my_school(school: School, *, now: datetime, today: date) -> MySchool:
    """What a school may know of itself. An award is on it once staff have sent its outcome pack, not before."""
    awards = _released_awards(school)
    award = next((one for one in awards if one.status == AwardStatus.CURRENT), None)
    status = award.status_on(today) if award else None
    certificate = award.latest_certificate if award else None
    sheets = Reflection.objects.filter(audit__meeting__school=school)
    reflections = list(sheets.of_current_priorities().order_by("due_on", "pk"))
    meetings = tuple(_meetings(school))
    to_come = tuple(meeting for meeting in meetings if meeting.ends_at >= now)
    has_request = MeetingRequest.objects.open().filter(school=school).exists()
    agreed = next((one.audit for one in awards if one.audit.priorities.all()), None)
    steps, current = _journey(award, meetings, to_come, reflections, has_request=has_request)
    return MySchool(
        school=school,
        steps=steps,
        current=current,
        award=award,
        status=status,
        certificate=certificate,
        logos=logo_groups(award) if award and status == ShownStatus.CURRENT else (),
        badge=badge_snippet(certificate.key) if certificate and status == ShownStatus.CURRENT else "",
        recommendation=_recommendation(award),
        listing=standing_listing(school),
        earlier=tuple(one for one in awards if one is not award and one.status == AwardStatus.SUPERSEDED),
        audit=agreed if agreed and agreed.meeting.school_id == school.pk else None,
        priorities=priority_texts(agreed, today=today) if agreed else (),
        still_open=_still_open(awards, agreed, today=today),
        to_answer=tuple(sheets.to_answer(day=today).order_by("due_on", "pk")),
        answered=tuple(sheet for sheet in reflections if sheet.answered_at),
        meetings=to_come,
        last_form=next((one for one in reversed(meetings) if _has_sent_form(one)), None),
        has_request=has_request,
        coming_up=_coming_up(award, to_come, _still_planned(reflections, awards), today=today),
    )


def _recommendation(award: Award | None) -> RecommendationStanding | None:
    """Nothing is said to a school of a recommendation that the hub did not make."""
    standing = recommendation_standing(award) if award else None
    return None if standing is None or standing.is_withheld else standing


def _has_sent_form(meeting: Meeting) -> bool:
    form = getattr(meeting, "data_form", None)
    return form is not None and form.sent_at is not None


def _still_open(awards: Sequence[Award], agreed: Audit | None, *, today: date) -> tuple[EarlierPriorities, ...]:
    """Priorities of earlier conversations with which either side has still something to keep."""
    found = []
    for award in awards:
        texts = priority_texts(award.audit, today=today) if award.audit != agreed else ()
        left = tuple(text for text in texts if text.is_open)
        if left:
            found.append(EarlierPriorities(award.audit.meeting.held_on, left))
    return tuple(found)


def own_promises(school: School) -> QuerySet[Promise]:
    """What the school itself promised, as far as it knows of it: once the award's outcome pack has been sent."""
    released = Award.objects.released().filter(school=school)
    promises = Promise.objects.filter(side=PromiseSide.SCHOOL, priority__audit__award__in=released)
    return promises.select_related("priority__criterion", "priority__hub_owner", "priority__audit__meeting")


def _released_awards(school: School) -> list[Award]:
    found = Award.objects.released().filter(school=school).select_related("audit__meeting", "outcome_pack")
    return list(
        found.prefetch_related(
            Prefetch("certificates", Certificate.objects.with_replacement()),
            Prefetch("audit__priorities", priorities_with_notes()),
        )
    )


def _meetings(school: School) -> list[Meeting]:
    # `is_rated_beforehand`: the school has said that its own ratings are ready.
    rated = Audit.objects.filter(meeting=OuterRef("pk"), school_done_at__isnull=False)
    found = Meeting.objects.standing().filter(school=school).annotate(is_rated_beforehand=Exists(rated))
    return list(found.select_related("officer", "data_form").order_by("period"))


def _journey(
    award: Award | None,
    meetings: Sequence[Meeting],
    to_come: Sequence[Meeting],
    reflections: Sequence[Reflection],
    *,
    has_request: bool,
) -> tuple[tuple[Step, ...], str | None]:
    """The steps and where the school is: a conversation that is booked or written up counts before an older award."""
    conversations = [one for one in meetings if one.kind == MeetingKind.QUALITY_CONVERSATION]
    newest = conversations[-1] if conversations else None
    is_new_round = newest is not None and (award is None or newest.held_on > award.awarded_on)
    sheets = {} if is_new_round else {sheet.month: sheet for sheet in reversed(reflections)}
    steps = (
        Step("ask", "You ask"),
        Step("meet", "We meet", _long(newest.held_on) if newest else ""),
        Step("award", "Award and priorities", award.get_level_display() if award and not is_new_round else ""),
        *(
            Step(str(month), f"{month} months on", _long(sheets[month].due_on) if month in sheets else "")
            for month in REFLECTION_MONTHS
        ),
        Step("renew", "We meet again", "" if award is None or is_new_round else _renewal(award)),
    )
    if is_new_round:
        return steps, "meet" if newest in to_come else "award"
    if award is None:
        return steps, "meet" if has_request else None
    ahead = next((str(month) for month in sorted(sheets) if not sheets[month].answered_at), "renew")
    return steps, ahead


def _renewal(award: Award) -> str:
    return f"by {_long(award.ends_on)}" if award.ends_on else "when you are ready"


def _still_planned(reflections: Sequence[Reflection], awards: Sequence[Award]) -> list[Reflection]:
    """Of a withdrawn award no sheet goes out any more."""
    withdrawn = {award.audit_id for award in awards if award.status == AwardStatus.WITHDRAWN}
    return [sheet for sheet in reflections if sheet.audit_id not in withdrawn]


def _coming_up(
    award: Award | None, to_come: Sequence[Meeting], reflections: Sequence[Reflection], *, today: date
) -> tuple[ComingUp, ...]:
    rows = [ComingUp(one.held_on, f"{one.get_kind_display()} with {one.officer.name}") for one in to_come]
    rows += [
        ComingUp(sheet.due_on, f"We send you a short reflection sheet, {sheet.month} months after the meeting")
        for sheet in reflections
        if not sheet.queued_at and sheet.due_on >= today
    ]
    if award and award.expires_on >= today:
        invitation = "We invite you to the next conversation"
        ending = "Your award ends; before that, we invite you to the next conversation"
        rows.append(ComingUp(award.expires_on, ending if award.ends_on else invitation))
    return tuple(sorted(rows, key=lambda row: row.on))


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
