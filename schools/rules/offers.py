"""Which audit a school is offered, by its phase, its type and the ages of its pupils.

The codes are those of GIAS: phases 1 nursery, 2 primary, 3 middle deemed primary, 4 secondary, 5 middle deemed
secondary, 6 16 plus, 7 all-through, 0 not applicable. Their labels change over the years, the codes do not.
"""

from enum import StrEnum


class Offer(StrEnum):
    """The values of `schools.models.AuditOffer`."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    CHOICE = "choice"


PHASE_NAMES = {
    "0": "Not applicable",
    "1": "Nursery",
    "2": "Primary",
    "3": "Middle deemed primary",
    "4": "Secondary",
    "5": "Middle deemed secondary",
    "6": "16 plus",
    "7": "All-through",
}
OFFER_OF_PHASE = {
    "1": Offer.CHOICE,
    "2": Offer.PRIMARY,
    "3": Offer.CHOICE,
    "4": Offer.SECONDARY,
    "5": Offer.CHOICE,
    "6": Offer.SECONDARY,
    "7": Offer.CHOICE,
}
# What the phase alone suggests to a school that has the choice.
SUGGESTION_OF_PHASE = {"1": Offer.PRIMARY, "3": Offer.PRIMARY, "5": Offer.SECONDARY}
# Community, non-maintained, independent and foundation special schools; special academies and free schools.
SPECIAL_TYPES = frozenset({"07", "08", "10", "12", "32", "33", "36", "44"})
# Pupils move from the primary to the secondary phase in the year they turn twelve: until then they are "11".
LAST_PRIMARY_AGE = 11


def audit_offer(*, phase_code: str, type_code: str, low_age: int | None, high_age: int | None) -> Offer:
    """Which audit a school is offered before anybody decides otherwise.

    Primary, secondary and 16-plus schools get theirs; special, middle, all-through and nursery schools get the choice.
    Where the phase says nothing (independent schools, pupil referral units) the ages decide, and without ages the
    school gets the choice too.
    """
    if type_code in SPECIAL_TYPES:
        return Offer.CHOICE
    if phase_code in OFFER_OF_PHASE:
        return OFFER_OF_PHASE[phase_code]
    if high_age is not None and high_age <= LAST_PRIMARY_AGE:
        return Offer.PRIMARY
    if low_age is not None and low_age >= LAST_PRIMARY_AGE:
        return Offer.SECONDARY
    return Offer.CHOICE


def suggested_audit(*, phase_code: str, type_code: str, low_age: int | None, high_age: int | None) -> Offer | None:
    """The audit to propose to a school: its own, or for a school with the choice the one that fits most of its years.

    None when nothing is known to go by. All-through schools, with as many years in either phase, are proposed the
    secondary audit.
    """
    offer = audit_offer(phase_code=phase_code, type_code=type_code, low_age=low_age, high_age=high_age)
    if offer != Offer.CHOICE:
        return offer
    if phase_code in SUGGESTION_OF_PHASE:
        return SUGGESTION_OF_PHASE[phase_code]
    if low_age is None or high_age is None:
        return None
    return Offer.PRIMARY if low_age + high_age < 2 * LAST_PRIMARY_AGE else Offer.SECONDARY
