"""The hub recommends a school to a national scheme; what hub and school say of it is noted step by step."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.models import Award, AwardStatus, Recommendation, RecommendationState, RecommendationStep
from awards.rules.recommendations import OF_SCHOOL, State, Verb, after, standing_steps
from hubportal.accounts.models import User
from schools.models import Contact, TimelineKind
from schools.queries import hub_profile
from schools.timeline import record_event

LONGEST_NOTE = 300
NOT_THIS_LEVEL = "Only schools with Bronze, Silver or Gold are recommended."
NOT_CURRENT = "This award is no longer the school’s current one, so nothing can be handed over for it."
NOT_YOURS = "Only your own school’s answer can be given here. Please write to the hub about anything else."
NOTHING_TO_TAKE_BACK = "There is no step to take back."
NOT_YOUR_STEP = "The last step was the hub’s. Please write to the hub if it is wrong."
NOTE_WANTED = "Say in a few words why the step is taken back."
WORDS = {
    Verb.RECOMMEND: "Recommended to {scheme}.",
    Verb.WITHHOLD: "Not recommended to {scheme}.",
    Verb.SEND: "Recommendation handed over to {scheme}.",
    Verb.ACCEPT: "The school accepted the recommendation to {scheme}.",
    Verb.DOWNLOAD: "The school has its certificate of {scheme}.",
    Verb.DECLINE: "The school does not want the recommendation to {scheme}.",
}


def recommend_with_pack(*, award: Award, by: User, now: datetime) -> Recommendation | None:
    """The outcome pack that tells of the recommendation goes: recommend the school, unless somebody at the hub chose
    not to or its level has no certificate. None: the school is not recommended."""
    if not award.has_certificate_level:
        return None
    earlier = Recommendation.objects.filter(award=award).first()
    if earlier:
        return None if earlier.state == RecommendationState.WITHHELD else earlier
    return recommend(award=award, by=by, now=now)


@transaction.atomic
def recommend(*, award: Award, by: User, now: datetime | None = None) -> Recommendation:
    """Recommend the school of an award under the name and in the words that the scheme has today. Twice is harmless.

    Raises:
        ValidationError: the award is not current, its level has no certificate, or it was handed over already.
    """
    return _decide(award, Verb.RECOMMEND, by=by, now=now)


@transaction.atomic
def withhold_recommendation(*, award: Award, note: str = "", by: User, now: datetime | None = None) -> Recommendation:
    """Leave the school of an award without a recommendation. Before the outcome pack has gone the pack then says
    nothing of it; afterwards the recommendation is taken off the list to hand over.

    Raises:
        ValidationError: the award is not current, its level has no certificate, it was handed over already, or the
            note is too long.
    """
    return _decide(award, Verb.WITHHOLD, note=note, by=by, now=now)


def _decide(award: Award, verb: Verb, *, note: str = "", by: User, now: datetime | None) -> Recommendation:
    award = Award.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=award.pk)
    if not award.has_certificate_level:
        raise ValidationError(NOT_THIS_LEVEL)
    if award.status != AwardStatus.CURRENT:
        raise ValidationError(NOT_CURRENT)
    recommendation = Recommendation.objects.select_for_update().filter(award=award).first()
    if recommendation is not None and recommendation.state == _after(verb, recommendation.state):
        return recommendation
    hub = hub_profile()
    if recommendation is None:
        recommendation = Recommendation(award=award)
    if verb == Verb.RECOMMEND or not recommendation.pk:
        recommendation.scheme_name, recommendation.wording = hub.recognition_name, hub.recognition_text
    recommendation.award = award
    return _take(recommendation, verb, note=note, by=by, now=now)


@transaction.atomic
def mark_sent(*, recommendations: Collection[Recommendation], by: User, now: datetime | None = None) -> int:
    """Note that these schools have been handed over to the scheme. Those that somebody else has marked or withheld
    meanwhile stay as they are. Returns how many were marked just now."""
    at = now or timezone.now()
    waiting = Recommendation.objects.to_hand_over(day=timezone.localdate(at)).filter(
        pk__in=[each.pk for each in recommendations]
    )
    locked = waiting.select_for_update(of=("self",)).select_related("award__school").order_by("pk")
    return len([_take(each, Verb.SEND, by=by, now=at) for each in locked])


@transaction.atomic
def note_recommendation_step(
    *,
    recommendation: Recommendation,
    verb: Verb,
    note: str = "",
    by: User | None = None,
    by_contact: Contact | None = None,
    now: datetime | None = None,
) -> Recommendation:
    """Note what the school did: accepted, downloaded its certificate, or declined. Said by the school itself, or by
    the hub that heard of it. Twice is harmless.

    Raises:
        ValidationError: it cannot be said from here, the award is not current, or it is another school's.
    """
    if verb not in OF_SCHOOL:
        raise ValueError(f"“{verb}” is not the school’s to do.")
    current = _locked(recommendation, by_contact=by_contact)
    if current.state == _after(verb, current.state):
        return current
    return _take(current, verb, note=note, by=by, by_contact=by_contact, now=now)


@transaction.atomic
def take_back_step(
    *,
    recommendation: Recommendation,
    note: str = "",
    by: User | None = None,
    by_contact: Contact | None = None,
    now: datetime | None = None,
) -> Recommendation:
    """Return to where the recommendation was before its last step: it was a slip. The step stays in the history.

    The hub says why; a school may take back a step of its own only.

    Raises:
        ValidationError: there is nothing to take back, the step is not the school's, or the note is missing.
    """
    current = _locked(recommendation, by_contact=by_contact)
    words = _checked(note)
    if by and not words:
        raise ValidationError({"note": NOTE_WANTED})
    steps = list(current.steps.order_by("at", "pk"))
    standing = standing_steps([step.state for step in steps])
    if len(standing) < 2:
        raise ValidationError(NOTHING_TO_TAKE_BACK)
    last, before = steps[standing[-1]], steps[standing[-2]]
    if by_contact and last.by_id is not None:
        raise ValidationError(NOT_YOUR_STEP)
    text = f"{current.scheme_name}: “{last.get_state_display()}” was taken back."
    return _write(current, State(before.state), text, note=words, by=by, by_contact=by_contact, now=now)


def _after(verb: Verb, state: str) -> State:
    """As the rule says, with its refusal as a sentence for the page."""
    try:
        return after(verb, State(state))
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _locked(recommendation: Recommendation, *, by_contact: Contact | None) -> Recommendation:
    found = Recommendation.objects.select_related("award__school").select_for_update(of=("self",))
    current = found.get(pk=recommendation.pk)
    if by_contact and current.award.school_id != by_contact.school_id:
        raise ValidationError(NOT_YOURS)
    if current.award.status != AwardStatus.CURRENT:
        raise ValidationError(NOT_CURRENT)
    return current


def _checked(note: str) -> str:
    words = " ".join(note.split())
    if len(words) > LONGEST_NOTE:
        sentence = f"This may have at most {LONGEST_NOTE} characters; it has {len(words)}. Please shorten it."
        raise ValidationError({"note": sentence})
    return words


def _take(
    recommendation: Recommendation,
    verb: Verb,
    *,
    note: str = "",
    by: User | None = None,
    by_contact: Contact | None = None,
    now: datetime | None = None,
) -> Recommendation:
    state = after(verb, State(recommendation.state) if recommendation.pk else None)
    text = WORDS[verb].format(scheme=recommendation.scheme_name)
    return _write(recommendation, state, text, note=_checked(note), by=by, by_contact=by_contact, now=now)


def _write(
    recommendation: Recommendation,
    state: State,
    text: str,
    *,
    note: str,
    by: User | None,
    by_contact: Contact | None,
    now: datetime | None,
) -> Recommendation:
    at = now or timezone.now()
    recommendation.state = RecommendationState(state)
    recommendation.save()
    RecommendationStep.objects.create(
        recommendation=recommendation, state=recommendation.state, at=at, by=by, by_contact=by_contact, note=note
    )
    school = recommendation.award.school
    record_event(school=school, kind=TimelineKind.AWARD, text=text, by=by, by_contact=by_contact, at=at)
    return recommendation
