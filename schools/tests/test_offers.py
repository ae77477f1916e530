"""Which audit a school is offered, and which is proposed."""

import pytest

from schools.models import AuditOffer, School
from schools.rules import Offer, audit_offer, suggested_audit

COMMUNITY, SPECIAL, INDEPENDENT = "01", "07", "11"


@pytest.mark.parametrize(
    ("phase", "type_code", "low", "high", "offer", "suggestion"),
    [
        ("2", COMMUNITY, 4, 11, "primary", "primary"),
        ("2", COMMUNITY, None, None, "primary", "primary"),
        ("4", COMMUNITY, 11, 16, "secondary", "secondary"),
        ("6", "18", 16, 99, "secondary", "secondary"),
        # Middle, all-through and nursery schools get the choice.
        ("3", COMMUNITY, 5, 12, "choice", "primary"),
        ("5", COMMUNITY, 10, 14, "choice", "secondary"),
        ("5", COMMUNITY, None, None, "choice", "secondary"),
        ("7", COMMUNITY, 4, 18, "choice", "secondary"),
        ("7", COMMUNITY, 3, 16, "choice", "primary"),
        ("7", COMMUNITY, None, 18, "choice", None),
        ("1", "15", 2, 5, "choice", "primary"),
        # Special schools too, whatever the phase says.
        ("0", SPECIAL, 4, 11, "choice", "primary"),
        ("0", SPECIAL, 11, 19, "choice", "secondary"),
        ("2", SPECIAL, 4, 11, "choice", "primary"),
        ("0", SPECIAL, None, None, "choice", None),
        # Independent schools and pupil referral units go by their ages.
        ("0", INDEPENDENT, 3, 11, "primary", "primary"),
        ("0", INDEPENDENT, 3, 12, "choice", "primary"),
        ("0", INDEPENDENT, 10, 16, "choice", "secondary"),
        ("0", INDEPENDENT, 11, 16, "secondary", "secondary"),
        ("0", INDEPENDENT, None, 11, "primary", "primary"),
        ("0", INDEPENDENT, 11, None, "secondary", "secondary"),
        ("", INDEPENDENT, None, None, "choice", None),
        ("9", INDEPENDENT, None, None, "choice", None),
    ],
)
def test_audit_offer_goes_by_type_phase_and_ages(phase, type_code, low, high, offer, suggestion):
    facts = {"phase_code": phase, "type_code": type_code, "low_age": low, "high_age": high}

    assert (audit_offer(**facts), suggested_audit(**facts)) == (offer, suggestion)


def test_offers_are_the_values_of_the_register():
    assert [offer.value for offer in Offer] == AuditOffer.values


@pytest.mark.parametrize(
    ("offer", "phase", "expected"),
    [("choice", "5", "secondary"), ("choice", "0", ""), ("primary", "5", "primary")],
)
def test_school_suggests_its_only_audit_or_what_its_phase_says(offer, phase, expected):
    assert School(audit_offer=offer, phase_code=phase).suggested_audit == expected
