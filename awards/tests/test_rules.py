"""The award rule: worked cases, each threshold one point to either side, and its reasons in words."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from audits.rules import FrameworkDefinition, Rating, parse_framework
from audits.tests.framework_builder import framework_data, shipped
from awards.rules import (
    Decision,
    Level,
    SectionScore,
    decide,
    level_requirements,
    percent_words,
)

EXAMPLES = json.loads((Path(__file__).parent / "scoring_examples.json").read_text(encoding="utf-8"))
SHIPPED = {name: shipped(name) for name in ("primary", "secondary")}
RED, AMBER, GREEN, NOT_APPLICABLE = Rating.RED, Rating.AMBER, Rating.GREEN, Rating.NOT_APPLICABLE
POINTS = {RED: 0, AMBER: 1, GREEN: 2}
SMALL = parse_framework(framework_data())


def all_rated(framework: FrameworkDefinition, rating: Rating, **others: Rating) -> dict[str, Rating]:
    """One rating for every criterion; others by essential level (`bronze=GREEN`)."""
    return {criterion.code: others.get(criterion.essential, rating) for criterion in framework.criteria}


def rated(word: str) -> Rating:
    return NOT_APPLICABLE if word == "na" else Rating(word)


# --- Worked cases -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", EXAMPLES, ids=[case["name"] for case in EXAMPLES])
def test_decide_on_worked_case_gives_the_stated_award(case):
    decision = decide(
        framework=SHIPPED[case["set"]],
        ratings={code: rated(word) for code, word in case["ratings"].items()},
        priorities=case["priorities"],
    )

    result = decision.as_data()
    assert {name: result[name] for name in ("award", "overall_percent_exact", "sections")} == {
        name: case["expected"][name] for name in ("award", "overall_percent_exact", "sections")
    }
    assert decision.overall is not None
    assert percent_words(decision.overall) == f"{case['expected']['overall_percent_shown']:g}%"


def test_worked_cases_cover_every_level():
    assert len(EXAMPLES) == 13
    assert {case["expected"]["award"] for case in EXAMPLES} == {level.label for level in Level}


# --- Each threshold, one point to either side -------------------------------------------------------------------

# Three sections of ten criteria that are essential for nothing: 20 points each, 60 in all.
ONLY_POINTS = parse_framework(framework_data([["none"] * 10] * 3))


def ratings_with_points(*points: int) -> dict[str, Rating]:
    """Ratings of ONLY_POINTS with so many points in each section: ambers first, then greens."""
    ratings = {}
    for section, wanted in zip(ONLY_POINTS.sections, points, strict=True):
        for position, criterion in enumerate(section.criteria):
            ratings[criterion.code] = GREEN if position < wanted - 10 else AMBER if position < wanted else RED
    return ratings


@pytest.mark.parametrize(
    "points, level",
    [
        # Bronze: 40% of 60 points is 24, and a section needs nothing.
        ((8, 8, 7), Level.WORKING_TOWARDS),
        ((8, 8, 8), Level.BRONZE),
        ((8, 8, 9), Level.BRONZE),
        ((20, 4, 0), Level.BRONZE),
        # Silver: 60% is 36 points...
        ((12, 12, 11), Level.BRONZE),
        ((12, 12, 12), Level.SILVER),
        ((12, 12, 13), Level.SILVER),
        # ...and 50% of a section is 10.
        ((16, 16, 9), Level.BRONZE),
        ((16, 16, 10), Level.SILVER),
        ((16, 16, 11), Level.SILVER),
        ((9, 16, 16), Level.BRONZE),
        # Gold: 80% is 48 points...
        ((16, 16, 15), Level.SILVER),
        ((16, 16, 16), Level.GOLD),
        ((16, 16, 17), Level.GOLD),
        # ...and 70% of a section is 14.
        ((20, 20, 13), Level.SILVER),
        ((20, 20, 14), Level.GOLD),
        ((20, 20, 15), Level.GOLD),
        ((20, 13, 20), Level.SILVER),
    ],
)
def test_decide_at_a_threshold_counts_it_as_reached(points, level):
    decision = decide(framework=ONLY_POINTS, ratings=ratings_with_points(*points), priorities=[])

    assert decision.level == level
    assert [section.points for section in decision.sections] == list(points)


@pytest.mark.parametrize(
    "overall, level", [(58, Level.SILVER), (59, Level.SILVER), (60, Level.SILVER), (61, Level.BRONZE)]
)
def test_decide_takes_the_threshold_from_the_framework(overall, level):
    data = framework_data([["none"] * 10] * 3)
    rule = data["scoring"]["machine_rule"]
    data["scoring"]["machine_rule"] = rule | {"silver": rule["silver"] | {"overall": overall}}

    decision = decide(framework=parse_framework(data), ratings=ratings_with_points(12, 12, 12), priorities=[])

    assert decision.level == level


def test_decide_compares_exactly_where_the_rounded_percentage_would_do():
    # 13 of 18, 7 of 20 and 12 of 18 points average 57.963%, shown as 58.0%: Silver at 58% is not reached.
    rule = {"bronze": {"overall": 40}, "silver": {"overall": 58}, "gold": {"overall": 90}}
    framework = parse_framework(framework_data([["none"] * 9, ["none"] * 10, ["none"] * 9], rule=rule))
    ratings = all_rated(framework, AMBER)
    ratings |= dict.fromkeys(["A-1", "A-2", "A-3", "A-4", "C-1", "C-2", "C-3"], GREEN)
    ratings |= dict.fromkeys(["B-1", "B-2", "B-3"], RED)

    decision = decide(framework=framework, ratings=ratings, priorities=[])

    assert decision.overall == Fraction(31300, 540)
    assert decision.level == Level.BRONZE
    assert decision.reason == (
        "Bronze, with just under 58% overall: for Silver, the overall percentage must be 58% or more."
    )
    assert decision.next_step is not None
    assert decision.next_step.sentence == "Silver needs any one of the 21 reds and ambers to go up one step."


# --- Essentials -------------------------------------------------------------------------------------------------

# Two Bronze, two Silver, two Gold essentials among many that are none, so that points never decide.
ESSENTIALS = parse_framework(
    framework_data(
        [["bronze", "bronze", *["none"] * 8], ["silver", "silver", *["none"] * 8], ["gold", "gold", *["none"] * 8]]
    )
)


@pytest.mark.parametrize(
    "others, priorities, level",
    [
        ({}, [], Level.GOLD),
        # A Bronze essential that is not green keeps from Gold, a red one from Silver; one may be red at Bronze.
        ({"A-1": AMBER}, [], Level.SILVER),
        ({"A-1": RED}, ["A-1"], Level.BRONZE),
        ({"A-1": RED}, [], Level.WORKING_TOWARDS),
        ({"A-1": RED}, ["A-2"], Level.WORKING_TOWARDS),
        ({"A-1": RED, "A-2": RED}, ["A-1", "A-2"], Level.WORKING_TOWARDS),
        # A red Silver essential keeps from Gold; at Silver one may be red.
        ({"B-1": AMBER, "B-2": AMBER}, [], Level.GOLD),
        ({"B-1": RED}, ["B-1"], Level.SILVER),
        ({"B-1": RED}, [], Level.BRONZE),
        ({"B-1": RED, "B-2": RED}, ["B-1", "B-2"], Level.BRONZE),
        # A red Gold essential keeps only from Gold.
        ({"C-1": AMBER, "C-2": AMBER}, [], Level.GOLD),
        ({"C-1": RED}, ["C-1"], Level.SILVER),
        ({"C-1": RED, "C-2": RED}, [], Level.SILVER),
        # One that is essential for nothing may be red.
        ({"C-3": RED}, [], Level.GOLD),
    ],
)
def test_decide_with_red_essentials_gives_the_level_they_allow(others, priorities, level):
    ratings = all_rated(ESSENTIALS, GREEN) | others

    assert decide(framework=ESSENTIALS, ratings=ratings, priorities=priorities).level == level


def test_decide_with_not_applicable_leaves_it_out_of_points_and_maximum():
    framework = parse_framework(framework_data([["bronze", "none"], ["none"], ["none"]], may_not_apply=["A-1"]))
    ratings = all_rated(framework, GREEN) | {"A-1": NOT_APPLICABLE}

    decision = decide(framework=framework, ratings=ratings, priorities=[])

    assert decision.sections[0] == SectionScore(code="A", name="Intent", points=2, maximum=2)
    assert (decision.level, decision.overall) == (Level.GOLD, 100)


# --- Not every criterion rated ----------------------------------------------------------------------------------


@pytest.mark.parametrize("rating", [None, Rating.NOT_DISCUSSED])
def test_decide_with_a_criterion_not_discussed_gives_no_award(rating):
    ratings = all_rated(SMALL, GREEN)
    del ratings["A-2"]
    if rating:
        ratings["A-2"] = rating

    decision = decide(framework=SMALL, ratings=ratings, priorities=[])

    assert decision == Decision(
        level=None,
        overall=None,
        sections=(
            SectionScore(code="A", name="Intent", points=2, maximum=2),
            SectionScore(code="B", name="Implementation", points=2, maximum=2),
            SectionScore(code="C", name="Impact", points=2, maximum=2),
        ),
        reason="No award yet: 1 criterion still needs an agreed rating (A-2).",
        steps=(),
        missing=("A-2",),
    )
    assert not decision.is_complete


@pytest.mark.parametrize(
    "number, reason",
    [
        (3, "No award yet: 3 criteria still need an agreed rating (A-1, A-2 and A-3)."),
        (4, "No award yet: 4 criteria still need an agreed rating."),
        (30, "No award yet: 30 criteria still need an agreed rating."),
    ],
)
def test_decide_incomplete_says_how_many_are_missing(number, reason):
    ratings = dict(list(all_rated(ONLY_POINTS, GREEN).items())[number:])

    assert decide(framework=ONLY_POINTS, ratings=ratings, priorities=[]).reason == reason


# --- What does not belong ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ratings, priorities, sentence",
    [
        ({"Z-9": RED}, [], "Z-9 is rated but is not a criterion of the Small music audit 1.0."),
        ({}, ["Z-9"], "Z-9 is a priority but is not a criterion of the Small music audit 1.0."),
        ({"A-1": NOT_APPLICABLE}, [], "A-1 (Title of A-1) cannot be not applicable; it needs a rating."),
        (
            {"A-1": "purple"},
            [],
            "A-1 has the rating 'purple'; a rating is one of red, amber, green, not_discussed, not_applicable.",
        ),
        (
            {"A-1": None},
            [],
            "A-1 has the rating None; a rating is one of red, amber, green, not_discussed, not_applicable.",
        ),
    ],
)
def test_decide_with_something_that_does_not_belong_says_what(ratings, priorities, sentence):
    with pytest.raises(ValueError) as caught:
        decide(framework=SMALL, ratings=all_rated(SMALL, GREEN) | ratings, priorities=priorities)

    assert str(caught.value) == sentence


def test_decide_accepts_ratings_as_the_plain_words_of_the_database():
    decision = decide(framework=SMALL, ratings=dict.fromkeys(all_rated(SMALL, GREEN), "green"), priorities=[])

    assert decision.level == Level.GOLD


# --- In words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "others, priorities, reason, next_step",
    [
        (
            {},
            [],
            "Gold, with 100% overall, at least 70% in every section, every Bronze essential green, "
            "no red Silver essential and no red Gold essential.",
            None,
        ),
        (
            {"A-1": AMBER},
            [],
            "Silver, with 98.3% overall: for Gold, every Bronze essential must be green, but “Title of A-1” is not.",
            "Gold needs one change: “Title of A-1” from amber to green.",
        ),
        (
            {"A-1": RED},
            [],
            "Working towards Bronze, with 96.7% overall: for Bronze, only one of the Bronze essentials may be red, "
            "and it must be an agreed priority, but “Title of A-1” is red and is not a priority.",
            "Bronze needs one change: “Title of A-1” agreed as a priority (it may stay red for now).",
        ),
        (
            {"A-1": RED},
            ["A-3", "A-4", "A-5"],
            "Working towards Bronze, with 96.7% overall: for Bronze, only one of the Bronze essentials may be red, "
            "and it must be an agreed priority, but “Title of A-1” is red and is not a priority.",
            "Bronze needs one change: “Title of A-1” from red to amber.",
        ),
        (
            {"A-1": RED, "A-2": RED},
            [],
            "Working towards Bronze, with 93.3% overall: for Bronze, only one of the Bronze essentials may be red, "
            "and it must be an agreed priority, but two are red (“Title of A-1” and “Title of A-2”).",
            "Bronze needs one of these two reds agreed as a priority (it may stay red for now), "
            "and the other to become amber: “Title of A-1” or “Title of A-2”.",
        ),
        (
            {"A-1": RED, "A-2": RED},
            ["A-1"],
            "Working towards Bronze, with 93.3% overall: for Bronze, only one of the Bronze essentials may be red, "
            "and it must be an agreed priority, but two are red (“Title of A-1” and “Title of A-2”).",
            "Bronze needs one change: “Title of A-2” from red to amber.",
        ),
        (
            {f"C-{number}": RED for number in range(1, 7)} | {"A-1": RED, "B-1": RED},
            ["A-1"],
            "Bronze, with 73.3% overall: for Silver, every section must have 50% or more, but Impact has 40%; "
            "none of the Bronze essentials may be red, but “Title of A-1” is; and only one of the Silver essentials "
            "may be red, and it must be an agreed priority, but “Title of B-1” is red and is not a priority.",
            "Silver needs three changes: “Title of A-1” from red to amber; "
            "“Title of B-1” agreed as a priority (it may stay red for now); and one of these six reds to become green: "
            "“Title of C-1”, “Title of C-2”, “Title of C-3”, “Title of C-4”, “Title of C-5” or “Title of C-6”.",
        ),
    ],
)
def test_decide_says_why_and_what_next_in_plain_words(others, priorities, reason, next_step):
    ratings = all_rated(ESSENTIALS, GREEN) | others

    result = decide(framework=ESSENTIALS, ratings=ratings, priorities=priorities).as_data()

    assert (result["reason"], result["next_step"]) == (reason, next_step)


def test_decide_with_many_red_essentials_counts_them_instead_of_naming_them():
    framework = SHIPPED["primary"]

    decision = decide(framework=framework, ratings=all_rated(framework, AMBER, bronze=RED), priorities=[])

    assert decision.reason == (
        "Working towards Bronze, with 35.6% overall: for Bronze, the overall percentage must be 40% or more; and "
        "only one of the Bronze essentials may be red, and it must be an agreed priority, but eight are red."
    )


@pytest.mark.parametrize(
    "value, short_of, words",
    [
        (Fraction(0), None, "0%"),
        (Fraction(1300, 27), None, "48.1%"),
        (Fraction(4005, 100), None, "40.1%"),
        (Fraction(59959, 1000), 60, "just under 60%"),
        (Fraction(59949, 1000), 60, "59.9%"),
        (Fraction(60), 60, "60%"),
        (Fraction(100), None, "100%"),
    ],
)
def test_percent_words_never_round_a_missed_threshold_up_to_it(value, short_of, words):
    assert percent_words(value, short_of=short_of) == words


@pytest.mark.parametrize(
    "rule, words",
    [
        ({"overall": 0}, ("at least 0% overall",)),
        (
            {"overall": 60, "section": 50, "max_red": {"bronze": 0, "silver": 2}, "red_must_be_priority": ["silver"]},
            (
                "at least 60% overall",
                "at least 50% in every section",
                "no red Bronze essential",
                "at most two red Silver essentials, each agreed as a priority",
            ),
        ),
        ({"overall": 1, "max_red": {"gold": 12}}, ("at least 1% overall", "at most 12 red Gold essentials")),
        (
            {"overall": 1, "red_must_be_priority": ["gold"], "must_be_green": ["bronze"]},
            ("at least 1% overall", "every Bronze essential green", "every red Gold essential agreed as a priority"),
        ),
    ],
)
def test_level_requirements_name_all_that_a_level_asks(rule, words):
    top = {"overall": 99, "section": 99, "must_be_green": ["bronze", "silver", "gold"]}
    data = framework_data(rule={"bronze": rule, "silver": top | {"overall": 98}, "gold": top})

    assert level_requirements(parse_framework(data).scoring.levels[0]) == words


def test_levels_are_ordered_by_rank_also_against_plain_words():
    assert sorted(["gold", "silver", "working_towards", "bronze"], key=Level) == list(Level)
    assert Level.SILVER < Level.GOLD
    assert Level.SILVER <= "silver"
    assert Level.GOLD > "silver"
    assert Level.BRONZE >= Level.WORKING_TOWARDS


def test_level_labels_are_the_words_of_the_award():
    assert [level.label for level in Level] == ["Working towards Bronze", "Bronze", "Silver", "Gold"]
