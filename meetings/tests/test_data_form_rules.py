"""What is asked of whom, what can hardly be right, and what changed since last time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules import SchoolFacts, change_in_words, doubtful_facts, has_secondary_pupils

MAY = date(2024, 5, 3)


@pytest.mark.parametrize(
    "offer, phase, high_age, expected",
    [
        ("primary", "2", 11, False),
        ("primary", "2", 12, True),
        ("primary", "2", None, False),
        ("secondary", "4", 16, True),
        ("secondary", "4", None, True),
        # The hub knows better than the register.
        ("secondary", "2", 11, True),
        # First and middle schools.
        ("choice", "3", 12, True),
        ("choice", "3", None, True),
        ("choice", "5", 13, True),
        ("choice", "1", None, False),
        # All-through, 16 plus.
        ("choice", "7", 18, True),
        ("choice", "7", None, True),
        ("secondary", "6", None, True),
        # Special and independent schools, about which the phase says nothing.
        ("choice", "0", None, True),
        ("choice", "0", 19, True),
        ("choice", "0", 11, False),
        ("choice", "", None, True),
        ("primary", "0", None, False),
    ],
)
def test_secondary_pupils_follow_offer_then_ages_then_phase(offer, phase, high_age, expected):
    assert has_secondary_pupils(audit_offer=offer, phase_code=phase, high_age=high_age) is expected


def doubted(**facts: int) -> dict[str, str]:
    return doubtful_facts(SchoolFacts(**facts))


@pytest.mark.parametrize("part", ["classes", "whole_class_pupils", "instrumental_pupils", "ks4_pupils", "ks5_pupils"])
@pytest.mark.parametrize("number, is_doubtful", [(199, False), (200, False), (201, True)])
def test_part_of_the_pupils_is_doubtful_only_when_larger(part, number, is_doubtful):
    assert list(doubted(pupils=200, **{part: number})) == [part] * is_doubtful


@pytest.mark.parametrize(
    "pupils, is_doubtful", [(99, True), (100, False), (200, False), (300, False), (301, True), (0, True)]
)
def test_pupils_are_doubtful_when_they_differ_from_the_register_by_more_than_half(pupils, is_doubtful):
    sentence = f"The national register has 200 pupils in your school. Is {pupils} right?"

    assert doubted(pupils=pupils, pupils_in_register=200) == ({"pupils": sentence} if is_doubtful else {})


@pytest.mark.parametrize("register", [None, 0])
def test_pupils_are_not_held_against_a_register_that_knows_none(register):
    assert doubtful_facts(SchoolFacts(pupils=500, pupils_in_register=register)) == {}


@given(st.builds(SchoolFacts, **dict.fromkeys(SchoolFacts.__dataclass_fields__, st.none() | st.integers(0, 9))))
def test_doubts_are_about_answers_that_were_given(facts):
    assert [name for name in doubtful_facts(facts) if getattr(facts, name) is None] == []


@pytest.mark.parametrize(
    "before, now, words",
    [
        (8, 20, "12 more than in May 2024"),
        (20, 8, "12 fewer than in May 2024"),
        (8, 8, "As in May 2024"),
        (0, 0, "As in May 2024"),
        (0, 1, "1 more than in May 2024"),
        (None, 0, "Not answered in May 2024"),
        (0, None, "Answered in May 2024, not this time"),
        (None, None, ""),
        ("", "", ""),
        ("", "Choir", "Not answered in May 2024"),
        ("Choir\r\nBand", "Choir\nBand", "As in May 2024"),
        ("Choir", "Band", "Changed since May 2024"),
        (False, True, "Changed since May 2024"),
        (True, True, "As in May 2024"),
        (None, False, "Not answered in May 2024"),
    ],
)
def test_change_in_words_says_the_difference(before, now, words):
    assert change_in_words(before=before, now=now, asked_on=MAY) == words
