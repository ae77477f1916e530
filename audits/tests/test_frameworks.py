"""The two frameworks the project ships."""

from collections import Counter

import pytest

from audits.rules import FIGURES, Essential, FrameworkDefinition
from audits.tests.framework_builder import FRAMEWORKS, shipped
from meetings.models import DATA_FORM_FIELDS

NAMES = ("primary", "secondary")


@pytest.fixture(params=NAMES)
def framework(request: pytest.FixtureRequest) -> FrameworkDefinition:
    return shipped(request.param)


def test_frameworks_folder_has_one_file_for_each_phase():
    assert sorted(path.name for path in FRAMEWORKS.iterdir()) == ["primary.yaml", "secondary.yaml"]


@pytest.mark.parametrize("name", NAMES)
def test_framework_file_carries_its_own_name_and_version(name):
    framework = shipped(name)

    assert (framework.id, framework.phase, framework.version) == (name, name, "1.1")


@pytest.mark.parametrize(
    "name, prefix, sizes",
    [("primary", "P", {"INT": 9, "IMP": 10, "IPC": 9}), ("secondary", "S", {"INT": 10, "IMP": 10, "IPC": 10})],
)
def test_framework_codes_are_the_ones_audits_are_compared_by(name, prefix, sizes):
    codes = [criterion.code for criterion in shipped(name).criteria]

    assert codes == [f"{prefix}-{section}-{n:02}" for section, size in sizes.items() for n in range(1, size + 1)]


@pytest.mark.parametrize(
    "name, counts",
    [
        ("primary", {"bronze": 8, "silver": 12, "gold": 6, "none": 2}),
        ("secondary", {"bronze": 8, "silver": 15, "gold": 5, "none": 2}),
    ],
)
def test_framework_essentials_are_spread_as_designed(name, counts):
    assert Counter(criterion.essential for criterion in shipped(name).criteria) == counts


@pytest.mark.parametrize(
    "name, codes",
    [("primary", ["P-IMP-03", "P-IMP-09"]), ("secondary", ["S-INT-06", "S-IPC-02", "S-IPC-03"])],
)
def test_framework_allows_not_applicable_only_where_it_says_when(name, codes):
    allowed = [criterion for criterion in shipped(name).criteria if criterion.allow_not_applicable]

    assert [criterion.code for criterion in allowed] == codes
    assert all(criterion.not_applicable_when for criterion in allowed)


def test_framework_sections_are_the_awards_three_headings(framework):
    assert [section.name for section in framework.sections] == ["Intent", "Implementation", "Impact"]


def test_framework_thresholds_are_the_proposed_ones(framework):
    thresholds = [(rule.level, rule.overall, rule.section) for rule in framework.scoring.levels]

    assert thresholds == [("bronze", 40, None), ("silver", 60, 50), ("gold", 80, 70)]


def test_framework_rule_for_silver_allows_one_red_silver_essential_as_a_priority(framework):
    silver = framework.scoring.levels[1]

    assert [
        (rule.essential, rule.max_red, rule.red_must_be_priority, rule.must_be_green) for rule in silver.essentials
    ] == [
        (Essential.BRONZE, 0, False, False),
        (Essential.SILVER, 1, True, False),
        (Essential.GOLD, None, False, False),
    ]


def test_framework_says_that_it_is_not_the_leicestershire_form(framework):
    assert framework.note.startswith(
        "Written for this project in its own words, from public guidance. "
        "This is not the Leicestershire Music audit form, which is not published."
    )
    assert framework.scoring.status.startswith("These thresholds are this project's own proposal.")


def test_framework_descriptors_differ_and_are_whole_sentences(framework):
    for criterion in framework.criteria:
        descriptors = [criterion.red, criterion.amber, criterion.green]
        assert len(set(descriptors)) == 3, criterion.code
        assert [text[-1] for text in descriptors] == [".", ".", "."], criterion.code


def test_framework_uses_every_source_it_lists(framework):
    used = {code for criterion in framework.criteria for code in criterion.sources}

    assert used | {"SMDP24"} == {source.code for source in framework.sources}


@pytest.mark.parametrize("name", NAMES)
def test_framework_file_follows_version_1_0_criterion_by_criterion(name):
    framework = shipped(name)

    assert (framework.replaces, framework.mapping) == ("1.0", ())


def test_figures_are_the_questions_of_the_data_form():
    assert FIGURES == DATA_FORM_FIELDS


@pytest.mark.parametrize(
    "name, code, figures",
    [
        ("primary", "P-INT-05", ("classes", "classes_with_weekly_music", "minutes_a_week")),
        ("primary", "P-INT-06", ()),
        ("secondary", "S-INT-06", ("ks4_pupils", "ks5_pupils")),
    ],
)
def test_framework_criteria_name_the_figures_that_belong_beside_them(name, code, figures):
    by_code = {criterion.code: criterion.figures for criterion in shipped(name).criteria}

    assert by_code[code] == figures
