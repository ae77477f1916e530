"""What keeps a school from a level, in sentences for one criterion, for two and for many."""

import pytest

from audits.rules import parse_framework
from audits.tests.framework_builder import framework_data
from awards.rules import decide
from awards.tests.test_rules import GREEN, ONLY_POINTS, RED, all_rated, ratings_with_points

# Four criteria essential for Silver among many that are none: one section has them all.
FOUR = [["silver"] * 4 + ["none"] * 6, ["none"], ["none"]]


@pytest.mark.parametrize(
    "rule, reds, clause",
    [
        (
            {"max_red": {"silver": 0}},
            1,
            "none of the Silver essentials may be red, but “Title of A-1” is.",
        ),
        (
            {"max_red": {"silver": 0}},
            2,
            "none of the Silver essentials may be red, but “Title of A-1” and “Title of A-2” are.",
        ),
        ({"max_red": {"silver": 0}}, 4, "none of the Silver essentials may be red, but four are."),
        (
            {"max_red": {"silver": 2}},
            3,
            "only two of the Silver essentials may be red, but three are red "
            "(“Title of A-1”, “Title of A-2” and “Title of A-3”).",
        ),
        (
            {"max_red": {"silver": 2}, "red_must_be_priority": ["silver"]},
            2,
            "only two of the Silver essentials may be red, and each must be an agreed priority, but "
            "“Title of A-1” and “Title of A-2” are red and are not priorities.",
        ),
        (
            {"red_must_be_priority": ["silver"]},
            1,
            "every Silver essential that is red must be an agreed priority, but "
            "“Title of A-1” is red and is not a priority.",
        ),
        (
            {"red_must_be_priority": ["silver"]},
            4,
            "every Silver essential that is red must be an agreed priority, but four are red and are not priorities.",
        ),
        (
            {"must_be_green": ["silver"]},
            1,
            "every Silver essential must be green, but “Title of A-1” is not.",
        ),
        (
            {"must_be_green": ["silver"]},
            3,
            "every Silver essential must be green, but “Title of A-1”, “Title of A-2” and “Title of A-3” are not.",
        ),
        ({"must_be_green": ["silver"]}, 4, "every Silver essential must be green, but four are not."),
    ],
)
def test_decide_says_what_keeps_a_level_away_for_one_two_and_many(rule, reds, clause):
    top = {"must_be_green": ["bronze", "silver", "gold"]}
    rules = {"bronze": {"overall": 1} | rule, "silver": top | {"overall": 98}, "gold": top | {"overall": 99}}
    framework = parse_framework(framework_data(FOUR, rule=rules))
    ratings = all_rated(framework, GREEN) | {f"A-{number}": RED for number in range(1, reds + 1)}

    decision = decide(framework=framework, ratings=ratings, priorities=[])

    assert decision.reason.partition(": for Bronze, ")[2] == clause


@pytest.mark.parametrize(
    "points, clause",
    [
        ((20, 20, 9), "every section must have 50% or more, but Impact has 45%."),
        ((9, 20, 8), "every section must have 50% or more, but Intent has 45% and Impact has 40%."),
        (
            (9, 9, 8),
            "the overall percentage must be 60% or more; and every section must have 50% or more, but "
            "Intent has 45%, Implementation has 45% and Impact has 40%.",
        ),
    ],
)
def test_decide_says_which_sections_fall_short(points, clause):
    decision = decide(framework=ONLY_POINTS, ratings=ratings_with_points(*points), priorities=[])

    assert decision.reason.partition(": for Silver, ")[2] == clause
