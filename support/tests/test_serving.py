"""Which offers are shown for a criterion, and in which order."""

import pytest
from django.utils import timezone

from support.models import ProviderKind
from support.queries import offers_for, offers_for_many
from support.tests.factories import OfferFactory, ProviderFactory, serve

pytestmark = pytest.mark.django_db


def test_offers_for_a_criterion_are_the_current_ones_that_serve_it():
    serving = OfferFactory(serves=["P-INT-01"])
    OfferFactory(serves=["P-INT-02"])
    OfferFactory(serves=["P-INT-01"], withdrawn_at=timezone.now())
    serve(OfferFactory(), "P-INT-01", phase="secondary")

    assert offers_for("primary", "P-INT-01", "red") == [serving]


def test_offers_for_a_criterion_come_fitting_first_then_the_nearest_provider_then_by_title():
    hub, partner, national = (ProviderFactory(kind=kind) for kind in ProviderKind.values)
    unfitting, by_others, nation_wide, second, first = (
        OfferFactory(title=title, provider=provider)
        for title, provider in (("Aa", hub), ("Bb", partner), ("Cc", national), ("Dd", hub), ("cc", hub))
    )
    serve(unfitting, "P-INT-01", red=False)
    for offer in (by_others, nation_wide, second, first):
        serve(offer, "P-INT-01", amber=False)

    assert offers_for("primary", "P-INT-01", "red") == [first, second, by_others, nation_wide, unfitting]
    assert offers_for("primary", "P-INT-01", "amber") == [unfitting, first, second, by_others, nation_wide]
    assert offers_for("primary", "P-INT-01", "not_discussed") == [unfitting, first, second, by_others, nation_wide]


@pytest.mark.parametrize("number", [1, 3])
def test_offers_for_many_criteria_take_one_query_with_their_providers(number, django_assert_num_queries):
    offers = [OfferFactory(title=f"Offer {i}", serves=["P-INT-01", "P-IMP-01"]) for i in range(number)]

    with django_assert_num_queries(1):
        found = offers_for_many("primary", ["P-INT-01", "P-IMP-01", "P-IPC-01"])
        names = [offer.provider.name for offer in found["P-INT-01"]]

    assert found == {"P-INT-01": offers, "P-IMP-01": offers, "P-IPC-01": []}
    assert names == [offer.provider.name for offer in offers]


def test_offers_for_many_criteria_put_those_that_fit_each_rating_first():
    for_red, for_amber = OfferFactory(title="Bb"), OfferFactory(title="Aa")
    for code in ("P-INT-01", "P-IMP-01"):
        serve(for_red, code, amber=False)
        serve(for_amber, code, red=False)

    found = offers_for_many("primary", ["P-INT-01", "P-IMP-01"], {"P-INT-01": "red", "P-IMP-01": "amber"})

    assert found == {"P-INT-01": [for_red, for_amber], "P-IMP-01": [for_amber, for_red]}
