"""The public page that says what the award asks."""

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audits.queries import published_definitions
from audits.tests.factories import FrameworkFactory, small_data
from hubportal.accounts.models import Role

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER])
def test_award_guide_is_for_everybody(as_role, role):
    FrameworkFactory()

    assert as_role(role).get(reverse("award_guide")).status_code == 200


def test_award_guide_reads_levels_and_criteria_from_the_published_frameworks(client):
    FrameworkFactory()
    FrameworkFactory(phase="secondary")

    response = client.get(reverse("award_guide"))

    page = unescape(response.content.decode())
    assert response.context["has_one_rule"] is True
    for words, times in (
        ("No other evidence is required", 1),
        ("Small primary audit", 1),
        ("Small secondary audit", 1),
        ("at most one Bronze essential is red, and then it is one of the agreed priorities", 1),
        ("There is an aim that few people know.", 2),
        ("Red counts 0, amber 1 and green 2.", 1),
        (reverse("request_meeting"), 3),
    ):
        assert page.count(words) == times, words


@pytest.mark.parametrize("role, times", [(None, 0), (Role.VIEWER, 0), (Role.OFFICER, 1), (Role.ADMINISTRATOR, 1)])
def test_award_guide_shows_where_the_thresholds_come_from_to_those_who_make_awards(as_role, role, times):
    FrameworkFactory(scoring=small_data()["scoring"] | {"status": "Our own proposal."})

    page = as_role(role).get(reverse("award_guide")).content.decode()

    assert page.count("Our own proposal.") == times


def test_award_guide_folds_the_arithmetic_away_below_the_levels(client):
    FrameworkFactory()

    page = client.get(reverse("award_guide")).content.decode()

    places = [
        page.index(words) for words in ("% or more overall", "How the percentages are worked out", "Red counts 0")
    ]
    assert places == sorted(places)
    assert page.count("<summary><span>How the percentages are worked out</span></summary>") == 1


def test_award_guide_with_two_rules_shows_both(client):
    FrameworkFactory()
    rules = small_rules(overall=45)
    FrameworkFactory(phase="secondary", scoring=rules)

    page = client.get(reverse("award_guide")).content.decode()

    assert (page.count("40% or more overall"), page.count("45% or more overall")) == (1, 1)


def small_rules(*, overall: int) -> dict[str, Any]:
    rules = small_data()["scoring"]
    rules["machine_rule"]["bronze"]["overall"] = overall
    return rules


def test_award_guide_offers_each_form_on_paper(client):
    FrameworkFactory()
    FrameworkFactory(phase="secondary")

    page = client.get(reverse("award_guide")).content.decode()

    forms = [(name, phase) for name in ("audit_blank_pdf", "audit_blank_word") for phase in ("primary", "secondary")]
    assert [page.count(reverse(name, args=[phase])) for name, phase in forms] == [1] * 4


def test_award_guide_before_anything_is_published_says_so(client):
    page = client.get(reverse("award_guide")).content.decode()

    assert page.count("The criteria are not published yet") == 1


def test_award_guide_asks_few_queries(client, django_assert_num_queries):
    FrameworkFactory()
    FrameworkFactory(phase="secondary")
    published_definitions()

    with django_assert_num_queries(2):
        client.get(reverse("award_guide"))


def test_award_guide_is_sent_compressed_to_whoever_understands_it(client: Client):
    FrameworkFactory()

    response = client.get(reverse("award_guide"), headers={"accept-encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
