"""What the page of the three priorities chooses from: proposals, offers of support, and people at the hub."""

from collections.abc import Mapping
from dataclasses import dataclass

from audits.models import Audit
from audits.queries.lists import coordinator_name
from audits.queries.sheets import AuditSheet, RatingRow
from audits.rules import Proposal, Wish, propose_priorities, why_proposed
from hubportal.accounts.models import User
from support.models import Offer
from support.queries import offers_for_many


@dataclass(frozen=True)
class PriorityMaterial:
    """`offers` by criterion code, the most fitting first; `officers` may see to support; `proposals` with reasons."""

    sheet: AuditSheet
    coordinator: str
    offers: Mapping[str, list[Offer]]
    officers: tuple[User, ...]
    proposals: tuple[Proposal, ...]

    @property
    def audit(self) -> Audit:
        return self.sheet.audit

    @property
    def officer(self) -> User | None:
        """Who sees to support unless somebody else is named: the officer of the meeting, while they work here."""
        return next((user for user in self.officers if user.pk == self.audit.meeting.officer_id), None)

    @property
    def rows(self) -> dict[str, RatingRow]:
        """The criteria by code."""
        return {row.criterion.code: row for row in self.sheet.rows}

    @property
    def all_offers(self) -> dict[str, Offer]:
        """Every offer that serves any criterion of the audit, by its id as forms send it."""
        return {str(offer.pk): offer for offers in self.offers.values() for offer in offers}

    def reason_for(self, code: str) -> str:
        """One sentence why this criterion may be a priority; empty when nothing speaks for it."""
        row = self.rows.get(code)
        proposed = next((proposal.reason for proposal in self.proposals if proposal.code == code), "")
        return proposed or (why_proposed(row.criterion, row.rating.agreed, wish_of(row)) if row else "")


def priority_material(sheet: AuditSheet) -> PriorityMaterial:
    """All of it for the page of one audit."""
    phase = sheet.audit.framework.phase
    return PriorityMaterial(
        sheet=sheet,
        coordinator=coordinator_name(sheet.audit),
        offers=offers_for_many(phase, list(sheet.ratings), sheet.ratings),
        officers=tuple(User.objects.officers()),
        proposals=tuple(
            propose_priorities(
                sheet.definition, sheet.ratings, {row.criterion.code: wish_of(row) for row in sheet.rows}
            )
        ),
    )


def wish_of(row: RatingRow) -> Wish:
    """What in this row says that the school would like to work on it."""
    rating = row.rating
    return Wish(is_parked=rating.is_parked, school=rating.school, has_words=bool(rating.school_note.strip()))
