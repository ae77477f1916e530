"""The history in words, and the next step of an open audit."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.models import ChangedField
from audits.rules.progress import AuditStep, Progress
from audits.rules.story import Piece, is_text, what_changed, what_was_carried, when, word_difference


@pytest.mark.parametrize(
    "field, before, after, sentence",
    [
        ("agreed", "amber", "green", "changed the agreed rating of A-1 from amber to green"),
        ("agreed", "not_discussed", "not_applicable", "set the agreed rating of A-1 to not applicable"),
        ("school", "red", "not_discussed", "took back the school’s own rating of A-1, which was red"),
        ("officer", "green", "red", "changed the officer’s rating of A-1 from green to red"),
        ("is_parked", "", "yes", "parked A-1 as a possible priority"),
        ("is_parked", "yes", "", "took A-1 off the possible priorities"),
        ("note", "", "Singing", "wrote what we saw and heard on A-1"),
        ("note", "Singing", "Drums", "changed what we saw and heard on A-1"),
        ("school_note", "Singing", "", "removed the school’s own words on A-1"),
        ("reason", "", "New staff", "wrote why the ratings differ on A-1"),
        ("strengths", "", "Choir", "wrote what to celebrate"),
        ("private_note", "Call", "", "removed the private note"),
        ("parking_note", "Choir", "Band", "changed the parking lot"),
    ],
)
def test_what_changed_says_it_in_the_hubs_words(field, before, after, sentence):
    assert what_changed(field, "A-1", before, after) == sentence


@pytest.mark.parametrize("field", ChangedField.values)
def test_what_changed_knows_every_field_that_the_history_has(field):
    values = ("One", "Two") if is_text(field) else ("yes", "") if field == "is_parked" else ("red", "green")

    assert what_changed(field, "A-1", *values) != ""


@pytest.mark.parametrize(
    "field, after, sentence",
    [
        ("agreed", "not_applicable", "carried over the agreed rating of A-1, not applicable"),
        ("is_parked", "yes", "carried over A-1 as a possible priority"),
        ("note", "Singing", "carried over what we saw and heard on A-1"),
        ("private_note", "Call", "carried over the private note"),
    ],
)
def test_what_was_carried_makes_nobody_the_author_of_anothers_rating(field, after, sentence):
    assert what_was_carried(field, "A-1", after) == sentence


@pytest.mark.parametrize(
    "made_at, words",
    [
        (datetime(2026, 11, 22, 10, 42, 30), "10:42"),
        (datetime(2026, 11, 22, 10, 41, 30), "10:42"),
        (datetime(2026, 11, 22, 10, 41, 29), "made 10:41 without a network, arrived 10:42"),
        (datetime(2026, 11, 22, 9, 58), "made 09:58 without a network, arrived 10:42"),
        (datetime(2026, 11, 20, 9, 58), "made 20 November 2026, 09:58 without a network, arrived 10:42"),
    ],
)
def test_when_says_so_where_a_change_waited_for_more_than_a_minute(made_at, words):
    assert when(made_at=made_at, saved_at=datetime(2026, 11, 22, 10, 42, 30)) == words


def test_word_difference_keeps_whole_words():
    assert word_difference("All classes sing weekly.", "Most classes sing\nweekly.") == (
        Piece("del", "All"),
        Piece("ins", "Most"),
        Piece("same", " classes sing"),
        Piece("del", " weekly."),
        Piece("ins", "\nweekly."),
    )


@pytest.mark.parametrize(
    "before, after, pieces",
    [
        ("", "", ()),
        ("", "New", (Piece("ins", "New"),)),
        ("Old", "", (Piece("del", "Old"),)),
        ("Same", "Same", (Piece("same", "Same"),)),
    ],
)
def test_word_difference_of_nothing(before, after, pieces):
    assert word_difference(before, after) == pieces


def test_word_difference_of_the_same_words_over_and_over_is_not_looked_for():
    # Found by SequenceMatcher in minutes; anybody at a school may write it.
    before, after = "a b " * 1250, "b a a " * 833

    assert word_difference(before, after) == (Piece("del", before), Piece("ins", after))


TEXTS = st.text(alphabet="ab \n", max_size=30)


@given(TEXTS, TEXTS)
def test_word_difference_holds_both_texts_letter_for_letter(before, after):
    pieces = word_difference(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == after


@pytest.mark.parametrize(
    "facts, step, sentence",
    [
        ((8, 0, 0, 0, 3), AuditStep.CONVERSE, "0 of 8 criteria are rated; 0 of 3 priorities are written."),
        (
            (8, 7, 1, 3, 3),
            AuditStep.CONVERSE,
            "7 of 8 criteria are rated; 1 differs from the school’s own rating without a reason; "
            "3 of 3 priorities are written.",
        ),
        (
            (8, 8, 2, 0, 0),
            AuditStep.EXPLAIN,
            "8 of 8 criteria are rated; 2 differ from the school’s own rating without a reason.",
        ),
        ((8, 8, 0, 2, 3), AuditStep.PRIORITIES, "8 of 8 criteria are rated; 2 of 3 priorities are written."),
        ((8, 8, 0, 3, 3), AuditStep.AGREE, "8 of 8 criteria are rated; 3 of 3 priorities are written."),
        ((8, 8, 0, 0, 0), AuditStep.AGREE, "8 of 8 criteria are rated."),
    ],
)
def test_progress_names_the_one_next_step(facts, step, sentence):
    progress = Progress(*facts)

    assert (progress.next_step, progress.sentence) == (step, sentence)
