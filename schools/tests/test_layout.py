"""Finding the columns of a school file, whatever their order and number."""

import pytest

from schools.rules import COLUMNS, Entry, WrongHeader, is_stated, read_layout
from schools.rules.layout import NEEDED
from schools.rules.records import FIELDS
from schools.tests.files import HEADER


def pick(layout, record):
    return dict(zip(COLUMNS, layout.pick([*record, ""]), strict=True))


def test_layout_of_the_real_header_finds_every_column():
    layout = read_layout(HEADER)

    assert (layout.width, layout.reach, layout.missing) == (135, HEADER.index("HeadLastName") + 1, frozenset())


def test_layout_picks_by_name_whatever_the_order():
    header = list(reversed(HEADER))

    assert pick(read_layout(header), header) == {name: name for name in COLUMNS}


def test_layout_forgives_spaces_and_capitals():
    header = [f" {name.upper()} " for name in HEADER]

    assert read_layout(header).missing == frozenset()


def test_layout_of_the_needed_columns_only_leaves_the_others_blank():
    layout = read_layout(NEEDED)

    assert pick(layout, NEEDED) == {name: name if name in NEEDED else "" for name in COLUMNS}
    assert layout.missing == set(COLUMNS) - set(NEEDED)


def test_layout_of_two_columns_with_one_name_takes_the_first():
    header = [*NEEDED, "Town", "Town"]

    assert pick(read_layout(header), [*NEEDED, "first", "second"])["Town"] == "first"


@pytest.mark.parametrize("name", NEEDED)
def test_layout_without_a_needed_column_names_it(name):
    header = [column for column in HEADER if column != name]

    with pytest.raises(WrongHeader) as error:
        read_layout(header)

    assert str(error.value) == f"The first line does not name the column “{name}”."


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            ["Name", "Age"],
            "This is not a school file: its first line names none of the columns “URN”, “EstablishmentName”, "
            "“LA (code)”, “EstablishmentStatus (code)”, “PhaseOfEducation (code)”, “TypeOfEstablishment (code)”.",
        ),
        (
            [";".join(HEADER)],
            "The columns are parted by semicolons, not by commas. Save the file again as CSV with commas.",
        ),
        (["\t".join(HEADER)], "The columns are parted by tabs, not by commas. Save the file again as CSV with commas."),
        (
            ["URN", "EstablishmentName", "LA (code)", "EstablishmentStatus (code)"],
            "The first line does not name the columns “PhaseOfEducation (code)”, “TypeOfEstablishment (code)”.",
        ),
    ],
)
def test_layout_of_another_kind_of_file_says_what_is_wrong(header, sentence):
    with pytest.raises(WrongHeader) as error:
        read_layout(header)

    assert str(error.value) == sentence


def test_every_field_is_read_from_known_columns_in_the_order_of_an_entry():
    assert tuple(FIELDS) == Entry._fields
    assert {name for _, names in FIELDS.values() for name in names} == set(COLUMNS)


@pytest.mark.parametrize(
    ("missing", "unstated"),
    [
        ({"Town"}, {"town", "search_text"}),
        ({"StatutoryLowAge"}, {"low_age", "high_age", "audit_offer"}),
        ({"HeadTitle (name)"}, set()),
        ({"HeadLastName"}, {"head_name"}),
        (set(), set()),
    ],
)
def test_field_is_stated_when_its_columns_are_there(missing, unstated):
    assert {field for field in Entry._fields if not is_stated(field, missing)} == unstated
