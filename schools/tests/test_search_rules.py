"""How names and questions are brought into one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.rules import search_text, search_words


@pytest.mark.parametrize(
    ("name", "places", "expected"),
    [
        ("The Latimer Primary School", ("Anstey", "", "Leicester"), "latimer primary school anstey leicester"),
        ("St Mary's CofE Primary School", (), "st marys church of england primary school"),
        ("Saint Mary’s C.E. Primary School", (), "st marys church of england primary school"),
        ("St Mary's C of E Primary School", (), "st marys church of england primary school"),
        ("St Peter & St Paul R.C. School", (), "st peter st paul catholic school"),
        ("St Peter and St Paul Catholic School", (), "st peter st paul catholic school"),
        ("Burton-on-the-Wolds", ("Loughborough",), "burton on wolds loughborough"),
        ("St Thomas à Becket", (), "st thomas à becket"),
        ('The "Old" school, Upper Site', (), "old school upper site"),
        ("", (), ""),
    ],
)
def test_search_text_writes_the_same_thing_one_way(name, places, expected):
    assert search_text(name, *places) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Lattimer", ["lattimer"]),
        ("st. cleopas'", ["st", "cleopas"]),
        ("le7 7aw", ["le77aw"]),
        ("LE7 7", ["le77"]),
        ("LE77AW", ["le77aw"]),
        ("Anstey LE7 7AW", ["anstey", "le77aw"]),
        ("119903", ["119903"]),
        ("%", []),
        ("  ", []),
        ("a b c d e f g h i j", ["a", "b", "c", "d", "e", "f", "g", "h"]),
        ("x" * 200, ["x" * 100]),
    ],
)
def test_search_words_are_the_words_to_look_for(question, expected):
    assert search_words(question) == expected


@given(st.text())
def test_search_words_of_anything_are_few_and_have_no_wildcards(question):
    words = search_words(question)

    assert len(words) <= 8
    assert not any(mark in word for word in words for mark in "%_\\'\" ")
