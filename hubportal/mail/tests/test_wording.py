"""The hub's own sentences: what may stand in one, and what becomes of its facts."""

import pytest

from hubportal.mail.wording import fill_in, mistakes_in

KNOWN = "You can use {school}, {hub}, each with its two braces."


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("Thank you, {school}.", []),
        ("x" * 800, []),
        ("x" * 801, ["Keep it to 800 characters; these are 801."]),
        (" \n ", ["Write at least a few words, or go back to the standard wording."]),
        ("{teacher} and {teacher}", [f"“{{teacher}}” is not a fact of this e-mail. {KNOWN}"]),
        ("{school", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        ("school}", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        ("{{school}}", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        ("{school.urn}", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        ("{school!r}", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        ("{school:>9}", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        ("{school[0]}", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        ("{}", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        ("{% include x %}", [f"There is a brace that does not belong to a fact. {KNOWN}"]),
        (
            "[[personal-link:x]]",
            ["Leave out the two square brackets “[[”: they are kept for personal links."],
        ),
    ],
)
def test_mistakes_in_a_sentence_say_how_to_mend_them(text, mistakes):
    assert mistakes_in(text, facts=("school", "hub")) == mistakes


def test_mistakes_where_there_are_no_facts_say_so():
    assert mistakes_in("{school}", facts=()) == [
        "“{school}” is not a fact of this e-mail. This sentence can name no facts, so leave out the braces."
    ]


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Dear {school}!", "Dear St {hub}!"),
        ("{unknown}", ""),
        ("{school.urn}", "{school.urn}"),
        ("{{school}}", "{St {hub}}"),
    ],
)
def test_fill_in_puts_facts_in_once_and_looks_into_nothing(text, filled):
    assert fill_in(text, values={"school": "St {hub}", "hub": "Hub"}) == filled
