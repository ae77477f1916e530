"""What the database itself refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from schools.tests.factories import UserFactory
from support.models import Offer, OfferDuty, OfferPurpose, Provider, TakenSuggestion
from support.tests.factories import OfferFactory, ProviderFactory, serve

pytestmark = pytest.mark.django_db


def breaks(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


def suggestion(**changes) -> TakenSuggestion:
    given = {"phase": "primary", "code": "P-INT-01", "when": "red", "text": "A visit"} | changes
    return TakenSuggestion.objects.create(offer=given.pop("offer", None) or OfferFactory(), **given)


def test_provider_name_is_refused_a_second_time_however_written():
    ProviderFactory(name="Beacon Arts")

    with breaks("support_provider_name_once"):
        ProviderFactory(name="BEACON arts")


def test_provider_of_unknown_kind_is_refused():
    with breaks("support_provider_kind_known"):
        ProviderFactory(kind="friend")


def test_second_provider_that_is_the_hub_itself_is_refused():
    ProviderFactory(kind="hub")

    with breaks("support_provider_one_hub"):
        ProviderFactory(kind="hub")


@pytest.mark.parametrize("model, make", [(Provider, ProviderFactory), (Offer, OfferFactory)], ids=["provider", "offer"])
def test_author_of_a_change_without_its_time_is_refused(model, make):
    with breaks(f"support_{model._meta.model_name}_changed_with_time"):
        make(changed_by=UserFactory())


def test_offer_title_is_refused_a_second_time_for_its_provider_alone():
    offer = OfferFactory(title="A visit")
    OfferFactory(title="A visit")

    with breaks("support_offer_title_once"):
        OfferFactory(title="a VISIT", provider=offer.provider)


def test_offer_of_unknown_kind_is_refused():
    with breaks("support_offer_kind_known"):
        OfferFactory(kind="gift")


def test_author_of_a_withdrawal_without_its_time_is_refused():
    with breaks("support_offer_withdrawn_with_time"):
        OfferFactory(withdrawn_by=UserFactory())


def test_purpose_is_refused_a_second_time():
    offer = OfferFactory(serves=["P-INT-01"])

    with breaks("support_purpose_once"):
        serve(offer, "P-INT-01")


def test_purpose_of_unknown_phase_is_refused():
    with breaks("support_purpose_phase_known"):
        serve(OfferFactory(), "P-INT-01", phase="nursery")


def test_purpose_for_neither_red_nor_amber_is_refused():
    with breaks("support_purpose_when_red_or_amber"):
        serve(OfferFactory(), "P-INT-01", red=False, amber=False)


def test_duty_of_an_offer_is_refused_a_second_time():
    offer = OfferFactory()
    OfferDuty.objects.create(offer=offer, code="H01")

    with breaks("support_duty_once"):
        OfferDuty.objects.create(offer=offer, code="H01")


def test_suggestion_is_taken_once_however_written():
    suggestion(taken_at=timezone.now() - timedelta(days=1))

    with breaks("support_suggestion_taken_once"):
        suggestion(text="a VISIT")


@pytest.mark.parametrize("field, value", [("phase", "nursery"), ("when", "green")])
def test_suggestion_of_unknown_phase_or_rating_is_refused(field, value):
    with breaks(f"support_suggestion_{field}_known"):
        suggestion(**{field: value})


def test_offer_that_goes_takes_with_it_what_it_serves():
    offer = OfferFactory(serves=["P-INT-01"])

    offer.delete()

    assert OfferPurpose.objects.count() == 0
