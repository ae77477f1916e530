"""`manage.py score_ratings`: a hub tries the thresholds on its past audits, without any database."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audits.tests.framework_builder import FRAMEWORKS, shipped

EXAMPLES = Path(__file__).parent / "scoring_examples.json"
ALL_GREEN = {criterion.code: "green" for criterion in shipped("primary").criteria}


def case(**changes: Any) -> dict[str, Any]:
    return {"name": "Oak", "set": "primary", "ratings": ALL_GREEN, "priorities": []} | changes


def written(tmp_path: Path, data: object) -> Path:
    path = tmp_path / "cases.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return path


def run(path: Path, **options: Any) -> list[dict[str, Any]]:
    output = io.StringIO()
    call_command("score_ratings", path, stdout=output, **options)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def refusal(path: Path, **options: Any) -> str:
    output = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("score_ratings", path, stdout=output, **options)
    assert output.getvalue() == ""
    return str(caught.value)


def test_score_ratings_prints_one_line_a_case_with_the_stated_results():
    cases = json.loads(EXAMPLES.read_text(encoding="utf-8"))

    lines = run(EXAMPLES)

    stated = ("award", "overall_percent_exact", "sections")
    assert [{name: line[name] for name in stated} for line in lines] == [
        {name: one["expected"][name] for name in stated} for one in cases
    ]
    assert [line["name"] for line in lines] == [one["name"] for one in cases]


def test_score_ratings_line_has_these_parts(tmp_path):
    lines = run(written(tmp_path, [case(ratings=ALL_GREEN | {"P-INT-01": "red"}, priorities=["P-INT-01"])]))

    assert lines == [
        {
            "name": "Oak",
            "award": "Silver",
            "overall_percent_exact": "2600/27",
            "sections": {
                "Intent": {"points": 16, "maximum": 18},
                "Implementation": {"points": 20, "maximum": 20},
                "Impact": {"points": 18, "maximum": 18},
            },
            "reason": "Silver, with 96.3% overall: for Gold, none of the Silver essentials may be red, "
            "but “A shared vision for music” is.",
            "next_step": "Gold needs one change: “A shared vision for music” from red to amber.",
            "further_steps": [],
        }
    ]


def test_score_ratings_incomplete_case_has_no_award(tmp_path):
    ratings = ALL_GREEN | {"P-INT-01": "not_discussed"}
    del ratings["P-INT-02"]

    (line,) = run(written(tmp_path, [case(ratings=ratings)]))

    assert (line["award"], line["overall_percent_exact"], line["next_step"]) == (None, None, None)
    assert line["reason"] == "No award yet: 2 criteria still need an agreed rating (P-INT-01 and P-INT-02)."


@pytest.mark.parametrize("word", ["na", "not_applicable"])
def test_score_ratings_takes_not_applicable_in_both_spellings(tmp_path, word):
    (line,) = run(written(tmp_path, [case(ratings=ALL_GREEN | {"P-IMP-03": word})]))

    assert line["sections"]["Implementation"] == {"points": 18, "maximum": 18}


def test_score_ratings_case_without_name_and_priorities_is_scored(tmp_path):
    (line,) = run(written(tmp_path, [{"set": "primary", "ratings": ALL_GREEN}]))

    assert (line["name"], line["award"]) == ("", "Gold")


def test_score_ratings_reads_a_file_that_begins_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([case()]), encoding="utf-8-sig")

    assert [line["award"] for line in run(path)] == ["Gold"]


def test_score_ratings_of_an_empty_list_prints_nothing(tmp_path):
    assert run(written(tmp_path, [])) == []


def test_score_ratings_with_other_frameworks_uses_their_thresholds(tmp_path):
    text = (FRAMEWORKS / "primary.yaml").read_text(encoding="utf-8")
    (tmp_path / "primary.yaml").write_text(text.replace("overall: 80", "overall: 99"), encoding="utf-8")
    path = written(tmp_path, [case(ratings=ALL_GREEN | {"P-IMP-10": "red"})])

    assert [line["award"] for line in run(path)] == ["Gold"]
    assert [line["award"] for line in run(path, frameworks=tmp_path)] == ["Silver"]


@pytest.mark.parametrize(
    "data, sentence",
    [
        ("[{]", "{path} is not JSON: line 1, column 3: Expecting property name enclosed in double quotes."),
        ("", "{path} is not JSON: line 1, column 1: Expecting value."),
        ({"name": "Oak"}, "{path} must hold a list of cases, in square brackets."),
        (
            '[{"set": "primary", "ratings": {"P-INT-01": "red", "P-INT-01": "green"}}]',
            "{path}: 'P-INT-01' is there twice in one place.",
        ),
        ("[" * 100_000, "{path} is not a list of cases: it is nested too deeply."),
        (["Oak"], "Case 1: a case must be an object with name, set, ratings and priorities."),
        ([case(), case(set="nursery")], "Case 2 (Oak): set must be one of primary, secondary."),
        ([case(set=None, name=None)], "Case 1: name must be text."),
        ([case(set="../primary")], "Case 1 (Oak): set must be one of primary, secondary."),
        (
            [case(ratings=["red"])],
            'Case 1 (Oak): ratings must be an object of criterion codes and ratings, such as {{"P-INT-01": "red"}}.',
        ),
        (
            [case(ratings={"P-INT-01": None})],
            'Case 1 (Oak): ratings must be an object of criterion codes and ratings, such as {{"P-INT-01": "red"}}.',
        ),
        ([case(priorities="P-INT-01")], "Case 1 (Oak): priorities must be a list of criterion codes."),
        (
            [case(priorities=["S-INT-01"])],
            "Case 1 (Oak): S-INT-01 is a priority but is not a criterion of the Primary music audit 1.1.",
        ),
        (
            [case(ratings={"P-INT-01": "purple"})],
            "Case 1 (Oak): P-INT-01 has the rating 'purple'; "
            "a rating is one of red, amber, green, not_discussed, not_applicable.",
        ),
        (
            [case(ratings=ALL_GREEN | {"P-INT-03": "na"})],
            "Case 1 (Oak): P-INT-03 (A music lead with time and backing) cannot be not applicable; it needs a rating.",
        ),
    ],
)
def test_score_ratings_with_a_bad_file_or_case_says_what_and_prints_nothing(tmp_path, data, sentence):
    path = written(tmp_path, data)

    assert refusal(path) == sentence.format(path=path)


def test_score_ratings_names_every_bad_case_at_once(tmp_path):
    path = written(tmp_path, [case(name="Ash", set=1), case(), case(name="Elm", priorities=7)])

    assert refusal(path) == (
        "Case 1 (Ash): set must be one of primary, secondary.\n"
        "Case 3 (Elm): priorities must be a list of criterion codes."
    )


def test_score_ratings_without_the_file_says_so(tmp_path):
    path = tmp_path / "absent.json"

    assert refusal(path) == f"{path} cannot be read: No such file or directory."


def test_score_ratings_of_a_file_in_another_encoding_says_so(tmp_path):
    path = tmp_path / "cases.json"
    path.write_bytes('[{"name": "Café"}]'.encode("cp1252"))

    assert refusal(path) == f"{path} cannot be read: it is not UTF-8 text."


def test_score_ratings_with_a_broken_framework_names_its_slips(tmp_path):
    text = (FRAMEWORKS / "primary.yaml").read_text(encoding="utf-8")
    (tmp_path / "primary.yaml").write_text(text.replace("overall: 80", "overall: 180"), encoding="utf-8")

    assert refusal(EXAMPLES, frameworks=tmp_path) == (
        "primary.yaml: The Gold rule: overall must be a whole number from 0 to 100, not 180."
    )


def test_score_ratings_with_a_folder_without_frameworks_says_so(tmp_path):
    assert refusal(EXAMPLES, frameworks=tmp_path) == (
        f"There is no framework file (such as primary.yaml) in {tmp_path}."
    )
