"""Every odd row of `data/gias_odd_rows_cp1252.csv` ends as it should. All its schools are invented.

Record 1 is the header; record 7 spans two lines.
"""

from datetime import date
from decimal import Decimal

import pytest

from schools.models import School
from schools.services import import_schools
from schools.services.sorting import Line
from schools.tests.files import ODD_ROWS, row, write

pytestmark = pytest.mark.django_db

TAKEN = {
    2: 999001, 3: 999002, 4: 999003, 5: 999004, 6: 999005, 7: 999006, 12: 999011, 14: 999013, 15: 999014, 16: 999015,
    17: 999016, 18: 999017, 19: 999018, 23: 999022, 24: 999023, 27: 999026, 28: 999027, 29: 999028, 31: 999030,
}  # fmt: skip


@pytest.fixture
def report():
    return import_schools(path=ODD_ROWS)


def school(urn: int) -> School:
    return School.objects.get(urn=urn)


def lines_of(report, record: int) -> list[Line]:
    return [line for line in report.lines if line.record == record]


def test_odd_rows_are_counted(report):
    assert report.summary == "added 19, updated 0, unchanged 0, closed 0, rejected 3, outside 5"
    assert report.outside_because == {
        "in another local authority": 2,
        "not a school": 1,
        "not open yet": 1,
        "closed before the register knew it": 1,
    }
    assert set(School.objects.values_list("urn", flat=True)) == set(TAKEN.values())


def test_odd_rows_imported_again_change_nothing(report):
    again = import_schools(path=ODD_ROWS)

    assert again.summary == "added 0, updated 0, unchanged 19, closed 0, rejected 3, outside 5"


@pytest.mark.parametrize(
    ("record", "urn", "facts"),
    [
        (2, 999001, {"name": "Example Primary School", "town": "Leicester", "pupils": 210, "audit_offer": "primary"}),
        (3, 999002, {"name": "St Cleopas’ Church of England Primary School"}),
        (4, 999003, {"name": "St Thomas à Becket Primary, Côte Site"}),
        (5, 999004, {"name": "Trailing Primary Academy", "postcode": "LE1 1AB"}),
        (6, 999005, {"name": 'The "Old" School, Upper Site'}),
        (7, 999006, {"street": "The Annexe, High Street", "postcode": "LE1 1AA"}),
        (12, 999011, {"status": "closing", "is_open": True}),
        (15, 999014, {"pupils": None, "fsm_percent": None}),
        (16, 999015, {"pupils": None, "fsm_percent": None, "low_age": None, "high_age": None}),
        (
            17,
            999016,
            {"audit_offer": "choice", "suggested_audit": "secondary", "phase_code": "5"},
        ),
        (18, 999017, {"audit_offer": "choice", "phase_name": "All-through"}),
        (19, 999018, {"audit_offer": "choice", "suggested_audit": "primary"}),
        (27, 999026, {"website": "http://www.example-school.co.uk/"}),
        (29, 999028, {"name": '=HYPERLINK("http://example.com","x")'}),
        (31, 999030, {"head_name": "Mrs Test <b>O’Neil</b>"}),
    ],
)
def test_odd_row_is_imported_as_it_means(report, record, urn, facts):
    imported = school(urn)

    assert {name: getattr(imported, name) for name in facts} == facts
    assert lines_of(report, record) == []


def test_row_back_from_a_spreadsheet_means_the_same_as_the_plain_one(report):
    own = {"id", "urn", "created_at", "updated_at"}
    plain, spreadsheet = (
        {field.name: getattr(school(urn), field.name) for field in School._meta.fields if field.name not in own}
        for urn in (999001, 999013)
    )

    assert spreadsheet == plain
    assert (plain["opened_on"], plain["telephone"], plain["type_code"], plain["fsm_percent"]) == (
        date(1998, 9, 1),
        "01160000000",
        "01",
        Decimal("12.50"),
    )


@pytest.mark.parametrize(
    ("record", "urn", "is_rejected", "text"),
    [
        (8, "", True, "a school is known by its URN alone"),
        (9, "999001", False, "it repeats record 2 and was ignored"),
        (10, "999001", True, "it contradicts record 2, which came first and was taken"),
        (23, "999022", False, "it has 3 columns fewer than the header and was taken all the same"),
        (24, "999023", False, "it has 2 columns more than the header and was taken all the same"),
        (
            28,
            "999027",
            False,
            "its website “javascript:alert(1)” was left out: it is not an http or https address",
        ),
        (30, "99A029", True, "its URN “99A029” is not a number"),
    ],
)
def test_odd_row_is_reported(report, record, urn, is_rejected, text):
    assert lines_of(report, record) == [Line(record, urn, is_rejected, text)]


@pytest.mark.parametrize("record", [11, 13, 20, 21, 22, 25, 26])
def test_row_that_is_not_for_the_register_is_passed_over_quietly(report, record):
    assert lines_of(report, record) == []


@pytest.mark.parametrize("urn", [999010, 999012, 20999, 999020, 999021])
def test_row_that_is_not_for_the_register_makes_no_school(report, urn):
    assert not School.objects.filter(urn=urn).exists()


def test_duplicate_with_another_name_leaves_the_first(report):
    assert school(999001).name == "Example Primary School"


def test_website_that_must_not_become_a_link_is_not_kept(report):
    assert school(999027).website == ""


def test_row_with_columns_missing_or_to_spare_has_all_that_we_read(report):
    assert [(school(urn).postcode, school(urn).website) for urn in (999022, 999023)] == [
        ("LE1 1AA", "http://www.example.leics.sch.uk")
    ] * 2


def test_closed_row_of_a_school_we_know_closes_it(tmp_path):
    import_schools(path=write(tmp_path / "earlier.csv", [row(999010)]))

    report = import_schools(path=ODD_ROWS)

    closed = school(999010)
    assert report.summary == "added 19, updated 0, unchanged 0, closed 1, rejected 3, outside 4"
    assert (closed.status, closed.closed_on, closed.closed_reason) == ("closed", date(2024, 8, 31), "Academy Converter")
    assert [event.text for event in closed.timeline.all()] == [
        "Closed on 31 August 2024 (Academy Converter), says the national register."
    ]
