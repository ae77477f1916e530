"""Files that the import refuses, with nothing changed, and what `--force` takes all the same."""

import pytest
from django.db import connection

from schools.models import ImportRun, School
from schools.services import ImportRefused, import_schools
from schools.services.importing import IMPORT_LOCK
from schools.tests.files import HEADER, LEICESTERSHIRE, row

pytestmark = pytest.mark.django_db


def register() -> list[tuple]:
    return list(School.objects.order_by("urn").values_list())


def refusal_of(path, **options) -> str:
    before = register()
    with pytest.raises(ImportRefused) as refusal:
        import_schools(path=path, **options)
    assert (register(), ImportRun.objects.count()) == (before, 1 if before else 0)
    (sentence,) = refusal.value.messages
    return sentence


def test_import_of_a_file_with_a_wrong_header_is_refused(file_of):
    import_schools(path=file_of(row(1)))
    header = [name for name in HEADER if name != "EstablishmentStatus (code)"]

    path = file_of(row(1, name="Renamed"), header=header)

    sentence = "The first line does not name the column “EstablishmentStatus (code)”."
    assert (refusal_of(path), refusal_of(path, force=True)) == (sentence, sentence)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"PK\x03\x04", b"<!DOCTYPE html>\n<p>Sorry</p>\n", b"{}", b""])
def test_import_of_something_that_is_not_csv_is_refused(tmp_path, content):
    path = tmp_path / "schools.csv"
    path.write_bytes(content)

    assert refusal_of(path) != ""


def test_import_of_a_header_alone_is_refused(file_of):
    assert refusal_of(file_of()) == "The file has a header but no records."


@pytest.mark.parametrize("cut", [-3, -300])
def test_import_of_a_file_that_breaks_off_is_refused(file_of, cut):
    path = file_of(*(row(urn) for urn in range(1, 4)))
    path.write_bytes(path.read_bytes()[:cut])

    sentence = "The file breaks off in its last record. Download it again, or insist with --force."
    assert refusal_of(path) == sentence


def test_import_of_the_real_file_cut_anywhere_in_its_last_record_is_refused(tmp_path):
    whole = LEICESTERSHIRE.read_bytes()
    last = whole.rstrip().rindex(b"\n") + 1
    path = tmp_path / "schools.csv"

    for end in range(last + 1, len(whole) - 3, 37):
        path.write_bytes(whole[:end])
        assert refusal_of(path) == "The file breaks off in its last record. Download it again, or insist with --force."


def test_import_that_is_forced_takes_the_whole_records_of_a_file_that_breaks_off(file_of):
    path = file_of(*(row(urn) for urn in range(1, 4)))
    path.write_bytes(path.read_bytes()[:-300])

    report = import_schools(path=path, force=True)

    assert report.summary == "added 2, updated 0, unchanged 0, closed 0, rejected 1, outside 0"
    assert [str(line) for line in report.lines] == ["rejected: the last record breaks off"]


def test_import_of_a_file_whose_last_line_has_no_line_break_is_taken(file_of):
    path = file_of(row(1), row(2))
    path.write_bytes(path.read_bytes().rstrip())

    assert import_schools(path=path).added == 2


@pytest.mark.parametrize(("present", "is_refused"), [(9, False), (8, True)])
def test_import_with_far_fewer_schools_of_an_authority_is_refused(file_of, present, is_refused):
    import_schools(path=file_of(*(row(urn) for urn in range(1, 11)), *(row(urn, la="856") for urn in range(11, 15))))
    path = file_of(*(row(urn) for urn in range(1, 1 + present)), *(row(urn, la="856") for urn in range(11, 15)))

    if is_refused:
        assert refusal_of(path) == (
            "The file has 8 schools of Leicestershire (855) and the register 10. "
            "That looks like part of a file. Download it again, or insist with --force."
        )
        assert import_schools(path=path, force=True).unchanged == 12
    else:
        assert import_schools(path=path).unchanged == 13


def test_import_counts_closed_schools_it_never_knew_for_nothing_when_it_looks_for_a_drop(file_of):
    import_schools(path=file_of(*(row(urn) for urn in range(1, 11))))
    path = file_of(*(row(urn) for urn in range(1, 6)), *(row(urn, status="2") for urn in range(21, 41)))

    assert refusal_of(path)[:46] == "The file has 5 schools of Leicestershire (855)"


def test_import_that_closes_half_the_schools_it_knows_is_no_drop(file_of):
    import_schools(path=file_of(row(1), row(2)))

    report = import_schools(path=file_of(row(1), row(2, status="2")))

    assert report.closed == 1


def test_import_of_other_schools_in_like_number_is_no_drop(file_of):
    import_schools(path=file_of(row(1), row(2)))

    assert import_schools(path=file_of(row(3), row(4))).added == 2


def test_import_refused_after_it_began_to_copy_leaves_no_trace(file_of, tmp_path):
    path = file_of(*(row(urn) for urn in range(1, 301)))
    path.write_bytes(path.read_bytes() + b'"301,' + b"x" * 200_000)

    assert refusal_of(path) == "The file is damaged: a quotation mark in record 302 is never closed."


def test_import_while_another_runs_is_refused(file_of):
    path = file_of(row(1))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [IMPORT_LOCK])

        assert refusal_of(path) == "Another import is running. Wait until it has finished, then try again."
    finally:
        other.close()
