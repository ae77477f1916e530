"""Reads about schools; each function feeds a whole page."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import add, and_

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from hubportal.accounts.models import User
from schools.models import Area, HubProfile, School
from schools.rules import search_words

# How much of a word must be right (`word_similarity` of pg_trgm, 0 to 1): "Siston" finds Syston at 0.57 and
# "Cleopatras" finds St Cleopas at 0.55, while "Latimer" and "Langmoor" are 0.25 apart.
ALIKE = 0.45


def hub_profile() -> HubProfile:
    """The hub's profile, or its defaults while nobody has written one."""
    return HubProfile.objects.filter(pk=1).first() or HubProfile(pk=1)


def school_rows(user: User) -> QuerySet[School]:
    """The school list: every school this person may see, each with its area and leader."""
    return School.objects.visible_to(user).select_related("area__leader").order_by("name", "urn")


def area_list() -> QuerySet[Area]:
    """Areas with their leaders and the number of open schools in each (`open_schools`)."""
    is_open = ~Q(schools__status="closed")
    return Area.objects.select_related("leader").annotate(open_schools=Count("schools", filter=is_open)).order_by("name")


def search_schools(text: str, *, limit: int, include_closed: bool = False) -> list[School]:
    """Schools by parts of their name, town, postcode or URN, the best first; each with its area and leader.

    All words must be found, in any order. Only when no school has them all, schools with words that are alike are
    found, and at last schools whose words are alike on the whole. Empty when the text holds no words.
    """
    words = search_words(_without_accents(text))
    if not words:
        return []
    schools = School.objects.all() if include_closed else School.objects.open()
    schools = schools.select_related("area__leader")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(ALIKE)])
        return next(filter(None, (list(found[:limit]) for found in _ever_wider(schools, words))), [])


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    with connection.cursor() as cursor:
        cursor.execute("SELECT unaccent(%s)", [text.replace("\0", "")])
        return str(cursor.fetchone()[0])


def _ever_wider(schools: QuerySet[School], words: Sequence[str]) -> Iterator[QuerySet[School]]:
    whole = " ".join(words)
    likeness = reduce(add, (TrigramWordSimilarity(word, "search_text") for word in words))
    place = Case(
        When(search_text__startswith=whole, then=Value(0)),
        When(search_text__contains=whole, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    ranked = schools.order_by(place, likeness.desc(), "name", "urn")
    yield ranked.filter(reduce(and_, (Q(search_text__contains=word) for word in words)))
    yield ranked.filter(reduce(and_, map(_contains_or_is_like, words)))
    alike = schools.filter(search_text__trigram_word_similar=whole)
    yield alike.order_by(TrigramWordSimilarity(whole, "search_text").desc(), "name", "urn")


def _contains_or_is_like(word: str) -> Q:
    contains = Q(search_text__contains=word)
    # A number that is nearly right is another number.
    return contains if any(map(str.isdigit, word)) else contains | Q(search_text__trigram_word_similar=word)
