"""The command that hub administrators run when the framework files change."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audits.models import Framework
from audits.tests.factories import SMALL, FrameworkFactory

pytestmark = pytest.mark.django_db

NOTHING = "Nothing was changed. Please mend this first:\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "primary.yaml").write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "primary.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def load(*args: object) -> list[str]:
    out = StringIO()
    call_command("load_frameworks", *args, stdout=out, no_color=True)
    return out.getvalue().splitlines()


def published() -> list[tuple[str, str]]:
    return list(Framework.objects.published().order_by("phase").values_list("phase", "version"))


def test_load_frameworks_without_arguments_publishes_the_two_of_the_project():
    lines = load()

    assert lines == [
        "primary.yaml: primary framework 1.1 is new: 28 criteria in 3 sections.",
        "secondary.yaml: secondary framework 1.1 is new: 30 criteria in 3 sections.",
        "Published primary 1.1.",
        "Published secondary 1.1.",
    ]
    assert published() == [("primary", "1.1"), ("secondary", "1.1")]


def test_load_frameworks_of_the_project_twice_changes_nothing():
    load()

    assert load() == [
        "primary.yaml: primary framework 1.1 is unchanged.",
        "secondary.yaml: secondary framework 1.1 is unchanged.",
    ]
    assert Framework.objects.count() == 2


def test_load_frameworks_twice_says_that_nothing_changed(folder):
    load(folder)

    lines = load(folder)

    assert lines == ["primary.yaml: primary framework 1.0 is unchanged."]
    assert Framework.objects.count() == 1


def test_load_frameworks_with_a_comment_more_is_unchanged(folder):
    load(folder)
    edit(folder, "# A framework small enough", "# Remark.\n# A framework small enough")

    assert load(folder) == ["primary.yaml: primary framework 1.0 is unchanged."]


def test_load_frameworks_with_a_higher_version_shows_the_difference_and_publishes(folder):
    load(folder)
    edit(folder, 'version: "1.0"', 'version: "1.1"')
    edit(folder, "Everybody knows the aim.", "Everybody can say the aim.")

    lines = load(folder)

    assert lines == [
        "primary.yaml: primary framework 1.1 differs from the published 1.0 in 2 things:",
        '  - Version changes from "1.0" to "1.1"',
        '  - Criterion P-INT-01, green changes from "Everybody knows the aim." to "Everybody can say the aim."',
        "Published primary 1.1.",
    ]
    assert published() == [("primary", "1.1")]


def test_load_frameworks_with_a_mapping_shows_where_each_criterion_went(folder):
    load(folder)
    edit(folder, 'version: "1.0"', 'version: "1.1"\nreplaces: "1.0"\nmapping: {P-INT-01: P-INT-09, P-INT-02: none}')
    edit(folder, "code: P-INT-01", "code: P-INT-09")

    lines = load(folder, "--dry-run")

    assert [line for line in lines if "went" in line] == [
        '  - Where P-INT-01 of version 1.0 went is new: "P-INT-09"',
        '  - Where P-INT-02 of version 1.0 went is new: "nowhere, it is gone"',
    ]


def test_load_frameworks_whose_mapping_starts_elsewhere_is_refused(folder):
    load(folder)
    edit(folder, 'version: "1.0"', 'version: "1.2"\nreplaces: "1.1"')

    with pytest.raises(CommandError, match=r"replaces says 1\.1, but the version before this one is 1\.0"):
        load(folder)


def test_load_frameworks_as_a_dry_run_publishes_nothing(folder):
    lines = load(folder, "--dry-run")

    assert lines == [
        "primary.yaml: primary framework 1.0 is new: 8 criteria in 3 sections.",
        "Only looked: nothing was published.",
    ]
    assert not Framework.objects.exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_load_frameworks_changed_with_the_same_version_is_refused(folder, options):
    load(folder)
    edit(folder, "Everybody knows the aim.", "Everybody can say the aim.")

    with pytest.raises(CommandError) as caught:
        load(folder, *options)

    assert str(caught.value) == NOTHING + (
        "  - primary.yaml: The primary framework has changed, but its version 1.0 is not higher than 1.0, the "
        "last one published. Raise the version, for example to 1.1."
    )
    assert caught.value.returncode == 1


def test_load_frameworks_with_a_missing_descriptor_names_it_and_changes_nothing(folder):
    edit(folder, "      amber: There is an aim that few people know.\n", "")

    with pytest.raises(CommandError) as caught:
        load(folder)

    assert str(caught.value) == NOTHING + "  - primary.yaml: Criterion P-INT-01 has no amber descriptor."
    assert not Framework.objects.exists()


def test_load_frameworks_with_broken_yaml_names_the_line(folder):
    edit(folder, "note: Made for tests.", "note: [Made for tests.")

    with pytest.raises(CommandError) as caught:
        load(folder)

    assert str(caught.value).startswith(NOTHING + "  - primary.yaml: Line ")
    assert not Framework.objects.exists()


def test_load_frameworks_with_problems_in_two_files_lists_all_of_them(folder):
    edit(folder, "      amber: There is an aim that few people know.\n", "")
    (folder / "old.yml").write_bytes(b"title: caf\xe9")

    with pytest.raises(CommandError) as caught:
        load(folder)

    assert str(caught.value) == NOTHING + (
        "  - old.yml: The file cannot be read as UTF-8 text (UnicodeDecodeError).\n"
        "  - primary.yaml: Criterion P-INT-01 has no amber descriptor."
    )


def test_load_frameworks_with_one_good_and_one_refused_file_publishes_neither(folder):
    FrameworkFactory(phase="secondary", version="2.0")
    second = SMALL.read_text(encoding="utf-8").replace("phase: primary", "phase: secondary")
    (folder / "secondary.yaml").write_text(second, encoding="utf-8")

    with pytest.raises(CommandError):
        load(folder)

    assert published() == [("secondary", "2.0")]


def test_load_frameworks_with_two_files_of_one_phase_is_refused(folder):
    (folder / "zweite.yaml").write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")

    with pytest.raises(CommandError) as caught:
        load(folder)

    assert str(caught.value) == NOTHING + (
        "  - zweite.yaml: primary.yaml is the primary framework already; a folder holds one for each phase."
    )


def test_load_frameworks_of_an_empty_or_missing_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"^There is no framework file \(\*\.yaml\) in "):
        load(tmp_path)
    with pytest.raises(CommandError, match=r"^There is no folder "):
        load(tmp_path / "nowhere")
