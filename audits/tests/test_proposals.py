"""Which priorities an audit suggests, and the words it begins with."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from audits.rules import FrameworkDefinition, Rating, parse_framework, propose_priorities, suggest_words
from audits.tests.factories import SMALL

DEFINITION: FrameworkDefinition = parse_framework(yaml.safe_load(SMALL.read_text(encoding="utf-8")))
CRITERIA = {criterion.code: criterion for criterion in DEFINITION.criteria}
SECTION_OF = {c.code: section.code for section in DEFINITION.sections for c in section.criteria}


def proposed(**ratings: str) -> list[str]:
    """For these ratings; every other criterion is green."""
    given_ratings = {code.replace("_", "-"): rating for code, rating in ratings.items()}
    return propose_priorities(DEFINITION, dict.fromkeys(CRITERIA, "green") | given_ratings)


@pytest.mark.parametrize(
    "ratings, codes",
    [
        # Nothing red or amber: nothing to propose.
        ({}, []),
        ({"P_INT_01": "not_discussed", "P_IMP_03": "not_applicable"}, []),
        # What is essential for Bronze before Silver before Gold before none.
        ({"P_INT_01": "red", "P_INT_02": "red", "P_INT_03": "red"}, ["P-INT-02", "P-INT-01", "P-INT-03"]),
        ({"P_IMP_03": "red", "P_IMP_02": "amber"}, ["P-IMP-02", "P-IMP-03"]),
        # Among equals red before amber, then in the order of the conversation.
        ({"P_INT_02": "amber", "P_IMP_01": "red", "P_IPC_01": "amber"}, ["P-IMP-01", "P-INT-02", "P-IPC-01"]),
        # Spread over the sections before a section gives a second one.
        (
            {"P_INT_01": "red", "P_INT_02": "red", "P_INT_03": "red", "P_IMP_03": "amber", "P_IPC_02": "amber"},
            ["P-INT-02", "P-IMP-03", "P-IPC-02"],
        ),
        ({"P_INT_01": "red", "P_INT_02": "red", "P_IPC_02": "amber"}, ["P-INT-02", "P-INT-01", "P-IPC-02"]),
        # Never more than three.
        ({code.replace("-", "_"): "red" for code in CRITERIA}, ["P-INT-02", "P-IMP-01", "P-IPC-01"]),
    ],
)
def test_propose_priorities_chooses_the_most_pressing(ratings, codes):
    assert proposed(**ratings) == codes


def test_propose_priorities_without_some_ratings_leaves_those_criteria_out():
    assert propose_priorities(DEFINITION, {"P-IPC-02": "red"}) == ["P-IPC-02"]


@given(st.fixed_dictionaries({code: st.sampled_from(list(Rating)) for code in CRITERIA}))
def test_propose_priorities_of_any_audit_are_reds_and_ambers_spread_over_sections(ratings):
    weak = [code for code in CRITERIA if ratings[code] in ("red", "amber")]

    codes = propose_priorities(DEFINITION, ratings)

    assert len(codes) == len(set(codes)) == min(3, len(weak))
    assert set(codes) <= set(weak)
    sections = {SECTION_OF[code] for code in codes}
    assert len(sections) == min(3, len({SECTION_OF[code] for code in weak}))


@pytest.mark.parametrize(
    "rating, support, others",
    [
        ("red", "Vision conversation", ("Example visions",)),
        ("amber", "Help with one plain page", ()),
        ("green", "", ()),
        ("not_discussed", "", ()),
        (None, "", ()),
    ],
)
def test_suggest_words_aims_at_green_and_takes_the_support_for_the_rating(rating, support, others):
    words = suggest_words(CRITERIA["P-INT-01"], rating)

    assert (words.action, words.support, words.other_support) == (
        "Work towards this: Everybody knows the aim.",
        support,
        others,
    )
