"""Reading a framework from data: what is refused, in which words, and what changed between two."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audits.rules import (
    Essential,
    FrameworkChange,
    FrameworkInvalid,
    PlanPart,
    Rating,
    compare_frameworks,
    parse_framework,
    parse_framework_text,
)
from audits.tests.framework_builder import criterion_data, framework_data

Edit = Callable[[dict[str, Any]], object]


def problems_of(data: object) -> list[str]:
    with pytest.raises(FrameworkInvalid) as caught:
        parse_framework(data)
    return caught.value.problems


def problems_after(edit: Edit) -> list[str]:
    data = copy.deepcopy(framework_data())
    edit(data)
    return problems_of(data)


def first(data: dict[str, Any]) -> dict[str, Any]:
    """The first criterion, A-1."""
    return data["sections"][0]["criteria"][0]


def rule(data: dict[str, Any], level: str) -> dict[str, Any]:
    return data["scoring"]["machine_rule"][level]


def test_parse_framework_returns_each_criterion_as_written():
    criterion = parse_framework(framework_data()).criteria[0]

    assert (criterion.code, criterion.title) == ("A-1", "Title of A-1")
    assert (criterion.red, criterion.amber, criterion.green) == ("Not yet.", "In part.", "Fully.")
    assert (criterion.support_red, criterion.support_amber) == (("A visit",), ("A call",))
    assert (criterion.essential, criterion.smdp_part) == (Essential.BRONZE, PlanPart.CURRICULUM)


def test_parse_framework_keeps_the_order_of_the_file():
    framework = parse_framework(framework_data([["none", "none"], ["none"]]))

    assert [criterion.code for criterion in framework.criteria] == ["A-1", "A-2", "B-1"]


def test_parse_framework_text_gives_the_same_as_its_data():
    text = yaml.safe_dump(framework_data(), sort_keys=False)

    assert parse_framework_text(text) == parse_framework(framework_data())


def test_parse_framework_level_without_limits_allows_any_number_of_reds():
    data = framework_data(rule={"bronze": {"overall": 1}, "silver": {"overall": 2}, "gold": {"overall": 3}})

    bronze = parse_framework(data).scoring.levels[0]

    assert [(limit.max_red, limit.must_be_green) for limit in bronze.essentials] == [(None, False)] * 3


@pytest.mark.parametrize(
    "edit, sentence",
    [
        (lambda d: first(d)["descriptors"].pop("amber"), "Criterion A-1 has no amber descriptor."),
        (lambda d: first(d)["descriptors"].update(green=None), "Criterion A-1 has no green descriptor."),
        (lambda d: first(d)["descriptors"].update(red="  "), "Criterion A-1: red descriptor is empty."),
        (
            lambda d: first(d).update(descriptors="red"),
            "Criterion A-1: descriptors must be a set of named entries, not 'red'.",
        ),
        (
            lambda d: first(d)["descriptors"].update(blue="Sad."),
            "Criterion A-1 has an entry 'blue' that is not known here; it may be red, amber or green.",
        ),
        (lambda d: first(d).pop("title"), "Criterion A-1 has no title."),
        (lambda d: first(d).pop("support"), "Criterion A-1 has no support."),
        (lambda d: first(d)["support"].pop("red"), "Criterion A-1 has no support for red."),
        (
            lambda d: first(d)["support"].update(red="A visit"),
            "Criterion A-1: support for red must be a list, not 'A visit'.",
        ),
        (lambda d: first(d).update(code=None), "Section Intent, criterion 1 has no code."),
        (lambda d: first(d).update(code="a 1"), "Criterion a 1: code must look like P-INT-03, not 'a 1'."),
        (lambda d: first(d).update(code="A-2"), "Code A-2 is used by 2 criteria; each needs its own."),
        (
            lambda d: first(d).update(essential="platinum"),
            "Criterion A-1: essential must be bronze, silver, gold or none, not 'platinum'.",
        ),
        (
            lambda d: first(d).update(essential=["gold"]),
            "Criterion A-1: essential must be bronze, silver, gold or none, not ['gold'].",
        ),
        (lambda d: first(d).update(smdp_part="D"), "Criterion A-1: smdp_part must be overview, A, B or C, not 'D'."),
        (
            lambda d: first(d).update(sources=["XX99"]),
            "Criterion A-1 names the source 'XX99', which is not in the framework's list of sources.",
        ),
        (lambda d: first(d).update(sources=[]), "Criterion A-1 has no sources."),
        (
            lambda d: first(d).update(allow_not_applicable="yes"),
            "Criterion A-1: allow_not_applicable must be true or false, not 'yes'.",
        ),
        (
            lambda d: first(d).update(allow_not_applicable=True),
            "Criterion A-1 may be not applicable, but not_applicable_when does not say when.",
        ),
        (
            lambda d: first(d).update(not_applicable_when="On Mondays"),
            "Criterion A-1 says when it is not applicable, but allow_not_applicable is not true.",
        ),
        (lambda d: first(d).update(title=7), "Criterion A-1: title must be text, not 7 (put it in quotation marks)."),
        (
            lambda d: first(d).update(title="x" * 121),
            "Criterion A-1: title may have at most 120 characters; this has 121.",
        ),
        (
            lambda d: first(d).update(title="A\0B"),
            r"Criterion A-1: title has a character that cannot be printed: 'A\x00B'.",
        ),
        (lambda d: d["sections"][0].update(criteria=[]), "Section Intent has no criteria."),
        (lambda d: d["sections"][0].update(code="B"), "Section code B is used by 2 sections; each needs its own."),
        (
            lambda d: d["sections"][0].update(name="Impact"),
            "The name Impact is used by 2 sections; each needs its own.",
        ),
        (
            lambda d: d["sections"].__setitem__(0, "Intent"),
            "Section 1 must be a set of named entries, not 'Intent'.",
        ),
        (lambda d: d.update(sections="Intent"), "The framework: sections must be a list, not 'Intent'."),
        (lambda d: d.update(sections=[]), "The framework has no sections."),
        (
            lambda d: d["sections"][1].update(criteria=[criterion_data("B-1", may_not_apply=True)]),
            "Section Implementation: every criterion may be not applicable, so the section could have no score. "
            "At least one criterion must always be rated.",
        ),
        (lambda d: d.update(version="draft"), "The framework: version must look like 1.0, not 'draft'."),
        (lambda d: d.update(version=1.0), "The framework: version must be text, not 1.0 (put it in quotation marks)."),
        (
            lambda d: d.update(version=date(2026, 9, 1)),
            "The framework: version must be text, not datetime.date(2026, 9, 1).",
        ),
        (lambda d: d.update(phase="nursery"), "The framework: phase must be primary or secondary, not 'nursery'."),
        (lambda d: d.update(id="../etc"), "The framework: id must look like primary, not '../etc'."),
        (
            lambda d: d.update(colour="red"),
            "The framework has an entry 'colour' that is not known here; it may be "
            "id, version, replaces, phase, title, applies_to, note, sections, scoring, sources or mapping.",
        ),
        (lambda d: d["sources"].update({7: "Seven"}), "The list of sources: the name 7 must be text."),
        (lambda d: d.pop("scoring"), "The framework has no scoring."),
        (lambda d: d["scoring"].pop("machine_rule"), "The scoring has no machine_rule."),
        (lambda d: d["scoring"]["machine_rule"].pop("silver"), "The machine rule has no silver."),
    ],
)
def test_parse_framework_with_one_slip_names_it_in_a_sentence(edit, sentence):
    assert problems_after(edit) == [sentence]


@pytest.mark.parametrize(
    "edit, sentence",
    [
        (
            lambda d: rule(d, "gold").update(overall=101),
            "The Gold rule: overall must be a whole number from 0 to 100, not 101.",
        ),
        (
            lambda d: rule(d, "bronze").update(overall=-1),
            "The Bronze rule: overall must be a whole number from 0 to 100, not -1.",
        ),
        (
            lambda d: rule(d, "bronze").update(overall=True),
            "The Bronze rule: overall must be a whole number from 0 to 100, not True.",
        ),
        (
            lambda d: rule(d, "gold").update(section=70.5),
            "The Gold rule: section must be a whole number from 0 to 100, not 70.5.",
        ),
        (lambda d: rule(d, "gold").pop("overall"), "The Gold rule has no overall."),
        (
            lambda d: rule(d, "silver").update(overall=40),
            "Silver's overall threshold (40) must be higher than Bronze's (40).",
        ),
        (
            lambda d: rule(d, "gold").update(section=49),
            "Gold's section threshold (49) must not be lower than Silver's (50).",
        ),
        (
            lambda d: rule(d, "gold").pop("section"),
            "Gold's section threshold (0) must not be lower than Silver's (50).",
        ),
        (
            lambda d: rule(d, "silver")["max_red"].update(bronze=2),
            "The Silver rule asks less of the Bronze essentials than the Bronze rule; it must ask at least as much.",
        ),
        (
            lambda d: rule(d, "gold")["max_red"].update(silver=1),
            "The Gold rule asks less of the Silver essentials than the Silver rule; it must ask at least as much.",
        ),
        (
            lambda d: rule(d, "silver").update(must_be_green=["gold"]),
            "The Gold rule asks less of the Gold essentials than the Silver rule; it must ask at least as much.",
        ),
        (
            lambda d: rule(d, "bronze")["max_red"].update(bronze="one"),
            "The Bronze rule, max_red: bronze must be a whole number of 0 or more, not 'one'.",
        ),
        (
            lambda d: rule(d, "bronze")["max_red"].update(none=1),
            "The Bronze rule, max_red has an entry 'none' that is not known here; it may be bronze, silver or gold.",
        ),
        (
            lambda d: rule(d, "gold").update(must_be_green=["platinum"]),
            "The Gold rule: must_be_green must name bronze, silver or gold, not 'platinum'.",
        ),
        (
            lambda d: rule(d, "gold").update(must_be_green="bronze"),
            "The Gold rule: must_be_green must be a list, not 'bronze'.",
        ),
        (
            lambda d: rule(d, "gold").update(overal=80),
            "The Gold rule has an entry 'overal' that is not known here; "
            "it may be overall, section, max_red, red_must_be_priority or must_be_green.",
        ),
    ],
)
def test_parse_framework_with_one_slip_in_the_award_rules_names_it_in_a_sentence(edit, sentence):
    assert problems_after(edit) == [sentence]


@pytest.mark.parametrize("overall", [0, 39])
def test_parse_framework_lowest_threshold_may_be_anything_below_the_next(overall):
    data = copy.deepcopy(framework_data())
    rule(data, "bronze")["overall"] = overall

    assert parse_framework(data).scoring.levels[0].overall == overall


def test_parse_framework_top_threshold_may_be_a_hundred():
    data = copy.deepcopy(framework_data())
    rule(data, "gold").update(overall=100, section=100)

    assert parse_framework(data).scoring.levels[2].section == 100


def test_parse_framework_with_several_slips_names_all_of_them():
    def edit(data: dict[str, Any]) -> None:
        del first(data)["descriptors"]["amber"]
        data["version"] = "one"
        data["sections"][2]["criteria"] = None
        rule(data, "silver")["overall"] = 200

    assert problems_after(edit) == [
        "The framework: version must look like 1.0, not 'one'.",
        "Criterion A-1 has no amber descriptor.",
        "Section Impact has no criteria.",
        "The Silver rule: overall must be a whole number from 0 to 100, not 200.",
    ]


def test_parse_framework_without_any_descriptors_names_the_three():
    assert problems_after(lambda d: first(d).pop("descriptors")) == [
        "Criterion A-1 has no red descriptor.",
        "Criterion A-1 has no amber descriptor.",
        "Criterion A-1 has no green descriptor.",
    ]


@pytest.mark.parametrize("data, shown", [(None, "nothing"), ([], "[]"), ("text", "'text'"), (3, "3")])
def test_parse_framework_that_is_not_named_entries_is_refused(data, shown):
    assert problems_of(data) == [
        f"This is not a framework: it must be named entries such as id, version and sections, not {shown}."
    ]


def test_framework_invalid_reads_as_its_sentences():
    assert str(FrameworkInvalid(["One.", "Two."])) == "One.\nTwo."


def test_parse_framework_text_with_an_entry_twice_is_refused():
    text = "id: primary\nversion: '1.0'\nid: secondary\n"

    with pytest.raises(FrameworkInvalid) as caught:
        parse_framework_text(text)

    assert caught.value.problems == ["Line 3: this cannot be read as YAML: the entry 'id' is there twice."]


@pytest.mark.parametrize(
    "text, problem",
    [
        ("id: [", "Line 1: this cannot be read as YAML: expected the node content, but found '<stream end>'."),
        ("a\0b", "This cannot be read as YAML: ReaderError."),
        ("id: 2026-02-30", "This cannot be read as YAML: ValueError."),
        ('id: !!int ""', "This cannot be read as YAML: IndexError."),
        ("id: !!bool maybe", "This cannot be read as YAML: KeyError."),
        ("id: !!timestamp today", "This cannot be read as YAML: AttributeError."),
        ("[" * 2000, "This cannot be read as YAML: RecursionError."),
        (
            "!!python/object/apply:os.getcwd []",
            "Line 1: this cannot be read as YAML: could not determine a constructor for the tag "
            "'tag:yaml.org,2002:python/object/apply:os.getcwd'.",
        ),
    ],
)
def test_parse_framework_text_that_is_not_plain_yaml_is_refused(text, problem):
    with pytest.raises(FrameworkInvalid) as caught:
        parse_framework_text(text)

    assert caught.value.problems == [problem]


def test_parse_framework_with_a_list_inside_itself_is_refused_briefly():
    loop: list[object] = []
    loop.append(loop)

    assert problems_after(lambda d: first(d).update(title=loop)) == [
        "Criterion A-1: title must be text, not [[[...]]]."
    ]


def test_parse_framework_with_a_huge_number_is_refused_briefly():
    assert problems_after(lambda d: rule(d, "gold").update(overall=10**5000)) == [
        "The Gold rule: overall must be a whole number from 0 to 100, not a very large number."
    ]


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.binary(max_size=4)
    | st.sampled_from(["red", "bronze", "overall", "A-1", "primary", "1.0", "\ud800"])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3) | st.sets(scalars, max_size=2)
    ),
    max_leaves=8,
)


def places(data: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The way to each entry of some data."""
    found = [path]
    if isinstance(data, dict):
        for key, value in data.items():
            found += places(value, (*path, key))
    elif isinstance(data, list):
        for position, value in enumerate(data):
            found += places(value, (*path, position))
    return found


PLACES = [path for path in places(framework_data()) if path]


@settings(deadline=None)
@given(anything)
@example({"sections": [{"criteria": [{"descriptors": {"red": 1}}]}], "scoring": {"machine_rule": {"gold": []}}})
def test_parse_framework_with_any_data_raises_only_framework_invalid(data):
    assert problems_of(data) != []


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PLACES), anything), min_size=1, max_size=3))
def test_parse_framework_with_anything_anywhere_raises_only_framework_invalid(edits):
    data: Any = copy.deepcopy(framework_data())
    for path, value in edits:
        target = data
        for key in path[:-1]:
            try:
                target = target[key]
            except (KeyError, IndexError, TypeError):
                break
        if isinstance(target, dict):
            target[path[-1]] = value

    problems = ["None."]
    try:
        parse_framework(data)
    except FrameworkInvalid as invalid:
        problems = invalid.problems

    assert [problem for problem in problems if not problem.endswith(".") or len(problem) > 500] == []


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("[]{}:-!&*?|>'\"\n #a1,%@`", max_size=30))
def test_parse_framework_text_with_any_text_raises_only_framework_invalid(text):
    with pytest.raises(FrameworkInvalid):
        parse_framework_text(text)


def changes_after(edit: Edit) -> list[FrameworkChange]:
    data = copy.deepcopy(framework_data())
    edit(data)
    return compare_frameworks(parse_framework(framework_data()), parse_framework(data))


def test_compare_frameworks_with_itself_finds_nothing():
    assert changes_after(lambda d: None) == []


@pytest.mark.parametrize(
    "edit, sentences",
    [
        (lambda d: d.update(version="1.1"), ['Version changes from "1.0" to "1.1"']),
        (
            lambda d: first(d)["descriptors"].update(amber="Half."),
            ['Criterion A-1, amber changes from "In part." to "Half."'],
        ),
        (
            lambda d: first(d).update(title="Other"),
            ['Criterion A-1 changes from "Title of A-1 (Intent)" to "Other (Intent)"'],
        ),
        (lambda d: first(d).update(essential="gold"), ['Criterion A-1, essential changes from "bronze" to "gold"']),
        (
            lambda d: first(d).update(conversation_prompt="How so?"),
            ['Criterion A-1, conversation prompt changes from "none" to "How so?"'],
        ),
        (
            lambda d: first(d)["support"]["red"].append("A loan"),
            ['Criterion A-1, support red changes from "A visit" to "A visit; A loan"'],
        ),
        (
            lambda d: d["sections"][1]["criteria"].append(criterion_data("B-2")),
            ['Criterion B-2 is new: "Title of B-2 (Implementation)"'],
        ),
        (
            lambda d: d["sections"][0]["criteria"].pop(),
            ['Criterion A-2 is gone; it was "Title of A-2 (Intent)"'],
        ),
        (
            lambda d: d["sections"][0]["criteria"].reverse(),
            ['Section A, order changes from "A-1; A-2" to "A-2; A-1"'],
        ),
        (
            lambda d: d["sections"].reverse(),
            ['Order of sections changes from "A; B; C" to "C; B; A"'],
        ),
        (lambda d: rule(d, "silver").update(overall=61), ['Silver, overall changes from "60" to "61"']),
        (
            lambda d: rule(d, "bronze").update(section=10),
            ['Bronze, each section changes from "none" to "10"'],
        ),
        (
            lambda d: rule(d, "silver")["max_red"].update(gold=3),
            ['Silver, Gold essentials that may be red changes from "any number" to "3"'],
        ),
        (
            lambda d: rule(d, "silver").update(red_must_be_priority=["silver", "bronze"]),
            ['Silver, Bronze essentials: red ones must be priorities changes from "no" to "yes"'],
        ),
        (lambda d: d["sources"].update(MMC21="Model"), ['Source MMC21 is new: "Model"']),
    ],
)
def test_compare_frameworks_after_one_change_names_it(edit, sentences):
    assert [change.sentence for change in changes_after(edit)] == sentences


def test_rating_labels_are_words_people_use():
    assert [rating.label for rating in Rating] == ["Red", "Amber", "Green", "Not discussed", "Not applicable"]


def test_plan_part_labels_are_the_headings_of_the_plan():
    assert [part.label for part in PlanPart] == [
        "Overview",
        "Part A: curriculum music",
        "Part B: co-curricular music",
        "Part C: musical experiences",
    ]
