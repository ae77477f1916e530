"""Adding, changing and withdrawing offers and providers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from schools.tests.factories import UserFactory
from support.models import Offer, Provider
from support.rules import Purpose
from support.services import (
    AlreadyOffered,
    OfferWords,
    StaleOffer,
    add_offer,
    add_provider,
    change_offer,
    change_provider,
    offer_again,
    withdraw_offer,
)
from support.tests.factories import OfferFactory, ProviderFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)


@pytest.fixture
def by():
    return UserFactory(name="Olga Officer")


def purposes_of(offer):
    return list(offer.purposes.values_list("phase", "code", "when_red", "when_amber"))


def test_offer_added_says_all_that_was_said_of_it(by):
    provider = ProviderFactory()
    words = OfferWords(
        provider,
        "  A visit  from\na quartet ",
        "teaching",
        " An assembly. ",
        "https://quartet.example.org/",
        [Purpose("primary", "P-IPC-05"), Purpose("secondary", "S-IPC-06", when_red=False)],
        ["H05"],
    )

    add_offer(words=words, by=by, now=NOW)

    offer = Offer.objects.get()
    assert (offer.provider, offer.title, offer.kind) == (provider, "A visit from a quartet", "teaching")
    assert (offer.description, offer.website) == ("An assembly.", "https://quartet.example.org/")
    assert (offer.created_at, offer.created_by, offer.is_current) == (NOW, by, True)
    assert purposes_of(offer) == [("primary", "P-IPC-05", True, True), ("secondary", "S-IPC-06", False, True)]
    assert [duty.code for duty in offer.duties.all()] == ["H05"]


def test_offer_of_a_title_that_the_provider_has_leads_to_that_one(by):
    provider = ProviderFactory(name="Beacon Arts")
    offer = OfferFactory(provider=provider, title="A visit")

    with pytest.raises(AlreadyOffered) as refused:
        add_offer(words=OfferWords(provider, " a VISIT "), by=by, now=NOW)

    assert refused.value.messages == [
        "Beacon Arts offers “A visit” already. Open it to change it, or give this one another title."
    ]
    assert refused.value.offer == offer


def test_offer_of_the_title_of_a_withdrawn_one_is_told_so(by):
    offer = OfferFactory(provider__name="Beacon Arts", title="A visit", withdrawn_at=NOW)

    with pytest.raises(AlreadyOffered) as refused:
        add_offer(words=OfferWords(offer.provider, "A visit"), by=by, now=NOW)

    assert refused.value.messages == [
        "Beacon Arts offers “A visit” already. It was withdrawn; open it to offer it again, or give this one "
        "another title."
    ]


def test_offer_of_the_title_of_another_providers_offer_is_added(by):
    OfferFactory(title="A visit")

    add_offer(words=OfferWords(ProviderFactory(), "A visit"), by=by, now=NOW)

    assert Offer.objects.count() == 2


def test_offer_changed_says_what_is_said_now(by):
    offer = OfferFactory(title="A visit", serves=["P-INT-01", "P-INT-02"])
    words = OfferWords(offer.provider, "A VISIT", purposes=[Purpose("primary", "P-INT-02", when_amber=False)])

    change_offer(offer=offer, words=words, seen=None, by=by, now=NOW)

    offer.refresh_from_db()
    assert (offer.title, offer.changed_at, offer.changed_by) == ("A VISIT", NOW, by)
    assert purposes_of(offer) == [("primary", "P-INT-02", True, False)]


def test_offer_changed_to_the_title_of_another_one_is_refused_and_stays(by):
    offer = OfferFactory(title="A visit")
    OfferFactory(title="A loan", provider=offer.provider)

    with pytest.raises(AlreadyOffered):
        change_offer(offer=offer, words=OfferWords(offer.provider, "A loan"), seen=None, by=by, now=NOW)

    offer.refresh_from_db()
    assert (offer.title, offer.changed_at) == ("A visit", None)


def test_offer_that_somebody_else_changed_meanwhile_is_not_overwritten(by):
    offer = OfferFactory(title="A visit")
    change_offer(offer=offer, words=OfferWords(offer.provider, "A long visit"), seen=None, by=by, now=NOW)

    with pytest.raises(StaleOffer) as refused:
        change_offer(offer=offer, words=OfferWords(offer.provider, "Mine"), seen=None, by=UserFactory(), now=NOW)

    assert refused.value.messages == [
        "Olga Officer changed this offer at 10:42, after you opened this page. Below is what you wrote. Look at the "
        "offer as it is now, then save again if yours should stand."
    ]
    assert Offer.objects.get().title == "A long visit"


def test_offer_withdrawn_a_second_time_keeps_who_withdrew_it_first(by):
    offer = OfferFactory(serves=["P-INT-01"])

    withdraw_offer(offer=offer, by=by, now=NOW)
    withdraw_offer(offer=offer, by=UserFactory(), now=NOW + timedelta(days=1))

    offer.refresh_from_db()
    assert (offer.withdrawn_at, offer.withdrawn_by) == (NOW, by)
    assert purposes_of(offer) == [("primary", "P-INT-01", True, True)]


def test_offer_offered_again_is_current(by):
    offer = OfferFactory(withdrawn_at=NOW, withdrawn_by=by)

    offer_again(offer=offer, by=by, now=NOW)

    offer.refresh_from_db()
    assert (offer.withdrawn_at, offer.withdrawn_by) == (None, None)
    assert (offer.changed_at, offer.changed_by) == (NOW, by)


def test_offer_again_of_a_current_offer_changes_nothing(by):
    offer = OfferFactory()

    offer_again(offer=offer, by=by, now=NOW)

    offer.refresh_from_db()
    assert offer.changed_at is None


def test_provider_added_and_changed_says_what_was_said(by):
    provider = add_provider(
        name=" Beacon  Arts ", kind="partner", website="https://beacon.example.org/", by=by, now=NOW
    )
    change_provider(provider=provider, name="beacon arts", kind="national", website="", by=by, now=NOW)

    provider = Provider.objects.get()
    assert (provider.name, provider.kind, provider.website) == ("beacon arts", "national", "")
    assert (provider.changed_at, provider.changed_by) == (NOW, by)


def test_provider_of_a_known_name_or_a_second_hub_is_refused_with_a_sentence_each(by):
    ProviderFactory(name="Music Hub", kind="hub")

    with pytest.raises(ValidationError) as refused:
        add_provider(name="music HUB", kind="hub", by=by, now=NOW)

    assert refused.value.message_dict == {
        "name": ["There is a provider called “Music Hub” already. Use that one, or give another name."],
        "kind": ["“Music Hub” is the hub itself already. Choose partner or national organisation."],
    }
    assert Provider.objects.count() == 1
