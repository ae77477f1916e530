"""The letters with which a paper audit is typed in."""

import pytest

from audits.rules import Rating
from audits.rules.letters import letter_for, rating_typed


@pytest.mark.parametrize(
    "typed, rating",
    [
        ("r", Rating.RED),
        ("R", Rating.RED),
        ("1", Rating.RED),
        ("a", Rating.AMBER),
        ("2", Rating.AMBER),
        ("g", Rating.GREEN),
        ("3", Rating.GREEN),
        ("n", Rating.NOT_DISCUSSED),
        ("0", Rating.NOT_DISCUSSED),
        ("", Rating.NOT_DISCUSSED),
        (" x ", Rating.NOT_APPLICABLE),
        ("Green", Rating.GREEN),
        ("not applicable", Rating.NOT_APPLICABLE),
        ("4", None),
        ("q", None),
        ("rr", None),
        ("not_discussed", None),
    ],
)
def test_rating_typed_knows_letters_numbers_and_words(typed, rating):
    assert rating_typed(typed) == rating


@pytest.mark.parametrize("rating", list(Rating))
def test_letter_for_a_rating_is_read_back_as_that_rating(rating):
    assert rating_typed(letter_for(rating)) == rating
