"""`manage.py import_schools`: what it prints, and that a dry run only looks."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from schools.models import ImportRun, School
from schools.services import import_schools
from schools.tests.factories import SchoolFactory
from schools.tests.files import LEICESTERSHIRE, LEICESTERSHIRE_LINKS, ODD_ROWS, row

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("known", [[], [row(1), row(3)]])
def test_dry_run_counts_the_same_and_changes_nothing(file_of, known):
    if known:
        import_schools(path=file_of(*known))
    path = file_of(row(1, Town="Loughborough"), row(2), row(3, status="2"), row("x"))
    before, runs = list(School.objects.values_list()), ImportRun.objects.count()

    looked = import_schools(path=path, dry_run=True)

    assert (list(School.objects.values_list()), ImportRun.objects.count()) == (before, runs)
    assert looked.summary == import_schools(path=path).summary


def run_command(*arguments) -> list[str]:
    output = StringIO()
    call_command("import_schools", *map(str, arguments), stdout=output)
    return output.getvalue().splitlines()


def test_command_prints_the_counts_and_each_line_it_could_not_take():
    assert run_command(ODD_ROWS) == [
        "added 19, updated 0, unchanged 0, closed 0, rejected 3, outside 5",
        "outside are 1 closed before the register knew it, 2 in another local authority, 1 not a school, "
        "1 not open yet",
        "rejected: record 8 (no URN): a school is known by its URN alone",
        "note: record 9 (URN 999001): it repeats record 2 and was ignored",
        "rejected: record 10 (URN 999001): it contradicts record 2, which came first and was taken",
        "note: record 23 (URN 999022): it has 3 columns fewer than the header and was taken all the same",
        "note: record 24 (URN 999023): it has 2 columns more than the header and was taken all the same",
        "note: record 28 (URN 999027): its website “javascript:alert(1)” was left out: "
        "it is not an http or https address",
        "rejected: record 30 (URN 99A029): its URN “99A029” is not a number",
    ]


def test_command_with_dry_run_says_that_nothing_changed(file_of):
    assert run_command(file_of(row(1)), "--dry-run") == [
        "added 1, updated 0, unchanged 0, closed 0, rejected 0, outside 0",
        "This was a dry run: nothing was changed.",
    ]
    assert not School.objects.exists()


def test_command_that_is_refused_fails_with_the_sentence(file_of):
    with pytest.raises(CommandError) as error:
        run_command(file_of(header=["Name"]))

    assert str(error.value).endswith(" Nothing was changed.")


def test_command_with_links_records_them_once():
    SchoolFactory(urn=900001)
    first = run_command(LEICESTERSHIRE, "--links", LEICESTERSHIRE_LINKS, "--force")
    second = run_command(LEICESTERSHIRE, "--links", LEICESTERSHIRE_LINKS)

    assert first[-1] == "links: added 292, updated 0, unchanged 0, rejected 0, outside 362"
    assert second[-1] == "links: added 0, updated 0, unchanged 292, rejected 0, outside 362"
