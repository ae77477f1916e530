"""How a school is found: the words kept for the search, and what a person types brought into the same form."""

import re
from functools import lru_cache

# Longer questions are cut: no school needs more words, and each word costs the database work.
MOST_WORDS = 8
MOST_CHARACTERS = 100
# Marks inside a word vanish ("St Mary's" is "st marys"); all other marks part words.
INSIDE_WORDS = re.compile(r"['’‘`´.]")
WORD = re.compile(r"[^\W_]+")
# Different ways to write the same thing; what stands for nothing is never asked for. Phrases come after words.
SYNONYMS = {
    "and": "",
    "the": "",
    "saint": "st",
    "saints": "sts",
    "ce": "church of england",
    "cofe": "church of england",
    "rc": "catholic",
}
# Words that say little about which school is meant.
COMMON_WORDS = frozenset(
    {
        "school", "schools", "primary", "secondary", "infant", "infants", "junior", "juniors", "nursery", "high",
        "grammar", "special", "academy", "college", "community", "church", "of", "england", "catholic", "voluntary",
    }
)  # fmt: skip
PHRASES = re.compile(r"\b(?:c of e|r c)\b")
FULL_PHRASES = {"c of e": "church of england", "r c": "catholic"}
SPLIT_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ([0-9][a-z]{0,2})\b")


def search_form(text: str) -> str:
    """Small letters and single spaces, without punctuation, with abbreviations written one way. Accents stay.

    The database folds the accents (`unaccent`) of both what is kept and what is asked.
    """
    text = text.lower()
    # Most names are letters and spaces only, and need no pattern to be taken apart.
    words = text.split()
    if not all(map(str.isalnum, words)):
        words = WORD.findall(INSIDE_WORDS.sub("", text))
    if not SYNONYMS.keys().isdisjoint(words):
        words = [form for word in words if (form := SYNONYMS.get(word, word))]
    form = " ".join(words)
    return PHRASES.sub(lambda found: FULL_PHRASES[found[0]], form) if "c" in words else form


@lru_cache(maxsize=8192)
def _places_form(places: tuple[str, ...]) -> str:
    """Many schools share their village and town."""
    return "".join(f" {form}" for form in map(search_form, places) if form)


def search_text(name: str, *places: str) -> str:
    """The words of a school that the search compares with what is typed, misspelt as that may be: name, village, town.

    Postcode and URN are not among them: a number that is nearly right is another number.
    """
    return (search_form(name) + _places_form(places)).lstrip()


def search_words(question: str) -> list[str]:
    """The words of a question in the same form; a postcode, whole or begun, is one word."""
    words = SPLIT_POSTCODE.sub(r"\1\2", search_form(question[:MOST_CHARACTERS]))
    return words.split()[:MOST_WORDS]
