"""Reads about schools; each function feeds a whole page."""

from collections.abc import Sequence
from functools import reduce
from operator import add, and_, or_

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, CharField, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat, Replace

from hubportal.accounts.models import User
from schools.models import Area, HubProfile, School
from schools.rules import search_words

# How much of a word must be right (`word_similarity` of pg_trgm, 0 to 1). Two letters that changed places leave little
# of a short word: "Moria" is 0.33 like "Moira".
ALIKE = 0.3
# Of schools that are only like what was asked, those that are nearly as like as the best.
NEARLY_AS_LIKE = 0.8


def hub_profile() -> HubProfile:
    """The hub's profile, or its defaults while nobody has written one."""
    return HubProfile.objects.filter(pk=1).first() or HubProfile(pk=1)


def school_rows(user: User) -> QuerySet[School]:
    """The school list: every school this person may see, each with its area and leader."""
    return School.objects.visible_to(user).select_related("area__leader").order_by("name", "urn")


def area_list() -> QuerySet[Area]:
    """Areas with their leaders and the number of open schools in each (`open_schools`)."""
    is_open = ~Q(schools__status="closed")
    return (
        Area.objects.select_related("leader").annotate(open_schools=Count("schools", filter=is_open)).order_by("name")
    )


def search_schools(text: str, *, limit: int, include_closed: bool = False) -> list[School]:
    """Schools by parts of their name, place, postcode or URN, the best first; each with its area and leader.

    All words must be found, in any order. Only when no school has them all, words that are alike count too, and at
    last schools are found that have only some of the words. Empty when the text holds no words.
    """
    words = search_words(_without_accents(text))
    if not words:
        return []
    visible = School.objects.all() if include_closed else School.objects.open()
    schools = _ranked(visible.select_related("area__leader"), words)
    if found := list(schools.filter(reduce(and_, map(_contains, words)))[:limit]):
        return found
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
        for combine in (and_, or_):
            found = list(schools.filter(reduce(combine, map(_contains_or_is_like, words)))[:limit])
            if found:
                return [school for school in found if _likeness(school) >= NEARLY_AS_LIKE * _likeness(found[0])]
    return []


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    with connection.cursor() as cursor:
        cursor.execute("SELECT unaccent(%s)", [text.replace("\0", "")])
        return str(cursor.fetchone()[0])


def _ranked(schools: QuerySet[School], words: Sequence[str]) -> QuerySet[School]:
    """The best first: names that begin as asked, then the likeness of all words, of which long ones count more."""
    whole = " ".join(words)
    begins = Case(When(search_text__startswith=whole, then=Value(0)), default=Value(1), output_field=IntegerField())
    likeness = reduce(add, (len(word) * TrigramWordSimilarity(word, "search_text") for word in words))
    compact_postcode = Replace("postcode", Value(" "), Value(""))
    numbers = Concat(compact_postcode, Value(" "), Cast("urn", CharField()), output_field=CharField())
    # Made part of the query only where a filter asks for it.
    schools = schools.annotate(likeness=likeness).alias(numbers=numbers)
    return schools.order_by(begins, "-likeness", "name", "urn")


def _likeness(school: School) -> float:
    return float(school.likeness)  # type: ignore[attr-defined]


def _is_number(word: str) -> bool:
    """Whether a word may be a URN or a postcode, or the beginning of one."""
    return any(map(str.isdigit, word))


def _contains(word: str) -> Q:
    contains = Q(search_text__contains=word)
    return contains | Q(numbers__contains=word.upper()) if _is_number(word) else contains


def _contains_or_is_like(word: str) -> Q:
    # A number that is nearly right is another number.
    return _contains(word) if _is_number(word) else _contains(word) | Q(search_text__trigram_word_similar=word)
