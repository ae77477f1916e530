"""One record at a time: taken, rejected or outside, and what is said of it."""

from datetime import date
from decimal import Decimal

import pytest

from schools.models import School, SchoolStatus
from schools.rules import COLUMNS, Entry, Outside, Reading, Rejected, Why, read_record
from schools.rules.mending import LENGTHS
from schools.rules.records import STATUS_OF_CODE
from schools.tests.files import row


def read(urn="123456", **cells):
    record = row(urn, **cells)
    return read_record(tuple(record.get(name, "") for name in COLUMNS), authorities={"855", "856"})


def test_record_of_a_plain_school_becomes_an_entry():
    reading = read(
        NumberOfPupils="210",
        PercentageFSM="12.50",
        OpenDate="01-09-1998",
        CloseDate="",
        EstablishmentNumber="2999",
        Locality="Anstey",
        SchoolWebsite="www.example.org",
        TelephoneNum="1162362138",
        HeadFirstName="Test",
        HeadLastName="Head",
        reason="Not applicable",
    )

    entry = Entry(
        name="Example Primary School",
        la_code="855",
        la_name="Leicestershire",
        establishment_number="2999",
        type_code="01",
        type_name="Community school",
        phase_code="2",
        phase_name="Primary",
        status="open",
        street="1 Example Street",
        locality="Anstey",
        address3="",
        town="Leicester",
        county="",
        postcode="LE1 1AA",
        website="http://www.example.org",
        telephone="01162362138",
        head_name="Test Head",
        closed_reason="",
        audit_offer="primary",
        search_text="example primary school anstey leicester",
        urn=123456,
        low_age=4,
        high_age=11,
        pupils=210,
        fsm_percent=Decimal("12.50"),
        opened_on=date(1998, 9, 1),
        closed_on=None,
    )
    assert reading == Reading(entry, ())


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"la": "860"}, Outside(Why.ELSEWHERE, 123456)),
        ({"la": "000", "type": "37"}, Outside(Why.ELSEWHERE, 123456)),
        ({"la": "860", "urn": "99A029"}, Outside(Why.ELSEWHERE, None)),
        ({"type": "47"}, Outside(Why.NOT_A_SCHOOL, 123456)),
        ({"type": "30"}, Outside(Why.NOT_A_SCHOOL, 123456)),
        ({"status": "4"}, Outside(Why.PROPOSED, 123456)),
        ({"urn": ""}, Rejected("a school is known by its URN alone")),
        ({"urn": "99A029"}, Rejected("its URN “99A029” is not a number")),
        ({"la": ""}, Rejected("it has no local authority code")),
        ({"name": " "}, Rejected("it has no name")),
        ({"name": ".."}, Rejected("it has no name")),
        ({"status": "5"}, Rejected("its status code “5” is not one of 1, 2, 3 and 4")),
        ({"status": ""}, Rejected("its status code “” is not one of 1, 2, 3 and 4")),
    ],
)
def test_record_that_cannot_be_taken_says_why(cells, outcome):
    assert read(**cells) == outcome


@pytest.mark.parametrize(("code", "status"), [("1", "open"), ("2", "closed"), ("3", "closing"), (" 1 ", "open")])
def test_record_keeps_the_status_its_code_means(code, status):
    assert read(status=code).entry.status == status


def test_statuses_are_those_of_the_register():
    assert set(STATUS_OF_CODE.values()) == set(SchoolStatus.values)


def test_record_of_a_closed_school_keeps_date_and_reason():
    entry = read(status="2", CloseDate="31/08/2024", reason="Academy Converter").entry

    assert (entry.closed_on, entry.closed_reason) == (date(2024, 8, 31), "Academy Converter")


def test_record_of_an_open_school_keeps_no_close_date_or_reason():
    reading = read(CloseDate="31/08/2024", reason="Academy Converter")

    assert (reading.entry.closed_on, reading.entry.closed_reason, reading.remarks) == (None, "", ())


@pytest.mark.parametrize("label", ["All through", "All-through", ""])
def test_record_names_the_phase_by_its_code_whatever_the_label(label):
    entry = read(phase="7", **{"PhaseOfEducation (name)": label}).entry

    assert (entry.phase_code, entry.phase_name, entry.audit_offer) == ("7", "All-through", "choice")


@pytest.mark.parametrize(
    ("cells", "field", "remark"),
    [
        (
            {"SchoolWebsite": "javascript:alert(1)"},
            "website",
            "its website “javascript:alert(1)” was left out: it is not an http or https address",
        ),
        ({"Postcode": "Leicester"}, "postcode", "its postcode “Leicester” was left out: it is not a postcode"),
        ({"TelephoneNum": "x"}, "telephone", "its telephone number “x” was left out: it is not a telephone number"),
        ({"NumberOfPupils": "x"}, "pupils", "its number of pupils “x” was left out: it is not a number up to 99,999"),
        ({"PercentageFSM": "101"}, "fsm_percent", "its percentage of free school meals “101” was left out: "
         "it is not a percentage"),
        ({"OpenDate": "1998"}, "opened_on", "its open date “1998” was left out: it is not a date"),
        ({"status": "2", "CloseDate": "soon"}, "closed_on", "its close date “soon” was left out: it is not a date"),
        ({"phase": "9"}, "phase_code", "its phase code “9” was left out: it is not a phase code from 0 to 7"),
        ({"low": "four"}, "low_age", "its lowest age “four” was left out: it is not an age"),
        ({"high": "x"}, "high_age", "its highest age “x” was left out: it is not an age"),
        ({"low": "11", "high": "4"}, "low_age", "its lowest age is above its highest; both were left out"),
    ],
)  # fmt: skip
def test_record_with_an_unusable_value_is_taken_without_it(cells, field, remark):
    reading = read(**cells)

    assert (getattr(reading.entry, field) or None, reading.remarks) == (None, (remark,))


@pytest.mark.parametrize("unknown", ["", "..", "\u00a0"])
def test_record_with_unknown_values_has_no_remarks(unknown):
    columns = (
        "SchoolWebsite",
        "Postcode",
        "TelephoneNum",
        "NumberOfPupils",
        "PercentageFSM",
        "OpenDate",
        "low",
        "high",
    )

    reading = read(**dict.fromkeys(columns, unknown))

    entry = reading.entry
    assert (entry.website, entry.postcode, entry.telephone, entry.pupils, entry.fsm_percent) == ("", "", "", None, None)
    assert (entry.opened_on, entry.low_age, entry.high_age, reading.remarks) == (None, None, None, ())


def test_record_with_no_pupils_at_all_keeps_the_zero():
    reading = read(NumberOfPupils="0", PercentageFSM="0", low="0")

    assert (reading.entry.pupils, reading.entry.fsm_percent, reading.entry.low_age, reading.remarks) == (0, 0, 0, ())


def test_record_with_a_name_too_long_is_cut():
    reading = read(name="x" * 201)

    assert (reading.entry.name, reading.remarks) == ("x" * 200, ("its name was cut to 200 characters",))


def test_lengths_are_those_of_the_register():
    assert {field: School._meta.get_field(field).max_length for field in LENGTHS} == LENGTHS


@pytest.mark.parametrize("misplaced", ["SE2 9PX", "www.example.org"])
def test_record_whose_address_has_shifted_is_taken_without_it(misplaced):
    reading = read(
        Street="London",
        Address3=misplaced,
        Town="02083113868",
        Postcode="Mr",
        SchoolWebsite="Test",
        TelephoneNum="Head",
    )

    entry = reading.entry
    assert (entry.street, entry.address3, entry.town, entry.postcode, entry.website, entry.telephone) == ("",) * 6
    assert reading.remarks == (
        "its address stands in the wrong columns; address, website, telephone and head teacher were left out",
    )
