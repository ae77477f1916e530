"""Which priorities an audit suggests and why, and the words it begins with."""

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from audits.rules import (
    FrameworkDefinition,
    Rating,
    Wish,
    parse_framework,
    propose_priorities,
    suggest_words,
    why_proposed,
)
from audits.tests.factories import SMALL

DEFINITION: FrameworkDefinition = parse_framework(yaml.safe_load(SMALL.read_text(encoding="utf-8")))
CRITERIA = {criterion.code: criterion for criterion in DEFINITION.criteria}
SECTION_OF = {c.code: section.code for section in DEFINITION.sections for c in section.criteria}
ANY_RATINGS = st.fixed_dictionaries({code: st.sampled_from(list(Rating)) for code in CRITERIA})
ANY_WISH = st.builds(
    Wish, is_parked=st.booleans(), school=st.sampled_from([r.value for r in Rating]), has_words=st.booleans()
)
ANY_WISHES = st.dictionaries(st.sampled_from(sorted(CRITERIA)), ANY_WISH)
PARKED, OWN_RED, WORDS = Wish(is_parked=True), Wish(school="red"), Wish(has_words=True)


def by_code(values: dict[str, Any]) -> dict[str, Any]:
    return {code.replace("_", "-"): value for code, value in values.items()}


def proposed(wishes: dict[str, Wish] | None = None, **ratings: str) -> list[str]:
    """For these ratings; every other criterion is green."""
    every = dict.fromkeys(CRITERIA, "green") | by_code(ratings)
    return [proposal.code for proposal in propose_priorities(DEFINITION, every, by_code(wishes or {}))]


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
        ({"P_INT_01": "red", "P_INT_02": "red", "P_IPC_02": "amber"}, ["P-INT-02", "P-IPC-02", "P-INT-01"]),
        # Never more than three.
        ({code.replace("-", "_"): "red" for code in CRITERIA}, ["P-INT-02", "P-IMP-01", "P-IPC-01"]),
    ],
)
def test_propose_priorities_chooses_the_most_pressing(ratings, codes):
    assert proposed(**ratings) == codes


# Both essential for Bronze, in different sections.
TWO_BRONZE = {"P_INT_02": "amber", "P_IMP_01": "amber"}


@pytest.mark.parametrize(
    "wishes, ratings, codes",
    [
        # Parked counts more than red, among what is essential for the same.
        ({"P_IMP_01": PARKED}, TWO_BRONZE | {"P_INT_02": "red"}, ["P-IMP-01", "P-INT-02"]),
        # What the school said counts when the rating is the same, not before it.
        ({"P_IMP_01": OWN_RED}, TWO_BRONZE, ["P-IMP-01", "P-INT-02"]),
        ({"P_IMP_01": WORDS}, TWO_BRONZE, ["P-IMP-01", "P-INT-02"]),
        ({"P_IMP_01": Wish(school="amber")}, TWO_BRONZE, ["P-IMP-01", "P-INT-02"]),
        ({"P_IMP_01": Wish(school="green")}, TWO_BRONZE, ["P-INT-02", "P-IMP-01"]),
        ({"P_IMP_01": OWN_RED}, TWO_BRONZE | {"P_INT_02": "red"}, ["P-INT-02", "P-IMP-01"]),
        ({"P_IMP_01": OWN_RED, "P_INT_02": PARKED}, TWO_BRONZE, ["P-INT-02", "P-IMP-01"]),
        # No wish puts what is not essential before what is.
        ({"P_IMP_03": PARKED}, {"P_IMP_03": "red", "P_IMP_02": "amber"}, ["P-IMP-02", "P-IMP-03"]),
        # Nor does one bring in what is neither red nor amber.
        ({"P_INT_01": PARKED}, TWO_BRONZE, ["P-INT-02", "P-IMP-01"]),
    ],
)
def test_propose_priorities_listens_to_what_the_school_wants(wishes, ratings, codes):
    assert proposed(wishes, **ratings) == codes


@pytest.mark.parametrize(
    "wishes, ratings, reasons",
    [
        ({}, {"P_INT_02": "red"}, ["Red, essential for Bronze."]),
        ({"P_INT_02": PARKED}, {"P_INT_02": "red"}, ["Red, essential for Bronze; you parked it."]),
        ({"P_INT_01": WORDS}, {"P_INT_01": "amber"}, ["Amber, essential for Silver; the school wrote about it."]),
        (
            {"P_IMP_03": Wish(is_parked=True, school="red", has_words=True)},
            {"P_IMP_03": "amber"},
            ["Amber, essential for Gold; you parked it, the school rated itself red."],
        ),
        (
            {},
            {"P_INT_01": "red", "P_INT_02": "red", "P_IMP_01": "red", "P_IMP_02": "red", "P_IPC_02": "amber"},
            [
                "Red, essential for Bronze.",
                "Red, essential for Bronze.",
                "Amber, essential for Gold; so that Impact has a priority too.",
            ],
        ),
    ],
)
def test_propose_priorities_says_why_in_one_sentence(wishes, ratings, reasons):
    every = dict.fromkeys(CRITERIA, "green") | by_code(ratings)

    assert [proposal.reason for proposal in propose_priorities(DEFINITION, every, by_code(wishes))] == reasons


@pytest.mark.parametrize(
    "rating, wish, reason",
    [
        ("red", Wish(), "Red, essential for Silver."),
        ("green", PARKED, "Green; you parked it."),
        ("green", WORDS, "Green; the school wrote about it."),
        ("green", Wish(), ""),
        ("not_discussed", Wish(), ""),
    ],
)
def test_why_proposed_of_a_criterion_that_somebody_chose(rating, wish, reason):
    assert why_proposed(CRITERIA["P-INT-01"], rating, wish) == reason


def test_propose_priorities_without_some_ratings_leaves_those_criteria_out():
    assert [proposal.code for proposal in propose_priorities(DEFINITION, {"P-IPC-02": "red"})] == ["P-IPC-02"]


@given(ANY_RATINGS, ANY_WISHES)
def test_propose_priorities_of_any_audit_are_distinct_reds_and_ambers_round_by_round(ratings, wishes):
    weak = [code for code in CRITERIA if ratings[code] in ("red", "amber")]

    codes = [proposal.code for proposal in propose_priorities(DEFINITION, ratings, wishes)]

    assert len(codes) == len(set(codes)) == min(3, len(weak))
    assert set(codes) <= set(weak)
    given_so_far = dict.fromkeys((SECTION_OF[code] for code in weak), 0)
    for code in codes:
        left = {SECTION_OF[other] for other in set(weak) - set(codes[: codes.index(code)])}
        assert given_so_far[SECTION_OF[code]] == min(given_so_far[section] for section in left)
        given_so_far[SECTION_OF[code]] += 1


@given(ANY_RATINGS, ANY_WISHES, st.randoms(use_true_random=False))
def test_propose_priorities_is_as_pressing_in_whatever_order_the_criteria_stand(ratings, wishes, chance):
    """The order of the conversation settles ties, nothing else."""
    shuffled = replace(
        DEFINITION,
        sections=tuple(
            replace(section, criteria=tuple(chance.sample(section.criteria, len(section.criteria))))
            for section in chance.sample(DEFINITION.sections, len(DEFINITION.sections))
        ),
    )

    def pressing(definition: FrameworkDefinition) -> list[tuple[object, ...]]:
        codes = [proposal.code for proposal in propose_priorities(definition, ratings, wishes)]
        of = wishes.get
        return sorted(
            (CRITERIA[code].essential, of(code, Wish()).is_parked, ratings[code], of(code, Wish()).is_own)
            for code in codes
        )

    assert pressing(shuffled) == pressing(DEFINITION)


@pytest.mark.parametrize(
    "rating, action, support, others",
    [
        (
            "red",
            "Agree a first step for “A shared vision”, and take it within a term.",
            "Vision conversation",
            ("Example visions",),
        ),
        (
            "amber",
            "Finish what is begun in “A shared vision”, one step each term.",
            "Help with one plain page",
            (),
        ),
        ("green", "Keep “A shared vision” as strong as it is, and show other schools how.", "", ()),
        ("not_discussed", "Agree a first step for “A shared vision”, and take it within a term.", "", ()),
        (None, "Agree a first step for “A shared vision”, and take it within a term.", "", ()),
    ],
)
def test_suggest_words_takes_green_as_the_aim_and_the_support_for_the_rating(rating, action, support, others):
    words = suggest_words(CRITERIA["P-INT-01"], rating)

    assert (words.action, words.good_looks_like) == (action, "Everybody knows the aim.")
    assert (words.support, words.other_support) == (support, others)
