"""The hand-over to a national scheme: the list that staff work through, and one award's recommendation."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from awards.models import Award, AwardStatus, Recommendation, RecommendationState, RecommendationStep
from awards.rules.recommendations import OF_SCHOOL, State, Verb, possible, standing_steps
from hubportal.accounts.models import User
from schools.queries import hub_profile

TO_HAND_OVER = "to_hand_over"
# What the scheme gets is what the national register publishes of a school, and its award; no person's address.
COLUMNS = (
    "URN", "School", "Head teacher", "Street", "Town", "Postcode", "Telephone", "Website", "Local authority", "Phase",
    "Level", "Awarded on", "Valid until", "Scheme", "State", "Since",
)  # fmt: skip
ORDERS = {"school": "award__school__name", "awarded": "award__awarded_on", "since": "since"}


HUB_LABELS = {
    Verb.ACCEPT: "The school has accepted",
    Verb.DOWNLOAD: "The school has its certificate",
    Verb.DECLINE: "The school does not want it",
}

SCHOOL_LABELS = {
    Verb.ACCEPT: "We have accepted",
    Verb.DOWNLOAD: "We have downloaded the certificate",
    Verb.DECLINE: "We do not want it",
}
# The tone of each button, and what it asks before it acts.
SCHOOL_LOOKS = {
    Verb.ACCEPT: ("secondary", ""),
    Verb.DOWNLOAD: ("secondary", ""),
    Verb.DECLINE: ("link", "We leave it at that, and you can say otherwise later."),
}


@dataclass(frozen=True)
class RecommendationFilters:
    """What the list shows; the same words as in the address bar. `state` is "to_hand_over", a state, or empty: all."""

    q: str = ""
    state: str = TO_HAND_OVER
    sort: str = "since"


def recommendation_rows(*, user: User, filters: RecommendationFilters, today: date) -> QuerySet[Recommendation]:
    """The recommendations of current awards, each with its school and `since`: when it came to where it is."""
    latest = RecommendationStep.objects.filter(recommendation=OuterRef("pk")).order_by("-at", "-pk")
    found = Recommendation.objects.visible_to(user).annotate(since=Subquery(latest.values("at")[:1]))
    found = found.filter(award__status=AwardStatus.CURRENT)
    if filters.q:
        found = found.filter(_matches(filters.q))
    if filters.state == TO_HAND_OVER:
        found = found.to_hand_over(day=today)
    elif filters.state:
        found = found.filter(state=filters.state)
    column = filters.sort.removeprefix("-")
    order = F(ORDERS.get(column, "since"))
    ordered = order.desc(nulls_last=True) if filters.sort.startswith("-") else order.asc(nulls_last=True)
    return found.select_related("award__school__area").order_by(ordered, "award__school__name", "pk")


def _matches(text: str) -> Q:
    named = Q(award__school__name__icontains=text) | Q(award__school__search_text__contains=text.lower())
    return named | Q(award__school__urn=int(text)) if text.isdecimal() and text.isascii() else named


def recommendation_cells(recommendation: Recommendation) -> tuple[object, ...]:
    """The line of a recommendation from `recommendation_rows` in the file for the scheme."""
    award, school = recommendation.award, recommendation.award.school
    since = recommendation.since  # type: ignore[attr-defined]
    return (
        school.urn,
        school.name,
        school.head_name,
        school.street,
        school.town,
        school.postcode,
        school.telephone,
        school.website,
        school.la_name,
        school.phase_name,
        award.get_level_display(),
        award.awarded_on,
        award.ends_on or "",
        recommendation.scheme_name,
        recommendation.get_state_display(),
        timezone.localdate(since) if since else "",
    )


def with_steps() -> QuerySet[Recommendation]:
    """Recommendations with their history and who wrote each step: two queries, however many there are."""
    steps = RecommendationStep.objects.select_related("by", "by_contact").order_by("at", "pk")
    return Recommendation.objects.prefetch_related(Prefetch("steps", steps))


@dataclass(frozen=True)
class RecommendationStanding:
    """Where a recommendation from `with_steps` stands, and what may be done from there."""

    recommendation: Recommendation
    steps: tuple[RecommendationStep, ...]

    @classmethod
    def of(cls, recommendation: Recommendation) -> "RecommendationStanding":
        return cls(recommendation, tuple(recommendation.steps.all()))

    @property
    def verbs(self) -> tuple[Verb, ...]:
        return possible(State(self.recommendation.state))

    @property
    def verbs_of_school(self) -> tuple[Verb, ...]:
        return tuple(verb for verb in OF_SCHOOL if verb in self.verbs)

    @property
    def can_step_back(self) -> bool:
        return len(self._standing) > 1

    @property
    def can_school_step_back(self) -> bool:
        """Whether the last step that stands is one of the school's own."""
        return self.can_step_back and self.steps[self._standing[-1]].by_id is None

    @property
    def hub_buttons(self) -> tuple[tuple[str, dict[str, str], str], ...]:
        """What the hub may note that the school did: a button's label, what it posts, and what to confirm."""
        confirm = "Only if the school has told you so. It is noted with your name."
        return tuple((HUB_LABELS[verb], {"verb": str(verb)}, confirm) for verb in self.verbs_of_school)

    @property
    def school_buttons(self) -> tuple[tuple[str, dict[str, str], str, str], ...]:
        """What the school may say itself: a button's label, what it posts, its tone, and what to confirm."""
        return tuple((SCHOOL_LABELS[verb], {"verb": str(verb)}, *SCHOOL_LOOKS[verb]) for verb in self.verbs_of_school)

    @property
    def events(self) -> list[dict[str, object]]:
        """The history as the timeline component wants it, the newest first."""
        return [
            {
                "at": step.at,
                "what": f"{step.get_state_display()}: {step.note}" if step.note else step.get_state_display(),
                "by": step.by or step.by_contact or "",
            }
            for step in reversed(self.steps)
        ]

    @property
    def is_withheld(self) -> bool:
        return self.recommendation.state == RecommendationState.WITHHELD

    @property
    def _standing(self) -> tuple[int, ...]:
        return standing_steps([step.state for step in self.steps])


def recognition_words(award: Award) -> tuple[str, str]:
    """The scheme's name and what the school is told of it: as they were when it was recommended, else as they are
    today. Both empty where the hub does not recommend the school."""
    if not award.has_certificate_level:
        return "", ""
    made = Recommendation.objects.filter(award=award).first()
    if made is None:
        hub = hub_profile()
        return hub.recognition_name, hub.recognition_text
    return ("", "") if made.state == RecommendationState.WITHHELD else (made.scheme_name, made.wording)


def recommendation_standing(award: Award) -> RecommendationStanding | None:
    """Where an award's recommendation stands; None while nothing has been decided."""
    found = with_steps().filter(award=award).first()
    return RecommendationStanding.of(found) if found else None
