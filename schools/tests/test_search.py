"""Finding schools in the database, by what people type."""

import pytest
from django.db import connection

from schools.models import School
from schools.queries import search_schools
from schools.services import import_schools
from schools.tests.factories import SchoolFactory
from schools.tests.files import LEICESTERSHIRE, row

pytestmark = pytest.mark.django_db


def names(question: str, **options) -> list[str]:
    return [school.name for school in search_schools(question, limit=options.pop("limit", 10), **options)]


@pytest.fixture
def schools(file_of):
    rows = [
        row(119903, name="The Latimer Primary School", Locality="Anstey", Postcode="LE7 7AW"),
        row(999002, name="St Cleopas’ Church of England Primary School", Postcode="LE1 1AA"),
        row(999003, name="St Thomas à Becket Primary, Côte Site", Town="Loughborough", Postcode="LE11 3BT"),
        row(120124, name="Cossington Church of England Primary School", Town="Syston", Postcode="LE7 4UU"),
        row(138298, name="De Lisle College", Town="Loughborough", Postcode="LE11 4SQ"),
    ]
    import_schools(path=file_of(*rows))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # Parts of names, in any order, however they are written
        ("latimer", ["The Latimer Primary School"]),
        ("LATIM", ["The Latimer Primary School"]),
        ("primary latimer", ["The Latimer Primary School"]),
        ("the latimer school", ["The Latimer Primary School"]),
        ("st cleopas", ["St Cleopas’ Church of England Primary School"]),
        ("Saint Cleopas' C of E", ["St Cleopas’ Church of England Primary School"]),
        ("becket cote", ["St Thomas à Becket Primary, Côte Site"]),
        ("Bécket", ["St Thomas à Becket Primary, Côte Site"]),
        # Village and town
        ("anstey", ["The Latimer Primary School"]),
        ("loughborough", ["De Lisle College", "St Thomas à Becket Primary, Côte Site"]),
        ("becket loughborough", ["St Thomas à Becket Primary, Côte Site"]),
        # Postcodes
        ("le7 7aw", ["The Latimer Primary School"]),
        ("LE77AW", ["The Latimer Primary School"]),
        ("LE7 4", ["Cossington Church of England Primary School"]),
        ("le7", ["Cossington Church of England Primary School", "The Latimer Primary School"]),
        ("anstey le7", ["The Latimer Primary School"]),
        # URNs
        ("119903", ["The Latimer Primary School"]),
        ("11990", ["The Latimer Primary School"]),
        # Typing errors
        ("Lattimer", ["The Latimer Primary School"]),
        ("latimre", ["The Latimer Primary School"]),
        ("Latimer Anstie", ["The Latimer Primary School"]),
        ("siston", ["Cossington Church of England Primary School"]),
        ("cosington", ["Cossington Church of England Primary School"]),
        ("lufborough", ["De Lisle College", "St Thomas à Becket Primary, Côte Site"]),
        ("latimer academy", ["The Latimer Primary School"]),
        # Nothing like it
        ("119904", []),
        ("le7 7ax", []),
        ("zzzzz", []),
        ("zzzzz primary school", []),
        ("", []),
        ("%", []),
        ("'; DROP TABLE schools_school; --", []),
        ("\0", []),
    ],
)  # fmt: skip
def test_search_finds_what_was_meant(schools, question, expected):
    assert names(question) == expected


def test_search_puts_names_that_begin_as_asked_first():
    for name in ("All Saints Latimer", "Latimer Lodge", "The Latimer Primary School", "Old Latimer"):
        SchoolFactory(name=name)

    assert names("latimer") == ["Latimer Lodge", "The Latimer Primary School", "All Saints Latimer", "Old Latimer"]


def test_search_with_exact_finds_shows_nothing_merely_alike():
    SchoolFactory(name="Latimer School")
    SchoolFactory(name="Lattimer School")

    assert names("latimer") == ["Latimer School"]


def test_search_shows_open_schools_only_unless_asked_for_all():
    SchoolFactory(name="Old Latimer", status="closed")
    SchoolFactory(name="Latimer, closing", status="closing")

    assert names("latimer") == ["Latimer, closing"]
    assert names("latimer", include_closed=True) == ["Latimer, closing", "Old Latimer"]


def test_search_stops_at_its_limit():
    SchoolFactory.create_batch(5)

    assert len(names("school", limit=3)) == 3


@pytest.mark.parametrize("number", [1, 3])
def test_search_asks_the_database_as_often_for_many_as_for_one(number, django_assert_num_queries):
    SchoolFactory.create_batch(number, name="Latimer School")

    with django_assert_num_queries(1):
        exact = search_schools("latimer", limit=10)
        leaders = [school.area.leader.name for school in exact]
    # A savepoint, its release and the threshold go with the second question.
    with django_assert_num_queries(5):
        alike = search_schools("lattimer", limit=10)

    assert (len(exact), len(leaders), len(alike)) == (number, number, number)


def test_search_leaves_the_threshold_of_the_connection_alone(schools):
    names("Lattimer")
    names("zzzzz")

    with connection.cursor() as cursor:
        cursor.execute("SHOW pg_trgm.word_similarity_threshold")
        (threshold,) = cursor.fetchone()
    # Local to the test's own transaction, which is still open; a request's ends with the search.
    assert threshold == "0.3"


@pytest.mark.parametrize("question", ["latimer", "lattimer"])
def test_search_can_use_its_index(question):
    import_schools(path=LEICESTERSHIRE)
    lookup = "contains" if question == "latimer" else "trigram_word_similar"

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = School.objects.filter(**{f"search_text__{lookup}": question}).order_by().explain()

    assert "schools_school_search" in plan
