"""A framework while it is written: parts, places, and the way from each sentence to where it is mended."""

import copy
from typing import Any

import pytest
import yaml

from audits.rules import FrameworkInvalid, parse_framework
from audits.rules.drafting import (
    Part,
    Place,
    begin_data,
    data_of_file,
    file_of_data,
    find_code,
    find_seen,
    fingerprint,
    mend_places,
    moved,
    part_of,
    with_part,
    without,
)
from audits.tests.framework_builder import FRAMEWORKS, criterion_data, framework_data

NO_FILE = "This is not a framework file: it needs a list of sections, each with named entries and its criteria."
A_1 = Place(Part.CRITERION, 1, 1)


def codes(data: dict[str, Any]) -> list[list[str]]:
    return [[criterion["code"] for criterion in section["criteria"]] for section in data["sections"]]


def test_begin_data_from_a_version_has_the_next_number_and_says_what_it_replaces():
    published = framework_data() | {"version": "1.9", "replaces": "1.8", "mapping": {"A-9": "A-1"}}

    data = begin_data(published, "primary")

    assert (data["version"], data["replaces"], "mapping" in data) == ("1.10", "1.9", False)
    assert parse_framework(data).criteria == parse_framework(framework_data()).criteria


def test_begin_data_from_nothing_is_an_empty_framework_of_the_phase():
    assert begin_data(None, "secondary")["phase"] == "secondary"


@pytest.mark.parametrize(
    "place, value",
    [
        (Place(Part.FACTS), {"title": "Other", "version": "2.0"}),
        (Place(Part.RULES), {"status": "Tried"}),
        (Place(Part.MAPPING), {"A-9": "none"}),
        (Place(Part.SECTION, 2), {"code": "X", "name": "Other"}),
        (Place(Part.CRITERION, 1, 2), {"code": "A-7"}),
    ],
)
def test_with_part_replaces_exactly_that_part(place, value):
    data = framework_data()
    before = copy.deepcopy(data)

    new = with_part(data, place, value)

    assert part_of(new, place) == value
    assert data == before
    assert with_part(new, place, part_of(before, place)) == before


def test_with_part_without_a_place_yet_comes_last():
    data = with_part(framework_data(), Place(Part.CRITERION, 1), {"code": "A-3"})
    data = with_part(data, Place(Part.SECTION), {"code": "D"})

    assert codes(data) == [["A-1", "A-2", "A-3"], ["B-1"], ["C-1"], []]
    assert part_of(data, Place(Part.SECTION, 4)) == {"code": "D"}


@pytest.mark.parametrize("place", [Place(Part.SECTION, 9), Place(Part.CRITERION, 1, 3), Place(Part.CRITERION, 9, 1)])
def test_part_of_a_place_that_is_not_there_is_nothing(place):
    assert part_of(framework_data(), place) is None


@pytest.mark.parametrize(
    "place, by, expected",
    [
        (Place(Part.CRITERION, 1, 1), 1, [["A-2", "A-1"], ["B-1"], ["C-1"]]),
        (Place(Part.CRITERION, 1, 2), 1, [["A-1"], ["A-2", "B-1"], ["C-1"]]),
        (Place(Part.CRITERION, 2, 1), -1, [["A-1", "A-2", "B-1"], [], ["C-1"]]),
        (Place(Part.CRITERION, 1, 1), -1, [["A-1", "A-2"], ["B-1"], ["C-1"]]),
        (Place(Part.CRITERION, 3, 1), 1, [["A-1", "A-2"], ["B-1"], ["C-1"]]),
        (Place(Part.SECTION, 1), 1, [["B-1"], ["A-1", "A-2"], ["C-1"]]),
        (Place(Part.SECTION, 3), 1, [["A-1", "A-2"], ["B-1"], ["C-1"]]),
    ],
)
def test_moved_goes_one_place_and_on_into_the_next_section(place, by, expected):
    assert codes(moved(framework_data(), place, by)) == expected


def test_without_takes_out_one_criterion_or_section():
    assert codes(without(framework_data(), A_1)) == [["A-2"], ["B-1"], ["C-1"]]
    assert codes(without(framework_data(), Place(Part.SECTION, 1))) == [["B-1"], ["C-1"]]


def test_find_seen_follows_a_criterion_that_was_moved():
    data = framework_data()
    seen = fingerprint(part_of(data, A_1))

    assert find_seen(moved(data, A_1, 1), A_1, seen) == Place(Part.CRITERION, 1, 2)
    assert find_seen(with_part(data, A_1, {"code": "A-1"}), A_1, seen) is None
    assert find_code(moved(data, A_1, 1), A_1, "A-1") == Place(Part.CRITERION, 1, 2)
    assert find_code(without(data, A_1), A_1, "A-1") is None


def test_file_of_data_says_what_the_project_file_says():
    text = (FRAMEWORKS / "primary.yaml").read_text(encoding="utf-8")
    data = data_of_file(text)

    again = file_of_data(data)

    assert yaml.safe_load(again) == yaml.safe_load(text)
    assert again.startswith("id: primary\nversion: '1.1'\nreplaces: '1.0'\nphase: primary\n")


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("a: [", "Line 1: this cannot be read as YAML: expected the node content, but found '<stream end>'."),
        (
            "Hello",
            NO_FILE,
        ),
        (
            "sections: [{criteria: [Singing]}]",
            NO_FILE,
        ),
        (
            "sections: [{criteria: []}]\nnote: &a [x]\nstatus: [*a, *a]",
            "This file repeats parts of itself by references (* and &). Write each part out.",
        ),
        (
            # Put together first, these entries would be sixty thousand million.
            "sections: []\n"
            + "a0: &a0 {x: 1}\n"
            + "".join(f"a{n + 1}: &a{n + 1} {{<<: [{', '.join([f'*a{n}'] * 12)}]}}\n" for n in range(10)),
            "This file repeats parts of itself by references (* and &). Write each part out.",
        ),
        ('sections: "\\UFFFFFFFF"', "This cannot be read as YAML: OverflowError."),
        ('sections: "\\U00110000"', "This cannot be read as YAML: ValueError."),
        ("sections: " + "[" * 5000, "This file has lists in lists, far more than a framework has."),
        ("sections: []\nnote: .nan", "This file has something in it that is neither text nor a number."),
        ('sections: []\nnote: "a\\0b"', "This file has a character in it that cannot be printed (zero)."),
        ('sections: []\nnote: "\\ud800"', "This file has something in it that is neither text nor a number."),
    ],
)
def test_data_of_a_file_that_cannot_be_kept_says_why(text, sentence):
    with pytest.raises(FrameworkInvalid) as caught:
        data_of_file(text)

    assert caught.value.problems == [sentence]


def test_data_of_a_file_that_is_wrong_but_has_its_shape_is_kept():
    data = data_of_file("version: 1.0\nnote: 2026-09-01\nsections: [{name: Intent}]")

    assert data == {"version": 1.0, "note": "2026-09-01", "sections": [{"name": "Intent", "criteria": []}]}


def broken() -> dict[str, Any]:
    """A framework with something wrong in every part."""
    data = framework_data() | {"version": "one", "replaces": "1.0", "mapping": {"A-9": "Z-9"}}
    data["sections"][0]["criteria"][1]["title"] = ""
    data["sections"][1]["question"] = ""
    data["sections"][2]["criteria"].append(criterion_data("A-1"))
    data["sections"][2]["criteria"].append({})
    data["scoring"]["machine_rule"] = data["scoring"]["machine_rule"] | {"silver": {"overall": "many"}}
    return data


@pytest.mark.parametrize(
    "beginning, place",
    [
        ("The framework: version", Place(Part.FACTS)),
        ("Criterion A-2: title", Place(Part.CRITERION, 1, 2)),
        ("Section Implementation: question", Place(Part.SECTION, 2)),
        ("Section Impact, criterion 3 has no code", Place(Part.CRITERION, 3, 3)),
        ("Code A-1 is used by 2 criteria", Place(Part.CRITERION, 1, 1)),
        ("The Silver rule: overall", Place(Part.RULES)),
        ("The mapping: A-9 goes to", Place(Part.MAPPING)),
    ],
)
def test_mend_places_lead_to_the_part_that_is_wrong(beginning, place):
    with pytest.raises(FrameworkInvalid) as caught:
        parse_framework(broken())

    mends = mend_places(caught.value.problems, broken())

    assert [mend.place for mend in mends if mend.sentence.startswith(beginning)] == [place]


@pytest.mark.parametrize(
    "sentence, place",
    [
        ("The framework has no sections.", Place(Part.WHOLE)),
        ("The framework has no scoring.", Place(Part.RULES)),
        ("Gold's overall threshold (80) must be higher than Silver's (80).", Place(Part.RULES)),
        ("The Gold rule asks less of the Bronze essentials than the Silver rule; it must.", Place(Part.RULES)),
        ("The framework: replaces says 1.0, but …", Place(Part.FACTS)),
        ("The primary framework has changed, but its version …", Place(Part.FACTS)),
        ("The list of sources: X is empty.", Place(Part.FACTS)),
        ("Section code B is used by 2 sections; each needs its own.", Place(Part.SECTION, 2)),
        ("The name Impact is used by 2 sections; each needs its own.", Place(Part.SECTION, 3)),
    ],
)
def test_mend_places_of_each_kind_of_sentence(sentence, place):
    assert mend_places([sentence], framework_data())[0].place == place


def test_mend_places_name_entries_as_the_pages_do():
    (mend,) = mend_places(["Criterion A-1 has no smdp_part."], framework_data())

    assert mend.sentence == "Criterion A-1 has no part of the music development plan."
