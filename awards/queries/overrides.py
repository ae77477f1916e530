"""Proposals of another level than the rules give: what waits for a second officer, and whom to ask."""

from dataclasses import dataclass

from django.db.models import QuerySet

from audits.models import Audit
from awards.models import LevelOverride, LevelOverrideQuerySet, OverrideState
from hubportal.accounts.models import Role, User
from schools.models import School


def second_officers(*, proposed_by: User) -> QuerySet[User]:
    """All who may agree to a proposal of this person's: every other officer and administrator, by name."""
    officers: QuerySet[User] = User.objects.officers()
    return officers.exclude(pk=proposed_by.pk)


def asked_officers(*, school: School, proposed_by: User, reader: User | None) -> list[User]:
    """Whom a proposal is sent to: the colleague who was chosen, or the leader of the school's area, or else the
    administrators, or else every other officer. Never who proposed it."""
    if reader:
        return [reader]
    others = list(second_officers(proposed_by=proposed_by))
    leader = school.area.leader_id if school.area else None
    groups = (
        [one for one in others if one.pk == leader],
        [one for one in others if one.role == Role.ADMINISTRATOR],
        others,
    )
    return next((group for group in groups if group), [])


def waiting_overrides(*, user: User) -> QuerySet[LevelOverride]:
    """Proposals that this person may answer: those that wait, but for their own. The oldest first."""
    waiting = _with_all_that_belongs().visible_to(user).waiting()
    return waiting.exclude(proposed_by=user).order_by("proposed_at", "pk")


def own_waiting_overrides(*, user: User) -> list[LevelOverride]:
    """This person's own proposals that nobody has answered yet, the oldest first."""
    return list(_with_all_that_belongs().waiting().filter(proposed_by=user).order_by("proposed_at", "pk"))


def override_for(*, user: User, pk: int) -> LevelOverride:
    """One proposal, with the audit it is about.

    Raises:
        LevelOverride.DoesNotExist: there is none, or it is not this person's to see.
    """
    return _with_all_that_belongs().visible_to(user).get(pk=pk)


@dataclass(frozen=True)
class Proposals:
    """What was proposed for one audit: what stands, and what was declined or taken back before, the newest first."""

    standing: LevelOverride | None
    earlier: tuple[LevelOverride, ...]

    @property
    def waits(self) -> LevelOverride | None:
        """The proposal that a second officer has to answer before anything can be awarded."""
        return self.standing if self.standing and self.standing.state == OverrideState.PROPOSED else None

    @property
    def agreed(self) -> LevelOverride | None:
        """The other level that two officers agreed."""
        return self.standing if self.standing and self.standing.state == OverrideState.AGREED else None


def proposals_for(audit: Audit) -> Proposals:
    """Every proposal of another level for this audit."""
    found = list(audit.level_overrides.select_related("proposed_by", "answered_by"))
    standing = {OverrideState.PROPOSED, OverrideState.AGREED}
    return Proposals(
        standing=next((one for one in found if one.state in standing), None),
        earlier=tuple(one for one in found if one.state not in standing),
    )


def _with_all_that_belongs() -> LevelOverrideQuerySet:
    return LevelOverride.objects.select_related(
        "proposed_by",
        "answered_by",
        "award",
        "audit__meeting__school__area",
        "audit__meeting__officer",
        "audit__framework",
    ).defer("audit__framework__definition")
