"""The smallest step to each higher level: which one it is, and how it is said where several are as small."""

from typing import Any

import pytest

from audits.rules import FrameworkDefinition, parse_framework
from audits.tests.framework_builder import framework_data
from awards.rules import Change, Level, NextStep, decide
from awards.tests.scoring import AMBER, GREEN, RED, SHIPPED
from awards.tests.test_rules import ESSENTIALS, SMALL, all_rated

TOP = {"must_be_green": ["bronze", "silver", "gold"]}


def framework_with(rule: dict[str, Any], sections: list[list[str]]) -> FrameworkDefinition:
    """A framework whose Bronze has this rule, far below Silver."""
    rules = {"bronze": rule, "silver": TOP | {"overall": 98}, "gold": TOP | {"overall": 99}}
    return parse_framework(framework_data(sections, rule=rules))


def test_next_step_of_gold_is_none():
    assert decide(framework=SMALL, ratings=all_rated(SMALL, GREEN), priorities=[]).next_step is None


def test_next_step_with_more_than_three_priorities_suggests_no_further_one():
    ratings = all_rated(ESSENTIALS, GREEN) | {"A-1": RED}

    step = decide(framework=ESSENTIALS, ratings=ratings, priorities=["B-1", "B-2", "B-3", "B-4"]).next_step

    assert step == NextStep(
        level=Level.BRONZE, changes=(Change(code="A-1", title="Title of A-1", before=RED, after=AMBER),)
    )


@pytest.mark.parametrize(
    "rule, sections, others, changes",
    [
        # Of two reds that may not both stay, both priorities already, the earlier one is advised.
        (
            {"overall": 0, "max_red": {"bronze": 1}, "red_must_be_priority": ["bronze"]},
            [["bronze", "bronze"], ["none"], ["none"]],
            {"A-1": RED, "A-2": RED},
            [("A-1", AMBER)],
        ),
        # Both must change. Two of two points in A are worth more than two of eight in B: 3 steps, not 4.
        (
            {"overall": 69, "max_red": {"bronze": 0}},
            [["bronze"], ["bronze", "none", "none", "none"], ["none"]],
            {"A-1": RED, "B-1": RED, "B-2": RED, "B-3": RED, "B-4": RED},
            [("A-1", GREEN), ("B-1", AMBER)],
        ),
        # One criterion is enough either way: A-1 by two steps, B-1 by one. The fewer steps win over the order.
        (
            {"overall": 50},
            [["none", "none"], ["none"], ["none"]],
            {"A-1": RED, "A-2": RED, "B-1": RED},
            [("B-1", AMBER)],
        ),
        # As many criteria and steps: the framework's order decides.
        (
            {"overall": 80},
            [["none"], ["none"], ["none"]],
            {"A-1": AMBER, "B-1": AMBER},
            [("A-1", GREEN)],
        ),
    ],
)
def test_next_step_between_ways_takes_the_smaller_then_the_earlier(rule, sections, others, changes):
    top = {"must_be_green": ["bronze", "silver", "gold"]}
    rules = {"bronze": rule, "silver": top | {"overall": 98}, "gold": top | {"overall": 99}}
    framework = parse_framework(framework_data(sections, rule=rules))

    decision = decide(
        framework=framework, ratings=all_rated(framework, GREEN) | others, priorities=["A-1", "A-2"][: len(sections[0])]
    )

    assert decision.next_step is not None
    assert [(change.code, change.after) for change in decision.next_step.changes] == changes


@pytest.mark.parametrize(
    "rule, sections, others, sentence",
    [
        # Two ambers of which either will do.
        (
            {"overall": 80},
            [["none"], ["none"], ["none"]],
            {"A-1": AMBER, "B-1": AMBER},
            "Bronze needs one of these two ambers to become green: “Title of A-1” or “Title of B-1”.",
        ),
        # Some of several, all alike.
        (
            {"overall": 80},
            [["none"] * 2, ["none"] * 2, ["none"]],
            {"A-1": AMBER, "A-2": AMBER, "B-1": AMBER, "B-2": AMBER},
            "Bronze needs two of these four ambers to become green: "
            "“Title of A-1”, “Title of A-2”, “Title of B-1” and “Title of B-2”.",
        ),
        # What every set has, and a choice beside it.
        (
            {"overall": 90, "max_red": {"bronze": 0}},
            [["bronze", "none", "none"], ["none"] * 2, ["none"] * 2],
            {"A-1": RED} | dict.fromkeys(["A-2", "A-3", "B-1", "C-1"], AMBER),
            "Bronze needs four changes: “Title of A-1” from red to green; and three of these four ambers to become "
            "green: “Title of A-2”, “Title of A-3”, “Title of B-1” and “Title of C-1”.",
        ),
        # Two in the larger section would be worth too little.
        (
            {"overall": 85, "max_red": {"bronze": 0}},
            [["bronze", "none", "none"], ["none"] * 2, ["none"] * 2],
            {"A-1": RED} | dict.fromkeys(["A-2", "A-3", "B-1", "C-1"], AMBER),
            "Bronze needs three changes: “Title of A-1” from red to green; and two of these four ambers to become "
            "green, no more than one of them in Intent: “Title of A-2” and “Title of A-3” (Intent), "
            "“Title of B-1” (Implementation) and “Title of C-1” (Impact).",
        ),
        # Of two reds one may stay; either may be the one.
        (
            {"overall": 0, "max_red": {"bronze": 1}},
            [["bronze", "bronze"], ["none"], ["none"]],
            {"A-1": RED, "A-2": RED},
            "Bronze needs one of these two reds to become amber: “Title of A-1” or “Title of A-2”.",
        ),
        # Both must go up and one of them further.
        (
            {"overall": 90, "max_red": {"bronze": 0}},
            [["bronze", "bronze"], ["none"], ["none"]],
            {"A-1": RED, "A-2": RED},
            "Bronze needs one of these two reds to become green, and the other to become amber: "
            "“Title of A-1” or “Title of A-2”.",
        ),
        # A red and an amber that bring the same.
        (
            {"overall": 75},
            [["none"] * 2, ["none"], ["none"]],
            {"A-1": RED, "A-2": AMBER, "B-1": AMBER},
            "Bronze needs one change: “Title of B-1” from amber to green.",
        ),
        (
            {"overall": 65},
            [["none"] * 2, ["none"], ["none"]],
            {"A-1": RED, "A-2": AMBER, "B-1": AMBER},
            "Bronze needs one of these three changes: “Title of A-1” from red to amber; "
            "“Title of A-2” from amber to green; or “Title of B-1” from amber to green.",
        ),
    ],
)
def test_step_where_several_are_as_small_says_exactly_which(rule, sections, others, sentence):
    framework = framework_with(rule, sections)

    decision = decide(framework=framework, ratings=all_rated(framework, GREEN) | others, priorities=[])

    assert decision.steps[0].sentence == sentence


def test_step_with_every_amber_to_choose_from_counts_them_instead_of_naming_them():
    framework = SHIPPED["primary"]

    steps = decide(framework=framework, ratings=all_rated(framework, AMBER), priorities=[]).steps

    assert steps[0].sentence == "Silver needs any six of the 28 ambers to become green."
    assert steps[1].words.changes[-1] == (
        "any nine of the other 20 ambers to become green, "
        "at least two and no more than six of them in Implementation and at least two of them in Impact"
    )


def test_step_with_other_sets_too_mixed_for_words_is_an_example_and_counts_the_others():
    framework = framework_with({"overall": 75}, [["none"] * 3] * 3)
    others = dict.fromkeys(["A-2", "A-3", "B-3"], RED) | dict.fromkeys(["B-1", "B-2", "C-1"], AMBER)

    step = decide(framework=framework, ratings=all_rated(framework, GREEN) | others, priorities=[]).steps[0]

    assert (step.choices, step.others) == ((), 11)
    assert step.words.lead == "Bronze needs three changes, for example"
    assert step.words.others == "11 other sets of changes would be as small."
    assert step.sentence == (
        "Bronze needs three changes, for example: “Title of A-2” from red to green; “Title of A-3” from red to green; "
        "and “Title of B-1” from amber to green. 11 other sets of changes would be as small."
    )


def test_step_with_very_many_other_sets_says_only_that_there_are_many():
    framework = SHIPPED["secondary"]
    ratings = {code: (RED, AMBER, RED)[place % 3] for place, code in enumerate(all_rated(framework, RED))}

    steps = decide(framework=framework, ratings=ratings, priorities=[]).steps

    assert [step.words.others for step in steps] == ["", "More than 100 other sets of changes would be as small.", ""]


@pytest.mark.parametrize(
    "others, sentence",
    [
        (1, "One other set of changes would be as small."),
        (2, "Two other sets of changes would be as small."),
        (None, "More than 100 other sets of changes would be as small."),
    ],
)
def test_example_says_how_many_other_sets_are_as_small(others, sentence):
    change = Change(code="A-1", title="Singing", before=AMBER, after=GREEN)

    step = NextStep(level=Level.SILVER, changes=(change,), others=others)

    assert step.sentence == f"Silver needs one change, for example: “Singing” from amber to green. {sentence}"


def test_next_step_parts_give_its_changes_one_by_one():
    ratings = all_rated(ESSENTIALS, GREEN) | {"A-1": RED, "A-2": RED}

    decision = decide(framework=ESSENTIALS, ratings=ratings, priorities=[])

    either = "one of these two reds agreed as a priority (it may stay red for now), and the other to become amber"
    lead = f"Bronze needs {either}"
    assert decision.next_step_parts == {
        "level": "bronze",
        "lead": lead,
        "changes": ["“Title of A-1”", "“Title of A-2”"],
        "others": "",
        "sentence": f"{lead}: “Title of A-1” or “Title of A-2”.",
    }
    assert decide(framework=ESSENTIALS, ratings=all_rated(ESSENTIALS, GREEN), priorities=[]).next_step_parts == {}


def test_decision_as_data_has_the_steps_beyond_the_next_one():
    ratings = all_rated(ESSENTIALS, GREEN) | {"A-1": RED}

    data = decide(framework=ESSENTIALS, ratings=ratings, priorities=["A-1"]).as_data()

    assert data["next_step"] == "Silver needs one change: “Title of A-1” from red to amber."
    assert data["further_steps"] == [
        {
            "level": "gold",
            "lead": "Gold needs one change",
            "changes": ["“Title of A-1” from red to green"],
            "others": "",
            "sentence": "Gold needs one change: “Title of A-1” from red to green.",
        }
    ]
