"""Each rule for one cell of a school file, at its boundaries."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.rules import values


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Example School", "Example School"),
        ("  Example   School ", "Example School"),
        ("Example\u00a0School\u00a0", "Example School"),
        ("Example\r\nSchool", "Example School"),
        ("St Cleopas’ School", "St Cleopas’ School"),
        ("", ""),
        ("..", ""),
        (" .. ", ""),
        ("…", ""),
        ("...", "..."),
    ],
)
def test_tidy_makes_single_spaces_and_leaves_unknown_blank(cell, expected):
    assert values.tidy(cell) == expected


@given(st.text())
def test_tidy_done_twice_changes_nothing_more(cell):
    once = values.tidy(cell)

    assert values.tidy(once) == once


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("The Annexe\nHigh Street", "The Annexe, High Street"),
        ("The Annexe\r\n\r\n High  Street\r\n", "The Annexe, High Street"),
        (" High  Street ", "High Street"),
        ("..", ""),
    ],
)
def test_tidy_address_joins_lines_by_commas(cell, expected):
    assert values.tidy_address(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("119903", 119903),
        (" 119903 ", 119903),
        ("20999", 20999),
        ("0119903", 119903),
        ("9999999", 9999999),
        ("10000000", None),
        ("99A029", None),
        ("1199.0", None),
        ("-1", None),
        ("0", None),
        ("²", None),
        ("١١٩٩٠٣", None),
        ("", None),
    ],
)
def test_read_urn_takes_up_to_seven_digits_only(cell, expected):
    assert values.read_urn(cell) == expected


@pytest.mark.parametrize(
    ("cell", "digits", "expected"),
    [("1", 2, "01"), ("01", 2, "01"), ("34", 2, "34"), ("0", 3, "000"), ("", 3, ""), ("..", 3, ""), ("0855", 3, "")],
)
def test_read_code_restores_zeros_and_drops_what_is_too_long(cell, digits, expected):
    assert values.read_code(cell, digits) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0", 0),
        ("210", 210),
        ("1,204", 1204),
        ("99999", 99_999),
        ("100000", None),
        ("..", None),
        ("", None),
        ("12.5", None),
        ("-3", None),
        ("9" * 5000, None),
    ],
)
def test_read_count_takes_whole_numbers_up_to_its_limit(cell, expected):
    assert values.read_count(cell) == expected


@pytest.mark.parametrize(("cell", "expected"), [("0", 0), ("11", 11), ("99", 99), ("100", None), ("", None)])
def test_read_age_takes_up_to_99(cell, expected):
    assert values.read_age(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12.50", Decimal("12.50")),
        ("12.5%", Decimal("12.50")),
        ("0", Decimal(0)),
        ("100", Decimal(100)),
        ("100.01", None),
        ("-0.01", None),
        ("12.345", Decimal("12.34")),
        ("NaN", None),
        ("Infinity", None),
        ("SUPP", None),
        ("..", None),
        ("", None),
    ],
)
def test_read_percent_takes_0_to_100_to_two_places(cell, expected):
    assert values.read_percent(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("01-09-1998", date(1998, 9, 1)),
        ("01/09/1998", date(1998, 9, 1)),
        ("1/9/1998", date(1998, 9, 1)),
        ("1998-09-01", date(1998, 9, 1)),
        ("1998-09-01 00:00:00", date(1998, 9, 1)),
        ("29-02-2024", date(2024, 2, 29)),
        ("29-02-2023", None),
        ("13/13/1998", None),
        ("01-09-98", None),
        ("September 1998", None),
        ("", None),
    ],
)
def test_read_date_reads_three_ways_of_writing_and_no_other(cell, expected):
    assert values.read_date(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("LE7 7AW", "LE7 7AW"),
        ("le77aw", "LE7 7AW"),
        ("LE1\u00a01AB", "LE1 1AB"),
        ("LE11  3BT", "LE11 3BT"),
        ("EC1N 7SD", "EC1N 7SD"),
        ("Principal", ""),
        ("LE1", ""),
        ("", ""),
    ],
)
def test_read_postcode_writes_it_one_way(cell, expected):
    assert values.read_postcode(cell) == expected


@pytest.mark.parametrize(("postcode", "expected"), [("LE7 7AW", "LE7"), ("EC1N 7SD", "EC1N"), ("", "")])
def test_postcode_district_is_the_first_half(postcode, expected):
    assert values.postcode_district(postcode) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LE7, le12", (["LE7", "LE12"], [])),
        ("LE7 LE7;LE8\nLE9", (["LE7", "LE8", "LE9"], [])),
        ("LE7, Anstey, 77", (["LE7"], ["ANSTEY", "77"])),
        (" , ", ([], [])),
        ("", ([], [])),
    ],
)
def test_read_districts_tells_districts_from_other_words(text, expected):
    assert values.read_districts(text) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("01162362138", "01162362138"),
        ("1162362138", "01162362138"),
        ("169772345", "0169772345"),
        ("0116 236 2138", "0116 236 2138"),
        ("116 236 2138", "116 236 2138"),
        ("+44 116 2362138", "+44 116 2362138"),
        ("971047069000", "971047069000"),
        ("Saunders", ""),
        ("0" * 31, ""),
        ("", ""),
    ],
)
def test_read_telephone_restores_the_zero_a_spreadsheet_ate(cell, expected):
    assert values.read_telephone(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("http://www.latimer.org.uk", "http://www.latimer.org.uk"),
        ("https://www.latimer.org.uk/", "https://www.latimer.org.uk/"),
        (" WWW.Example-School.CO.UK/ ", "http://www.example-school.co.uk/"),
        ("HTTP://Example.ORG/Our School", "http://example.org/OurSchool"),
        ("http:/example.org", "http://example.org"),
        ("example.org:8080/music?year=5#top", "http://example.org:8080/music?year=5#top"),
        ("javascript:alert(1)", ""),
        ("JavaScript://example.org/%0aalert(1)", ""),
        ("data:text/html,x", ""),
        ("ftp://example.org", ""),
        ("office@school.example.org", ""),
        ("http://user:pass@example.org", ""),
        ('http://example.org/"onmouseover="x', ""),
        ("//example.org", ""),
        ("Sue", ""),
        ("..", ""),
        ("example.org/" + "x" * 300, ""),
        ("", ""),
    ],
)
def test_read_website_keeps_only_addresses_that_are_safe_to_link(cell, expected):
    assert values.read_website(cell) == expected


@given(st.text())
def test_read_website_of_anything_is_blank_or_http(cell):
    website = values.read_website(cell)

    assert website == "" or website.startswith(("http://", "https://"))
