"""Every kind of mail can be looked at with made-up facts, in both of its parts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hubportal.mail.kinds import KINDS, SAMPLES, Sample
from hubportal.mail.render import render_sample
from hubportal.mail.wording import FACT, mistakes_in

pytestmark = pytest.mark.django_db

# Traces of a template that went wrong.
TRACES = ("{{", "{%", "{#", "None", "&amp;amp;", "[]")


def samples_of(key: str) -> list[Sample]:
    return list(SAMPLES[key]()) if key in SAMPLES else []


def test_every_kind_has_a_sample():
    assert {key for key in KINDS if not samples_of(key)} == set()


def test_samples_of_a_kind_are_told_apart():
    cases = {key: [sample.case for sample in samples_of(key)] for key in KINDS}

    assert {key: names for key, names in cases.items() if len(set(names)) < len(names)} == {}


@pytest.mark.parametrize("key", sorted(KINDS))
def test_every_sample_renders_all_parts(key):
    for sample in samples_of(key):
        rendered = render_sample(sample)

        assert [part for part, text in rendered.items() if not text.strip() and part != "body_html"] == []
        # Only a notice from the library of sign-in has no second part.
        assert rendered["body_html"].strip() or sample.rendered
        assert [trace for trace in TRACES if trace in "".join(rendered.values())] == []
        assert re.search(r"&(#x27|amp|quot|lt|gt);", rendered["subject"] + rendered["body_text"]) is None


@pytest.mark.parametrize("key", sorted(KINDS))
def test_every_sample_is_made_up(key):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        addresses = [
            address
            for sample in samples_of(key)
            for address in re.findall(r"[\w.+-]+@[\w.-]*\w", "".join(render_sample(sample).values()))
        ]

    assert {address for address in addresses if not address.endswith("example.org")} == set()
    assert [query["sql"] for query in queries if not query["sql"].startswith("SELECT")] == []


@pytest.mark.parametrize("key", sorted(KINDS))
def test_every_sentence_of_ours_would_be_published(key):
    for sentence in KINDS[key].sentences:
        assert mistakes_in(sentence.text, facts=sentence.facts) == []
        assert set(FACT.findall(sentence.text)) <= set(sentence.facts)


@pytest.mark.parametrize("key", sorted(key for key, kind in KINDS.items() if kind.sentences))
def test_every_sentence_stands_in_both_parts(key):
    """In at least one case of the mail: some sentences are for some schools only."""
    for sentence in KINDS[key].sentences:
        tried = [render_sample(sample, tried={sentence.place: "Quite other words."}) for sample in samples_of(key)]

        assert any("Quite other words." in rendered["body_text"] for rendered in tried)
        assert any("Quite other words." in rendered["body_html"] for rendered in tried)


@pytest.mark.parametrize("key", sorted(key for key, kind in KINDS.items() if kind.sentences))
def test_every_fact_of_a_sentence_is_there_in_every_case(key):
    """Also the facts that only a hub may want to name."""
    missing = {
        (sample.case, fact)
        for sample in samples_of(key)
        for sentence in KINDS[key].sentences
        for fact in sentence.facts
        if sample.context.get(fact) in (None, "")
    }

    assert missing == set()
