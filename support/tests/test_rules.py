"""How a line of support becomes an offer."""

import pytest

from support.rules import TITLE_LETTERS, Criterion, Suggestion, guess_kind, suggestions_of, title_key, title_of


@pytest.mark.parametrize(
    "text, kind",
    [
        ("Mentor from a lead school", "mentoring"),
        ("Coaching for group leaders", "mentoring"),
        ("New music lead induction", "cpd"),
        ("Training on inclusive music-making", "cpd"),
        ("Template letter to parents", "resource"),
        ("Listening calendar with teacher notes", "resource"),
        ("Adviser help to link listening to practical work", "consultancy"),
        ("Place on the music lead network", "network"),
        ("Class set of instruments on loan", "instruments"),
        ("Hub singing festival place", "ensemble"),
        ("Team-teaching with a specialist for half a term", "teaching"),
        ("Advice on choosing a scheme", "consultancy"),
        ("Pupil music committee", "other"),
        ("", "other"),
        # Inside of another word a sign says nothing.
        ("Straining at the leash", "other"),
    ],
)
def test_kind_is_guessed_from_the_words_or_is_other(text, kind):
    assert guess_kind(text) == kind


def test_suggestions_of_a_criterion_are_each_line_once_with_what_is_for_red_first():
    criterion = Criterion(
        "primary", "Intent", "P-INT-01", "A vision", ("A  visit", "a visit", " "), ("A visit", "A book")
    )

    assert suggestions_of(criterion) == [
        Suggestion("primary", "P-INT-01", "red", "A visit"),
        Suggestion("primary", "P-INT-01", "amber", "A visit"),
        Suggestion("primary", "P-INT-01", "amber", "A book"),
    ]


@pytest.mark.parametrize("letters", [TITLE_LETTERS - 1, TITLE_LETTERS, TITLE_LETTERS + 1])
def test_title_is_the_line_or_as_much_of_it_as_a_title_holds(letters):
    title = title_of("x" * letters)

    assert title == ("x" * letters if letters <= TITLE_LETTERS else "x" * (TITLE_LETTERS - 1) + "…")


def test_titles_that_people_would_call_the_same_have_one_key():
    assert title_key("Instrument  Loan\n") == title_key("instrument loan")
