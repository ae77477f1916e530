"""How far a school came between two audits: each criterion, the counts, and the picture's numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.rules import CodeMap, Rating
from audits.rules.distance import Movement, Step, compare_ratings, distance, summary

RED, AMBER, GREEN = Rating.RED, Rating.AMBER, Rating.GREEN
UNDISCUSSED, INAPPLICABLE = Rating.NOT_DISCUSSED, Rating.NOT_APPLICABLE
SAME = CodeMap(codes={"A": "A"})


def only_step(then: Rating, now: Rating) -> Step:
    (step,) = compare_ratings(then={"A": then}, now={"A": now}, back=SAME, forward=SAME)
    return step


@pytest.mark.parametrize(
    "then, now, movement, why",
    [
        (RED, RED, Movement.SAME, ""),
        (RED, AMBER, Movement.BETTER, ""),
        (RED, GREEN, Movement.BETTER, ""),
        (AMBER, GREEN, Movement.BETTER, ""),
        (GREEN, GREEN, Movement.SAME, ""),
        (GREEN, AMBER, Movement.LOWER, ""),
        (AMBER, RED, Movement.LOWER, ""),
        (RED, UNDISCUSSED, Movement.NOT_COMPARABLE, "It is not discussed yet."),
        (UNDISCUSSED, GREEN, Movement.NOT_COMPARABLE, "It was not discussed then."),
        (UNDISCUSSED, UNDISCUSSED, Movement.NOT_COMPARABLE, "It was not discussed, then or now."),
        (GREEN, INAPPLICABLE, Movement.NOT_COMPARABLE, "It does not apply now."),
        (INAPPLICABLE, RED, Movement.NOT_COMPARABLE, "It did not apply then."),
        (INAPPLICABLE, INAPPLICABLE, Movement.NOT_COMPARABLE, "It did not apply, then or now."),
        (
            UNDISCUSSED,
            INAPPLICABLE,
            Movement.NOT_COMPARABLE,
            "It was not discussed then. It does not apply now.",
        ),
    ],
)
def test_compare_ratings_says_which_way_a_criterion_went_or_why_it_cannot(then, now, movement, why):
    assert only_step(then, now) == Step("A", "A", then, now, movement, why)


def test_compare_ratings_across_versions_follows_the_mapping_and_names_what_is_new_and_gone():
    back = CodeMap(codes={"X": "A", "B": None}, reasons={"B": "B is new in version 2.0."})
    forward = CodeMap(codes={"A": "X", "C": None}, reasons={"C": "C is gone since version 2.0."})

    steps = compare_ratings(then={"A": RED, "C": GREEN}, now={"X": GREEN, "B": RED}, back=back, forward=forward)

    assert steps == (
        Step("X", "A", RED, GREEN, Movement.BETTER),
        Step("B", "", None, RED, Movement.NEW, "B is new in version 2.0."),
        Step("C", "C", GREEN, None, Movement.GONE, "C is gone since version 2.0."),
    )


def steps_of(*pairs: tuple[Rating, Rating]) -> list[Step]:
    return [only_step(then, now) for then, now in pairs]


@pytest.mark.parametrize(
    "pairs, expected",
    [
        ([], (None, None, 0)),
        ([(UNDISCUSSED, GREEN)], (None, None, 0)),
        ([(RED, GREEN)], (0, 100, 1)),
        ([(RED, GREEN), (GREEN, RED)], (50, 50, 2)),
        # One point of six is 16.67 per cent, one of eight 12.5: rounded half up.
        ([(AMBER, RED), (RED, RED), (RED, RED)], (17, 0, 3)),
        ([(AMBER, RED), (RED, RED), (RED, RED), (RED, RED)], (13, 0, 4)),
        ([(RED, AMBER), (GREEN, INAPPLICABLE)], (0, 50, 1)),
    ],
)
def test_distance_counts_only_what_was_rated_twice(pairs, expected):
    found = distance(steps_of(*pairs))

    assert (found.then, found.now, found.number) == expected


def test_summary_names_the_three_movements_always_and_the_rest_where_there_is_any():
    steps = [
        *steps_of((RED, GREEN), (RED, AMBER), (GREEN, RED), (UNDISCUSSED, RED)),
        Step("N", "", None, RED, Movement.NEW),
    ]

    assert summary(steps_of((RED, GREEN))) == "1 better, 0 lower, 0 the same"
    assert summary(steps) == "2 better, 1 lower, 0 the same, 1 new, 1 cannot be compared"


CODES = [f"C-{number}" for number in range(6)]


@st.composite
def two_audits(draw):
    """Two audits whose criteria answer for one another one to one, some of them for none."""
    old, new = draw(st.permutations(CODES)), draw(st.permutations(CODES))
    kept = dict(zip(old[: (number := draw(st.integers(0, 6)))], new[:number], strict=True))
    then = {code: draw(st.sampled_from(Rating)) for code in old}
    now = {code: draw(st.sampled_from(Rating)) for code in new}
    forward = CodeMap(codes={code: kept.get(code) for code in old})
    back = CodeMap(codes={code: {b: a for a, b in kept.items()}.get(code) for code in new})
    return then, now, back, forward


SWAPPED = {
    Movement.BETTER: Movement.LOWER,
    Movement.LOWER: Movement.BETTER,
    Movement.NEW: Movement.GONE,
    Movement.GONE: Movement.NEW,
}


@given(two_audits())
def test_compare_ratings_the_other_way_round_swaps_every_movement(audits):
    then, now, back, forward = audits

    there = compare_ratings(then=then, now=now, back=back, forward=forward)
    and_back = compare_ratings(then=now, now=then, back=forward, forward=back)

    moves = sorted((step.then, step.now, step.movement) for step in there if step.then and step.now)
    other = sorted(
        (step.now, step.then, SWAPPED.get(step.movement, step.movement)) for step in and_back if step.then and step.now
    )
    assert moves == other
    for movement in Movement:
        swapped = SWAPPED.get(movement, movement)
        assert sum(s.movement == movement for s in there) == sum(s.movement == swapped for s in and_back)
    first, second = distance(there), distance(and_back)
    assert (first.then, first.now, first.number) == (second.now, second.then, second.number)


@given(two_audits())
def test_compare_ratings_has_each_criterion_of_both_audits_exactly_once(audits):
    then, now, back, forward = audits

    steps = compare_ratings(then=then, now=now, back=back, forward=forward)

    assert [step.code for step in steps if step.now] == list(now)
    assert sorted(step.then_code for step in steps if step.then) == sorted(then)
