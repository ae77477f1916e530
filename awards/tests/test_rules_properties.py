"""What must hold of every decision, whatever the ratings: tried on both published frameworks, and on small ones of
any shape against trying every possible set of changes."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audits.rules import FrameworkDefinition, LevelRule, Rating, parse_framework
from audits.tests.framework_builder import framework_data
from awards.rules import MOST_OTHERS, MOST_PRIORITIES, Decision, Level, NextStep, decide, decide_level, decide_range
from awards.tests.scoring import (
    AMBER,
    GREEN,
    RED,
    SHIPPED,
    Situation,
    better,
    framework_names,
    is_reached,
    moves_of,
    pointed,
    sets_said,
    situations,
    small_frameworks,
    smallest_sets,
)

# A few examples each time; the slow tests try many more.
few = settings(deadline=None, max_examples=12)
many = settings(deadline=None, max_examples=150)


def decision_on(framework: FrameworkDefinition, situation: Situation) -> Decision:
    return decide(framework=framework, ratings=situation.ratings, priorities=situation.priorities)


def level_of(framework: FrameworkDefinition, situation: Situation) -> Level:
    level = decide_level(framework=framework, ratings=situation.ratings, priorities=situation.priorities)
    assert level is not None
    return level


def rule_of(framework: FrameworkDefinition, step: NextStep) -> LevelRule:
    return next(rule for rule in framework.scoring.levels if rule.level == step.level)


# --- The level --------------------------------------------------------------------------------------------------


@few
@given(st.data(), framework_names)
def test_level_with_better_ratings_is_never_lower(data, name):
    framework = SHIPPED[name]
    before = data.draw(situations(framework))

    assert level_of(framework, data.draw(better(before))) >= level_of(framework, before)


@few
@given(st.data(), small_frameworks())
def test_level_with_better_ratings_is_never_lower_by_any_rules(data, framework):
    before = data.draw(situations(framework))

    assert level_of(framework, data.draw(better(before))) >= level_of(framework, before)


@few
@given(st.data(), framework_names)
def test_level_with_one_priority_more_is_never_lower(data, name):
    framework = SHIPPED[name]
    before = data.draw(situations(framework))
    more = replace(before, priorities=before.priorities | {data.draw(st.sampled_from(list(before.ratings)))})

    assert level_of(framework, more) >= level_of(framework, before)


@few
@given(st.data(), small_frameworks())
def test_level_is_the_highest_whose_tests_are_all_met(data, framework):
    situation = data.draw(situations(framework))
    met = [rule for rule in framework.scoring.levels if is_reached(rule, framework, situation)]

    assert level_of(framework, situation) == (met[-1].level if met else Level.WORKING_TOWARDS)


@pytest.mark.parametrize("framework", SHIPPED.values(), ids=SHIPPED)
def test_every_level_is_reached_by_following_the_advice_from_all_red(framework):
    situation = Situation({criterion.code: RED for criterion in framework.criteria}, frozenset())
    climbed = []
    for _ in Level:
        decision = decision_on(framework, situation)
        climbed.append(decision.level)
        if decision.next_step:
            situation = situation.after(moves_of(decision.next_step.changes))

    assert climbed == list(Level)


@pytest.mark.parametrize("framework", SHIPPED.values(), ids=SHIPPED)
def test_every_higher_level_has_a_step_of_its_own(framework):
    situation = Situation({criterion.code: RED for criterion in framework.criteria}, frozenset())

    steps = decision_on(framework, situation).steps

    reached = [level_of(framework, situation.after(moves_of(step.changes))) for step in steps]
    assert [step.level for step in steps] == [Level.BRONZE, Level.SILVER, Level.GOLD]
    assert reached == [Level.BRONZE, Level.SILVER, Level.GOLD]


# --- The order --------------------------------------------------------------------------------------------------


@few
@given(st.data(), framework_names)
def test_decision_is_the_same_whatever_the_order_of_the_ratings(data, name):
    framework = SHIPPED[name]
    situation = data.draw(situations(framework))
    shuffled = dict(data.draw(st.permutations(list(situation.ratings.items()))))
    priorities = data.draw(st.permutations(sorted(situation.priorities)))

    assert decide(framework=framework, ratings=shuffled, priorities=priorities) == decision_on(framework, situation)


@few
@given(st.data(), framework_names)
def test_level_percentages_and_size_of_the_advice_are_the_same_whatever_the_order_of_the_criteria(data, name):
    framework = SHIPPED[name]
    situation = data.draw(situations(framework))
    sections = [
        replace(section, criteria=tuple(data.draw(st.permutations(section.criteria)))) for section in framework.sections
    ]
    turned = replace(framework, sections=tuple(data.draw(st.permutations(sections))))

    one, other = decision_on(framework, situation), decision_on(turned, situation)

    assert (one.level, one.overall) == (other.level, other.overall)
    assert set(one.sections) == set(other.sections)
    assert facts_of(one) == facts_of(other)


def facts_of(decision: Decision) -> list[tuple[object, ...]]:
    """What of the advice may not depend on the order of the criteria: all but which set is named first."""
    return [
        (
            step.level,
            step.size,
            step.others,
            moves_of(step.fixed),
            {(choice.take, moves_of(choice.changes), frozenset(choice.limits)) for choice in step.choices},
        )
        for step in decision.steps
    ]


# --- Not discussed ----------------------------------------------------------------------------------------------


@few
@given(st.data(), framework_names)
def test_not_discussed_blocks_the_award_and_says_which(data, name):
    framework = SHIPPED[name]
    situation = data.draw(situations(framework))
    codes = data.draw(st.sets(st.sampled_from(list(situation.ratings)), min_size=1))
    ratings = {**situation.ratings, **dict.fromkeys(codes, Rating.NOT_DISCUSSED)}

    decision = decide(framework=framework, ratings=ratings, priorities=situation.priorities)

    assert (decision.level, decision.overall, decision.steps) == (None, None, ())
    assert decision.missing == tuple(criterion.code for criterion in framework.criteria if criterion.code in codes)
    assert decision.reason.startswith("No award yet: ")


@few
@given(st.data(), framework_names)
def test_not_discussed_never_lowers_what_the_rest_gives(data, name):
    framework = SHIPPED[name]
    situation = data.draw(situations(framework))
    codes = data.draw(st.sets(st.sampled_from(list(situation.ratings)), max_size=8))
    open_ratings = {**situation.ratings, **dict.fromkeys(codes, Rating.NOT_DISCUSSED)}
    red = {**situation.ratings, **dict.fromkeys(codes, RED)}

    found = decide_range(framework=framework, ratings=open_ratings, priorities=situation.priorities)

    # It does not count among a section's criteria at all, where a red one would.
    undiscussed = decide(framework=framework, ratings=open_ratings, priorities=situation.priorities).sections
    reds = decide(framework=framework, ratings=red, priorities=situation.priorities).sections
    for section, with_reds in zip(undiscussed, reds, strict=True):
        assert section.percent is None or with_reds.percent is None or section.percent >= with_reds.percent
    assert found.lowest <= level_of(framework, situation) <= found.highest
    assert found.is_settled == (found.lowest == found.highest)


# --- The advice -------------------------------------------------------------------------------------------------


@few
@given(st.data(), framework_names)
def test_each_step_reaches_its_level_and_no_part_of_it_does(data, name):
    framework = SHIPPED[name]
    situation = data.draw(situations(framework))
    decision = decision_on(framework, situation)
    assert decision.level is not None

    assert [step.level for step in decision.steps] == [level for level in Level if level > decision.level]
    for step in decision.steps:
        rule, moves = rule_of(framework, step), moves_of(step.changes)
        after = situation.after(moves)
        assert is_reached(rule, framework, after)
        assert len(after.priorities) <= MOST_PRIORITIES
        assert not any(is_reached(rule, framework, situation.after(moves - {move})) for move in moves)


@few
@given(st.data(), framework_names)
def test_each_choice_reaches_its_level_whichever_is_taken(data, name):
    framework = SHIPPED[name]
    situation = data.draw(situations(framework))
    folded = [step for step in decision_on(framework, situation).steps if step.choices]
    assume(folded)
    for step in folded:
        # Of thousands of sets the first from either end of each choice will do.
        for turn in (1, -1):
            moves = set(moves_of(step.fixed))
            for choice in step.choices:
                moves |= one_set(choice, turn)
            assert situation.size(frozenset(moves)) == step.size
            assert is_reached(rule_of(framework, step), framework, situation.after(frozenset(moves)))


def one_set(choice, turn: int) -> set:
    """A set that the choice allows: what its sections ask for, and then the first or the last of the others."""
    limits = {limit.section: limit for limit in choice.limits}
    taken: list = []
    for is_needed in (True, False):
        for section, changes in choice.options[::turn]:
            limit = limits.get(section)
            least = (limit.at_least or 0) if limit else 0
            most = limit.at_most if limit and limit.at_most is not None else len(changes)
            for change in changes[::turn]:
                mine = sum(one in changes for one in taken)
                if change not in taken and mine < (least if is_needed else most) and len(taken) < choice.take:
                    taken.append(change)
    assert len(taken) == choice.take
    left = [change for change in choice.changes if change not in taken] if choice.otherwise else []
    return set(moves_of(tuple(taken))) | {(change.code, choice.otherwise, False) for change in left}


def check_against_every_set(framework: FrameworkDefinition, situation: Situation, *, most: int | None = None) -> None:
    """Hold each step against trying all sets of changes, those with up to `most` criteria where it is no longer."""
    for step in decision_on(framework, situation).steps:
        if most is not None and step.size[0] > most:
            continue
        size, sets = smallest_sets(rule_of(framework, step), framework, situation, most=most)
        assert step.size == size
        assert moves_of(step.changes) in sets
        assert step.others == (len(sets) - 1 if len(sets) - 1 <= MOST_OTHERS else None)
        if step.choices or step.others == 0:
            assert sets_said(step) == sets
        check_every_and_other(step, situation)


def check_every_and_other(step: NextStep, situation: Situation) -> None:
    """The other 12 ambers must be all ambers that the advice does not name elsewhere, and "other" only if it does."""
    for place, choice in enumerate(step.choices):
        mine = {change.code for change in choice.changes}
        others = [*step.choices[:place], *step.choices[place + 1 :]]
        named = {change.code for change in (*step.fixed, *(one for other in others for one in other.changes))}
        kinds = {change.before for change in choice.changes}
        alike = {code for code, rating in situation.ratings.items() if rating in kinds}
        assert (choice.is_every, choice.is_rest) == (mine == alike - named, bool(alike & named))


@few
@given(st.data(), small_frameworks())
def test_each_step_is_the_smallest_of_all_possible_sets_and_tells_of_all_as_small(data, framework):
    check_against_every_set(framework, data.draw(situations(framework)))


@settings(deadline=None, max_examples=30)
@given(pointed())
def test_choices_with_their_limits_allow_all_the_smallest_sets_and_no_other(pair):
    check_against_every_set(*pair)


@pytest.mark.slow
@many
@given(pointed())
def test_choices_with_their_limits_allow_all_the_smallest_sets_for_many_more_schools(pair):
    check_against_every_set(*pair)


@pytest.mark.parametrize("overall, others", [(60, 17), (69, 12), (74, 22), (78, 42)])
def test_advice_that_no_choice_can_say_exactly_is_an_example(overall, others):
    # Points of the three sections are worth 1/2, 1/3 and 1/4: which ambers will do together is no plain choice.
    rule = {"bronze": {"overall": overall}, "silver": {"overall": 98}, "gold": {"overall": 99}}
    framework = parse_framework(framework_data([["none"] * 2, ["none"] * 3, ["none"] * 4], rule=rule))
    situation = Situation(dict.fromkeys([one.code for one in framework.criteria], AMBER), frozenset())

    step = decision_on(framework, situation).steps[0]

    assert (step.choices, step.others, step.is_example) == ((), others, True)


@pytest.mark.slow
@many
@given(st.data(), small_frameworks())
def test_each_step_is_the_smallest_of_all_possible_sets_in_many_more_frameworks(data, framework):
    check_against_every_set(framework, data.draw(situations(framework)))


@settings(deadline=None, max_examples=4)
@given(st.data(), framework_names)
def test_short_steps_in_the_published_frameworks_are_the_smallest_of_all_possible_sets(data, name):
    check_against_every_set(SHIPPED[name], data.draw(near_a_level(name)), most=2)


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(st.data(), framework_names)
def test_short_steps_in_the_published_frameworks_are_the_smallest_for_many_more_schools(data, name):
    check_against_every_set(SHIPPED[name], data.draw(near_a_level(name)), most=2)


@st.composite
def near_a_level(draw: st.DrawFn, name: str) -> Situation:
    """A school that lacks at most two changes of some level: it has made the others that it was advised."""
    framework = SHIPPED[name]
    situation = draw(situations(framework))
    steps = decision_on(framework, situation).steps
    assume(steps)
    changes = draw(st.permutations(draw(st.sampled_from(steps)).changes))
    return situation.after(moves_of(tuple(changes[2:])))


def test_near_a_level_all_ambers_but_the_greens_needed_is_a_short_step():
    framework = SHIPPED["primary"]
    codes = [criterion.code for criterion in framework.criteria]
    situation = Situation(dict.fromkeys(codes, AMBER) | dict.fromkeys(codes[:5], GREEN), frozenset())

    check_against_every_set(framework, situation, most=2)

    assert decision_on(framework, situation).steps[0].size == (1, 1)
