"""How a school is found: the words kept for the search, and what a person types brought into the same form."""

import re
from functools import lru_cache

# Longer questions are cut: no school needs more words, and each word costs the database work.
MOST_WORDS = 8
MOST_CHARACTERS = 100
# Marks inside a word vanish ("St Mary's" is "st marys"); all other marks part words.
INSIDE_WORDS = re.compile(r"['’‘`´.]")
WORD = re.compile(r"[^\W_]+")
# Different ways to write the same thing. A phrase counts before its words do.
PHRASES = {"c of e": "church of england", "r c": "catholic"}
HAS_PHRASE = re.compile(r"\b(?:" + "|".join(PHRASES) + r")\b")
SYNONYMS = {
    "saint": "st",
    "saints": "sts",
    "ce": "church of england",
    "cofe": "church of england",
    "rc": "catholic",
}
NOT_ASKED_FOR = "and"
SPLIT_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ([0-9][a-z]{0,2})\b")


def search_form(text: str) -> str:
    """Small letters and single spaces, without punctuation, with abbreviations written one way. Accents stay.

    The database folds the accents (`unaccent`) of both what is kept and what is asked.
    """
    words = WORD.findall(INSIDE_WORDS.sub("", text.lower()))
    form = " ".join([SYNONYMS.get(word, word) for word in words if word != NOT_ASKED_FOR])
    return HAS_PHRASE.sub(lambda found: PHRASES[found[0]], form)


# Thousands of schools share their town and hundreds their postcode.
_place_form = lru_cache(maxsize=8192)(search_form)


def search_text(*, name: str, town: str, postcode: str, urn: int) -> str:
    """What the search looks through for one school. The postcode is kept without its space."""
    return f"{search_form(name)} {_place_form(town)} {postcode.replace(' ', '').lower()} {urn}"


def search_words(question: str) -> list[str]:
    """The words of a question, in the form of `search_text`; a postcode, whole or begun, is one word."""
    words = SPLIT_POSTCODE.sub(r"\1\2", search_form(question[:MOST_CHARACTERS]))
    return words.split()[:MOST_WORDS]
