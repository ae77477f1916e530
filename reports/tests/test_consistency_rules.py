"""How alike officers rate: the figures, and where none are given."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.consistency.rules import (
    LEAST_AUDITS,
    LEAST_RATINGS,
    CriterionRatings,
    OfficerLean,
    agreement_on,
    lean_in_words,
    lean_of,
    share_in_words,
    why_no_lean,
)


def criterion(**by_officer: str) -> CriterionRatings:
    """Ratings by officer, each as letters: `criterion(_1="rrag")`."""
    words = {"r": "red", "a": "amber", "g": "green"}
    return CriterionRatings(
        "P-INT-01",
        "A shared vision",
        {
            int(officer.removeprefix("_")): {words[letter]: letters.count(letter) for letter in set(letters)}
            for officer, letters in by_officer.items()
        },
    )


@pytest.mark.parametrize(
    "ratings, agreement, chance",
    [
        # All alike.
        ({"_1": "ggggg", "_2": "ggggg"}, Fraction(1), Fraction(1)),
        # Never alike: of the 45 pairs the 20 within the officers are.
        ({"_1": "ggggg", "_2": "rrrrr"}, Fraction(0), Fraction(20, 45)),
        # 3 x 3 and 2 x 2 of 25 pairs; of all 45, six greens (15) and four ambers (6).
        ({"_1": "gggaa", "_2": "gggaa"}, Fraction(13, 25), Fraction(21, 45)),
        # An officer with too few ratings is left out.
        ({"_1": "ggggg", "_2": "ggggg", "_3": "rrrr"}, Fraction(1), Fraction(1)),
        # A third with enough counts in each pair of officers.
        ({"_1": "ggggg", "_2": "ggggg", "_3": "rrrrr"}, Fraction(25, 75), Fraction(55, 105)),
    ],
)
def test_agreement_on_counts_pairs_by_two_officers(ratings, agreement, chance):
    found = agreement_on(criterion(**ratings))

    assert (found.agreement, found.chance) == (agreement, chance)


@pytest.mark.parametrize(
    "ratings, officers",
    [({}, 0), ({"_1": "g" * 50}, 1), ({"_1": "g" * 50, "_2": "gggg"}, 1), ({"_1": "gggg", "_2": "gggg"}, 0)],
    ids=["nobody", "one officer", "a second with four", "two with four"],
)
def test_agreement_on_too_few_ratings_has_no_figure(ratings, officers):
    found = agreement_on(criterion(**ratings))

    assert (found.agreement, found.chance, found.officers, found.is_notable) == (None, None, officers, False)


def test_agreement_on_two_officers_of_five_has_a_figure():
    assert agreement_on(criterion(_1="g" * LEAST_RATINGS, _2="g" * LEAST_RATINGS)).agreement == 1


@pytest.mark.parametrize(
    "ratings, is_notable",
    [
        # 13 of 25 against 21 of 45: better than chance.
        ({"_1": "gggaa", "_2": "aaggg"}, False),
        # 11 of 25 against 21 of 45: 3 points below.
        ({"_1": "gggaa", "_2": "gaaaa"}, False),
        # 8 of 25 against 20 of 45: 12 points below.
        ({"_1": "gggga", "_2": "aaaag"}, True),
    ],
)
def test_agreement_on_clearly_below_chance_is_notable(ratings, is_notable):
    assert agreement_on(criterion(**ratings)).is_notable == is_notable


letters = st.text(alphabet="rag", min_size=5, max_size=12)


@given(st.dictionaries(st.integers(1, 6), letters, min_size=2))
def test_agreement_on_is_a_share_and_the_order_of_officers_changes_nothing(by_officer):
    there = criterion(**{f"_{officer}": given for officer, given in by_officer.items()})
    back = CriterionRatings(there.code, there.title, dict(reversed(there.by_officer.items())))

    found = agreement_on(there)

    assert found == agreement_on(back)
    assert 0 <= found.agreement <= 1
    assert 0 <= found.chance <= 1


def test_lean_of_compares_with_the_others_on_the_same_criteria():
    one = criterion(_1="gg", _2="aaaaa")
    other = criterion(_1="ra", _2="rrrrr")

    found = lean_of(1, [one, other], audits=LEAST_AUDITS)

    # Two greens are two steps above the ambers; a red and an amber one step above the reds: three of four.
    assert (found.steps, found.ratings, found.is_notable) == (Fraction(3, 4), 4, True)


def test_lean_of_leaves_out_what_the_others_hardly_rated():
    alone = criterion(_1="ggggg", _2="rrrr")
    shared = criterion(_1="a", _2="aaaaa")

    found = lean_of(1, [alone, shared], audits=LEAST_AUDITS)

    assert (found.steps, found.ratings, found.is_notable) == (Fraction(0), 1, False)


@pytest.mark.parametrize("audits, is_given", [(LEAST_AUDITS - 1, False), (LEAST_AUDITS, True)])
def test_lean_of_has_a_figure_from_eight_audits_on(audits, is_given):
    found = lean_of(1, [criterion(_1="gg", _2="aaaaa")], audits=audits)

    assert (found.steps is not None) == is_given


@pytest.mark.parametrize(
    "audits, sentence",
    [
        (7, "Too few audits: figures are given from 8 on."),
        (8, "Too few ratings by others on the same criteria."),
    ],
)
def test_why_no_lean_says_what_is_missing(audits, sentence):
    assert why_no_lean(OfficerLean(officer=1, audits=audits, ratings=0)) == sentence


@pytest.mark.parametrize(
    "steps, words",
    [
        (Fraction(1, 3), "0.33 of a step higher than the others"),
        (Fraction(-1, 4), "0.25 of a step lower than the others"),
        (Fraction(1, 200), "0.01 of a step higher than the others"),
        (Fraction(1, 201), "as the others"),
        (Fraction(0), "as the others"),
    ],
)
def test_lean_in_words_reads_as_people_say_it(steps, words):
    assert lean_in_words(steps) == words


@pytest.mark.parametrize("share, words", [(Fraction(1, 3), "33%"), (Fraction(1, 200), "1%"), (Fraction(1), "100%")])
def test_share_in_words_rounds_halves_up(share, words):
    assert share_in_words(share) == words
