"""Reading a file as text: encodings, files that are no text, and records that make no sense."""

import hashlib

import pytest

from schools.services.school_file import ImportRefused, Truncated, examine, read_header, read_records
from schools.tests.files import HEADER, ODD_ROWS


@pytest.fixture
def file_of(tmp_path):
    def make(content: bytes):
        path = tmp_path / "schools.csv"
        path.write_bytes(content)
        return path

    return make


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"URN\r\n1\r\n", "utf-8-sig"),
        ("URN\n’\n".encode(), "utf-8-sig"),
        ("\ufeffURN\n’\n".encode(), "utf-8-sig"),
        ("URN\n’à\n".encode("cp1252"), "cp1252"),
    ],
)
def test_file_in_an_encoding_that_gias_uses_is_recognised(file_of, content, encoding):
    file = examine(file_of(content))

    assert (file.encoding, file.sha256) == (encoding, hashlib.sha256(content).hexdigest())


def test_file_larger_than_a_chunk_is_recognised_by_its_end(file_of):
    padding = b"x" * (1 << 20)

    assert examine(file_of(padding + "’".encode())).encoding == "utf-8-sig"
    assert examine(file_of(padding[:-1] + "’".encode() + padding)).encoding == "utf-8-sig"
    assert examine(file_of(padding + "’".encode("cp1252"))).encoding == "cp1252"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (
            b"PK\x03\x04rest",
            "This is a spreadsheet or a ZIP archive, not CSV. Download or save it as CSV and try again.",
        ),
        (b"%PDF-1.7", "This is a PDF, not CSV. Download or save it as CSV and try again."),
        ("URN".encode("utf-16"), "This is text in UTF-16, not CSV. Download or save it as CSV and try again."),
        (b"URN\n\0\n", "This is not a text file. Download or save it as CSV and try again."),
        (
            b"URN\n\x81\n",
            "The file is neither UTF-8 nor Windows-1252 text, so its letters cannot be known.",
        ),
        (
            b"\xef\xbb\xbfURN\n\x92\n",
            "The file is neither UTF-8 nor Windows-1252 text, so its letters cannot be known.",
        ),
    ],
)
def test_file_that_is_no_text_we_know_is_refused(file_of, content, sentence):
    with pytest.raises(ImportRefused) as refusal:
        examine(file_of(content))

    assert refusal.value.messages == [sentence]


def test_file_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(ImportRefused) as refusal:
        examine(tmp_path / "schools.csv")

    assert refusal.value.messages == ["The file cannot be read: No such file or directory."]


def test_folder_is_refused(tmp_path):
    with pytest.raises(ImportRefused) as refusal:
        examine(tmp_path)

    assert refusal.value.messages == ["The file cannot be read: Is a directory."]


def test_records_are_counted_not_lines(file_of):
    content = b'URN,Street\r\n1,"The Annexe\r\nHigh Street"\r\n\r\n2,"a ""b"" c"\r\n'

    records = list(read_records(examine(file_of(content))))

    assert records == [
        (1, ["URN", "Street"]),
        (2, ["1", "The Annexe\r\nHigh Street"]),
        (3, []),
        (4, ["2", 'a "b" c']),
    ]


def test_record_with_stray_quotation_marks_does_not_spoil_the_next(file_of):
    records = list(read_records(examine(file_of(b'URN,Name\n1,"The "Old" School"\n2,New\n'))))

    assert records == [(1, ["URN", "Name"]), (2, None), (3, ["2", "New"])]


def test_records_of_a_file_that_ends_inside_quotation_marks_break_off(file_of):
    records = read_records(examine(file_of(b'URN,Name\n1,Old\n2,"New')))

    assert [next(records), next(records)] == [(1, ["URN", "Name"]), (2, ["1", "Old"])]
    with pytest.raises(Truncated):
        next(records)


@pytest.mark.parametrize(
    ("content", "whole", "breaks_off"),
    [
        (b"URN,Name\n1,Old\n2", [(2, ["1", "Old"])], True),
        (b"URN,Name\n1,Old\n2\n", [(2, ["1", "Old"]), (3, ["2"])], False),
        (b"URN,Name\n1\n2,New", [(2, ["1"]), (3, ["2", "New"])], False),
        (b"URN,Name\n1,Old,more", [(2, ["1", "Old", "more"])], False),
        (b'URN,Name\n1\n2,"New', [(2, ["1"])], True),
        (b'URN,Name\n1\n2,"N"ew', [(2, ["1"]), (3, None)], False),
    ],
)
def test_last_record_too_short_and_without_a_line_break_breaks_off(file_of, content, whole, breaks_off):
    records = read_records(examine(file_of(content)))
    next(records)
    found, is_cut = [], False
    try:
        found.extend(records)
    except Truncated:
        is_cut = True

    assert (found, is_cut) == (whole, breaks_off)


def test_quotation_mark_that_is_never_closed_is_refused(file_of):
    records = read_records(examine(file_of(b'URN,Name\n1,"Old\n' + b"2,New\n" * 30_000)))
    next(records)

    with pytest.raises(ImportRefused) as refusal:
        next(records)

    assert refusal.value.messages == ["The file is damaged: a quotation mark in record 2 is never closed."]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\r\nURN\r\n", "The first line is empty: it should name the columns."),
        (b'"URN', "This is not a school file: its first line cannot be read as CSV."),
        (b'"U"R"N"\n', "This is not a school file: its first line cannot be read as CSV."),
    ],
)
def test_header_that_cannot_be_read_is_refused(file_of, content, sentence):
    with pytest.raises(ImportRefused) as refusal:
        read_header(read_records(examine(file_of(content))))

    assert refusal.value.messages == [sentence]


def test_odd_rows_are_windows_1252_as_the_real_files_are():
    file = examine(ODD_ROWS)
    records = list(read_records(file))

    assert (file.encoding, file.ends_with_line_break) == ("cp1252", True)
    assert (len(records), records[0]) == (31, (1, HEADER))
