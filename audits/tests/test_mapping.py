"""Where criteria go from version to version, forwards and backwards."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from audits.models import Framework
from audits.queries import code_map, sheet_of
from audits.rules import (
    CodeMap,
    FrameworkDefinition,
    FrameworkInvalid,
    check_mapping,
    compare_frameworks,
    map_backwards,
    map_forwards,
    parse_framework,
)
from audits.services import publish_framework
from audits.tests.factories import FrameworkFactory, make_agreed_audit, make_meeting, make_open_audit
from audits.tests.framework_builder import criterion_data, framework_data

CODES = ("A-1", "A-2", "A-3")


def version_data(number: str, codes: tuple[str, ...] = CODES, **changes: Any) -> dict[str, Any]:
    data = framework_data((("none",),)) | {"version": number} | changes
    data["sections"][0]["criteria"] = [criterion_data(code) for code in codes]
    return data


def version(number: str, codes: tuple[str, ...] = CODES, **changes: Any) -> FrameworkDefinition:
    return parse_framework(version_data(number, codes, **changes))


def follower(codes: tuple[str, ...] = CODES, number: str = "1.1", **mapping: Any) -> FrameworkDefinition:
    listed = {old.replace("_", "-"): new for old, new in mapping.items()}
    return version(number, codes, replaces="1.0", mapping=listed)


FIRST = version("1.0")


@pytest.mark.parametrize(
    "newer, codes, reasons",
    [
        (version("1.1"), {"A-1": "A-1", "A-2": "A-2", "A-3": "A-3"}, {}),
        (
            version("1.1", ("A-1", "A-3")),
            {"A-1": "A-1", "A-2": None, "A-3": "A-3"},
            {"A-2": "A-2 is gone since version 1.1."},
        ),
        (follower(("A-1", "A-3", "A-4"), A_2="A-4"), {"A-1": "A-1", "A-2": "A-4", "A-3": "A-3"}, {}),
        (follower(A_1="A-2", A_2="A-1"), {"A-1": "A-2", "A-2": "A-1", "A-3": "A-3"}, {}),
        (
            follower(A_2="none"),
            {"A-1": "A-1", "A-2": None, "A-3": "A-3"},
            {"A-2": "A-2 means something else since version 1.1."},
        ),
        (
            follower((*CODES, "A-4"), A_2=["A-2", "A-4"]),
            {"A-1": "A-1", "A-2": None, "A-3": "A-3"},
            {"A-2": "A-2 was split into A-2 and A-4 in version 1.1."},
        ),
        (
            follower(A_1="A-2"),
            {"A-1": "A-2", "A-2": None, "A-3": "A-3"},
            {"A-2": "A-2 means something else since version 1.1."},
        ),
    ],
)
def test_map_forwards_over_one_step_says_where_each_criterion_went(newer, codes, reasons):
    assert map_forwards([FIRST, newer]) == CodeMap(codes, reasons)


@pytest.mark.parametrize(
    "newer, codes, reasons",
    [
        (version("1.1"), {"A-1": "A-1", "A-2": "A-2", "A-3": "A-3"}, {}),
        (
            version("1.1", (*CODES, "A-4")),
            {"A-1": "A-1", "A-2": "A-2", "A-3": "A-3", "A-4": None},
            {"A-4": "A-4 is new in version 1.1."},
        ),
        (
            follower((*CODES, "A-4"), A_2=["A-2", "A-4"]),
            {"A-1": "A-1", "A-2": None, "A-3": "A-3", "A-4": None},
            {
                "A-2": "A-2 was split off from A-2 in version 1.1.",
                "A-4": "A-4 was split off from A-2 in version 1.1.",
            },
        ),
        (
            follower(A_2="none"),
            {"A-1": "A-1", "A-2": None, "A-3": "A-3"},
            {"A-2": "A-2 means something else since version 1.1."},
        ),
        (follower(("A-1", "A-4"), A_2="A-4"), {"A-1": "A-1", "A-4": "A-2"}, {}),
    ],
)
def test_map_backwards_over_one_step_says_what_each_criterion_was(newer, codes, reasons):
    assert map_backwards([FIRST, newer]) == CodeMap(codes, reasons)


def test_map_over_three_versions_takes_the_steps_one_after_the_other():
    second = follower(("A-1", "A-2", "A-9"), A_3="A-9")
    third = version("1.2", ("A-1", "A-8"), replaces="1.1", mapping={"A-2": "A-8"})

    chain = [FIRST, second, third]

    assert map_forwards(chain) == CodeMap(
        {"A-1": "A-1", "A-2": "A-8", "A-3": None}, {"A-3": "A-3 went on as A-9. A-9 is gone since version 1.2."}
    )
    assert map_backwards(chain) == CodeMap({"A-1": "A-1", "A-8": "A-2"}, {})


def test_map_backwards_names_the_code_under_which_a_criterion_was_new():
    second = version("1.1", (*CODES, "A-4"))
    third = version("1.2", (*CODES, "A-5"), replaces="1.1", mapping={"A-4": "A-5"})

    mapped = map_backwards([FIRST, second, third])

    assert mapped.unmapped == ("A-5",)
    assert mapped.reason("A-5") == "A-5 was A-4 before. A-4 is new in version 1.1."


@given(st.data())
def test_map_backwards_undoes_map_forwards(data):
    chain = [FIRST]
    for number in range(1, 4):
        codes = tuple(data.draw(st.sets(st.sampled_from([f"A-{n}" for n in range(1, 7)]), min_size=1)))
        olds = data.draw(st.lists(st.sampled_from([each.code for each in chain[-1].criteria]), unique=True))
        news = data.draw(st.permutations(codes))
        chain.append(
            version(f"1.{number}", codes, replaces=chain[-1].version, mapping=dict(zip(olds, news, strict=False)))
        )

    forwards = {old: new for old, new in map_forwards(chain).codes.items() if new}
    backwards = {new: old for new, old in map_backwards(chain).codes.items() if old}

    assert {new: old for old, new in forwards.items()} == backwards


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"mapping": {"A-9": "A-1"}}, "The framework has a mapping, but replaces does not say from which version."),
        ({"replaces": "first"}, "The framework: replaces must look like 1.0, not 'first'."),
        (
            {"replaces": "1.0", "mapping": ["A-1"]},
            "The framework: mapping must be a set of named entries, not ['A-1'].",
        ),
        ({"replaces": "1.0", "mapping": {"a": "A-1"}}, "The mapping: the name 'a' must look like P-INT-03."),
        ({"replaces": "1.0", "mapping": {"A-1": None}}, "The mapping has no A-1."),
        (
            {"replaces": "1.0", "mapping": {"A-7": "A-9"}},
            "The mapping: A-7 goes to 'A-9', which is not a criterion of this framework. Write the word none if it is "
            "gone.",
        ),
        (
            {"replaces": "1.0", "mapping": {"A-7": "A-1", "A-8": "A-1", "A-9": "A-1"}},
            "The mapping: A-7, A-8 and A-9 cannot all go to A-1; a criterion takes the answers of one. Keep the one "
            "that means the same, and write none for the others.",
        ),
        (
            {"replaces": "1.0", "mapping": {"A-7": ["A-1"]}},
            "The mapping: A-7 is split into one criterion only; write its code without a list.",
        ),
        (
            {"replaces": "1.0", "mapping": {"A-7": ["A-1", "A-1"]}},
            "The mapping: A-7 is split into A-1 2 times; once is enough.",
        ),
    ],
)
def test_parse_framework_with_a_mapping_that_makes_no_sense_says_so(changes, problem):
    with pytest.raises(FrameworkInvalid) as caught:
        version("1.1", **changes)

    assert caught.value.problems == [problem]


@pytest.mark.parametrize("figures, problem", [
    ("pupils", "Criterion A-1: figures must be a list, not 'pupils'."),
    (["teachers"], "Criterion A-1: figures must name pupils, classes, classes_with_weekly_music, minutes_a_week, "
     "whole_class_pupils, singing, instrumental_pupils, instrumental_pupil_premium, ensembles, ks4_pupils, ks5_pupils, "
     "specialist_staff, partners, has_published_plan or anything_else, not 'teachers'."),
])  # fmt: skip
def test_parse_framework_with_unknown_figures_says_so(figures, problem):
    data = version_data("1.0")
    data["sections"][0]["criteria"][0]["figures"] = figures

    with pytest.raises(FrameworkInvalid) as caught:
        parse_framework(data)

    assert caught.value.problems == [problem]


@pytest.mark.parametrize(
    "newer, problems",
    [
        (version("1.1"), []),
        (follower(A_1="A-2", A_2="A-1"), []),
        (
            version("1.1", replaces="0.9"),
            [
                "The framework: replaces says 0.9, but the version before this one is 1.0. Write 1.0, and see that the "
                "mapping starts from the criteria of that version."
            ],
        ),
        (follower(A_7="A-1", A_1="none"), ["The mapping: A-7 is not a criterion of version 1.0."]),
        (
            follower(A_1="A-2"),
            ["The mapping: A-2 takes the answers of A-1, so say as well where A-2 of version 1.0 went."],
        ),
    ],
)
def test_check_mapping_against_the_version_before_finds_what_does_not_fit(newer, problems):
    assert check_mapping(FIRST, newer) == problems


def test_compare_frameworks_shows_the_mapping_of_the_newer_one_only():
    second = follower((*CODES, "A-4"), A_1="none", A_2=["A-2", "A-4"], A_3="A-3")
    third = version("1.2", (*CODES, "A-4"))

    assert [change.sentence for change in compare_frameworks(FIRST, second)][2:] == [
        'Criterion A-4 is new: "Title of A-4 (Intent)"',
        'Where A-1 of version 1.0 went is new: "nowhere, it is gone"',
        'Where A-2 of version 1.0 went is new: "A-2; A-4"',
        'Where A-3 of version 1.0 went is new: "A-3"',
    ]
    assert [change.sentence for change in compare_frameworks(second, third)] == [
        'Version changes from "1.1" to "1.2"',
        'Version it replaces changes from "1.0" to "none"',
    ]
    assert compare_frameworks(second, second) == []


def publish(number: str, codes: tuple[str, ...] = CODES, **changes: Any) -> Framework:
    return publish_framework(definition_data=version_data(number, codes, **changes), by=None)


def test_publish_framework_whose_mapping_starts_elsewhere_is_refused(db):
    publish("1.0")

    with pytest.raises(ValidationError) as caught:
        publish("1.0", replaces="0.9", mapping={"A-7": "none"})

    assert caught.value.messages == [
        "The primary framework has changed, but its version 1.0 is not higher than 1.0, the last one published. Raise "
        "the version, for example to 1.1.",
        "The framework: replaces says 0.9, but the version before this one is 1.0. Write 1.0, and see that the mapping "
        "starts from the criteria of that version.",
        "The mapping: A-7 is not a criterion of version 1.0.",
    ]


def test_code_map_walks_the_published_versions_both_ways(db, django_assert_num_queries):
    first = publish("1.0")
    publish("1.1", ("A-1", "A-2", "A-9"), replaces="1.0", mapping={"A-3": "A-9"})
    third = publish("1.2", ("A-1", "A-8"), replaces="1.1", mapping={"A-9": "A-8"})
    publish("1.3", ("A-1",))
    code_map(first, third)

    with django_assert_num_queries(1):
        forwards = code_map(first, third)
    backwards = code_map(third, first)

    assert forwards.codes == {"A-1": "A-1", "A-2": None, "A-3": "A-8"}
    assert backwards.codes == {"A-1": "A-1", "A-8": "A-3"}
    assert code_map(third, third).codes == {"A-1": "A-1", "A-8": "A-8"}


def test_code_map_between_phases_is_refused(db):
    with pytest.raises(ValueError, match="no mapping leads from Small primary audit"):
        code_map(FrameworkFactory(), FrameworkFactory(phase="secondary"))


def test_sheet_shows_the_ratings_of_last_time_by_the_mapping(db):
    old = publish("1.0")
    before = make_agreed_audit(framework=old, ratings={"A-1": "red", "A-2": "amber"}, priorities=[*CODES])
    new = publish("1.1", ("A-1", "A-2", "A-4"), replaces="1.0", mapping={"A-2": "A-4", "A-1": "none"})
    meeting = make_meeting(school=before.meeting.school, on=before.meeting.held_on.replace(year=2027))

    sheet = sheet_of(make_open_audit(meeting=meeting, framework=new))

    assert {row.criterion.code: row.previous for row in sheet.rows} == {"A-1": None, "A-2": None, "A-4": "amber"}
