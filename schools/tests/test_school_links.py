"""Predecessors and successors: recorded as the national register has them, followed without going in circles."""

import csv
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from schools.models import School, SchoolLink
from schools.queries import Successor, successors_of
from schools.rules import Link, Rejected, read_link
from schools.services import ImportRefused, import_schools
from schools.tests.factories import SchoolFactory
from schools.tests.files import row

HEADER = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")


@pytest.fixture
def links_of(tmp_path):
    """Writes a links file of these rows."""

    def make(*rows, header=HEADER):
        path = tmp_path / "links.csv"
        with path.open("w", encoding="cp1252", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])
        return path

    return make


def stored() -> list[tuple]:
    links = SchoolLink.objects.order_by("school__urn")
    return list(links.values_list("school__urn", "linked_urn", "link_type", "linked_name", "established_on"))


# --- One record -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (
            ("1", "2", "Successor", "New  School", "31-03-2014"),
            Link(1, 2, "Successor", "New School", date(2014, 3, 31)),
        ),
        (("1", "2", "Successor", "", ""), Link(1, 2, "Successor", "", None)),
        (("1", "x", "Successor", "", ""), Rejected("its URN or the linked URN is not a number")),
        (("", "2", "Successor", "", ""), Rejected("its URN or the linked URN is not a number")),
        (("1", "1", "Successor", "", ""), Rejected("it links a school to itself")),
        (("1", "2", " ", "", ""), Rejected("it does not say what kind of link it is")),
    ],
)
def test_link_record_is_read_or_rejected(cells, expected):
    assert read_link(cells) == expected


# --- The file -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_links_of_our_schools_are_recorded_and_others_counted(file_of, links_of):
    links = links_of(
        (1, 2, "New School", "Successor", "31-03-2014"),
        (1, 2, "New School", "Successor", "31-03-2014"),
        (2, 1, "Old School, the first", "Predecessor", ""),
        (9, 1, "Elsewhere", "Successor", ""),
        (1, 1, "Itself", "Successor", ""),
        (),
    )

    report = import_schools(path=file_of(row(1), row(2)), links_path=links)

    assert report.links.summary == "added 2, updated 0, unchanged 0, rejected 1, outside 1"
    assert [str(line) for line in report.links.lines] == ["rejected: record 6 (URN 1): it links a school to itself"]
    assert stored() == [
        (1, 2, "Successor", "New School", date(2014, 3, 31)),
        (2, 1, "Predecessor", "Old School, the first", None),
    ]


@pytest.mark.django_db
def test_links_that_changed_are_updated_and_none_is_removed(file_of, links_of):
    schools = file_of(row(1), row(2))
    import_schools(path=schools, links_path=links_of((1, 2, "New", "Successor", ""), (2, 1, "Old", "Predecessor", "")))

    report = import_schools(path=schools, links_path=links_of((1, 2, "New", "Successor", "31-03-2014")))

    assert report.links.summary == "added 0, updated 1, unchanged 0, rejected 0, outside 0"
    assert stored() == [(1, 2, "Successor", "New", date(2014, 3, 31)), (2, 1, "Predecessor", "Old", None)]


@pytest.mark.django_db
def test_link_to_a_successor_never_closes_a_school(file_of, links_of):
    links = links_of((1, 2, "New School", "Successor", "31-03-2014"))

    import_schools(path=file_of(row(1), row(2)), links_path=links)

    assert [school.status for school in School.objects.all()] == ["open", "open"]


@pytest.mark.django_db
def test_links_file_with_a_wrong_header_refuses_schools_and_links(file_of, links_of):
    links = links_of((1, 2, "New School", "Successor", ""), header=("URN", "Other", "LinkName", "LinkType", "Date"))

    with pytest.raises(ImportRefused) as refusal:
        import_schools(path=file_of(row(1)), links_path=links)

    assert refusal.value.messages == ["The first line does not name the column “LinkURN”."]
    assert not School.objects.exists()


@pytest.mark.django_db
def test_links_file_that_breaks_off_refuses_schools_and_links(file_of, links_of):
    links = links_of((1, 2, "New School", "Successor", ""))
    links.write_text(links.read_text() + '1,2,"New Sch')

    with pytest.raises(ImportRefused) as refusal:
        import_schools(path=file_of(row(1)), links_path=links)

    assert refusal.value.messages == ["The links file breaks off in its last record. Download it again."]
    assert not School.objects.exists()


# --- Following them -------------------------------------------------------------------------------------------------


def link(school: School, urn: int, link_type: str = "Successor", **fields) -> SchoolLink:
    return SchoolLink.objects.create(
        school=school, linked_urn=urn, link_type=link_type, linked_name=f"School {urn}", **fields
    )


@pytest.mark.django_db
def test_successors_are_followed_through_several_schools(django_assert_num_queries):
    first, second = SchoolFactory(urn=1), SchoolFactory(urn=2)
    link(first, 2, established_on=date(2014, 3, 31))
    link(second, 3)

    with django_assert_num_queries(2):
        found = successors_of(first)

    assert found == [
        Successor(2, "School 2", date(2014, 3, 31), second),
        Successor(3, "School 3", None, None),
    ]


@pytest.mark.django_db
def test_successors_that_point_at_each_other_end():
    first, second, third = SchoolFactory(urn=1), SchoolFactory(urn=2), SchoolFactory(urn=3)
    link(first, 2)
    link(second, 1)
    link(second, 3)
    link(third, 2)

    assert [successor.urn for successor in successors_of(first)] == [2, 3]


@pytest.mark.django_db
def test_successors_reached_by_two_ways_come_once_and_the_nearest_first():
    first, second = SchoolFactory(urn=1), SchoolFactory(urn=2)
    SchoolFactory(urn=3)
    link(first, 3)
    link(first, 2)
    link(second, 3)

    assert [successor.urn for successor in successors_of(first)] == [2, 3]


@pytest.mark.django_db
@pytest.mark.parametrize("link_type", ["Predecessor", "Successor - merged", "Successor - Split School"])
def test_successors_are_only_what_is_called_so(link_type):
    school = SchoolFactory(urn=1)
    link(school, 2, link_type)

    assert successors_of(school) == []


@pytest.mark.django_db
def test_link_recorded_twice_is_refused_by_the_database():
    school = SchoolFactory(urn=1)
    link(school, 2)

    with pytest.raises(IntegrityError, match="schools_schoollink_once"), transaction.atomic():
        link(school, 2)
