"""The one-letter ratings with which a paper audit is typed in."""

from .framework import Rating

RATING_OF_LETTER = {
    "r": Rating.RED,
    "1": Rating.RED,
    "a": Rating.AMBER,
    "2": Rating.AMBER,
    "g": Rating.GREEN,
    "3": Rating.GREEN,
    "n": Rating.NOT_DISCUSSED,
    "0": Rating.NOT_DISCUSSED,
    "x": Rating.NOT_APPLICABLE,
}
LETTER_OF_RATING = {
    Rating.RED: "R",
    Rating.AMBER: "A",
    Rating.GREEN: "G",
    Rating.NOT_DISCUSSED: "",
    Rating.NOT_APPLICABLE: "X",
}


def rating_typed(text: str) -> Rating | None:
    """The rating that somebody typed, as a letter, a number or a whole word; nothing means "not discussed".

    None when it is no rating at all.
    """
    typed = text.strip().lower()
    if not typed:
        return Rating.NOT_DISCUSSED
    whole = {rating.label.lower(): rating for rating in Rating}
    return RATING_OF_LETTER.get(typed) or whole.get(typed)


def letter_for(rating: str) -> str:
    """What stands in the box for a stored rating: nothing for "not discussed"."""
    return LETTER_OF_RATING[Rating(rating)]
