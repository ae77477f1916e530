"""Offers made of what the frameworks suggest, once."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command

from audits.queries import definition_of
from audits.tests.factories import FrameworkFactory, small_data
from schools.models import HubProfile
from schools.tests.factories import UserFactory
from support.models import Offer, OfferPurpose, Provider, TakenSuggestion
from support.queries import untaken_suggestions
from support.rules import Purpose
from support.services import (
    OfferWords,
    Seeded,
    add_offer,
    change_offer,
    change_provider,
    seed_offers,
    withdraw_offer,
)
from support.tests.factories import OfferFactory, ProviderFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
# Two lines for red and one for amber of the first criterion, two lines of each other one.
LINES = 17


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def framework():
    return FrameworkFactory()


def seed(by=None):
    return seed_offers(by=by, now=NOW)


def next_version(**lists):
    """The small framework as version 1.1, with other lists of support for its first criterion."""
    data = small_data(version="1.1")
    data["sections"][0]["criteria"][0]["support"] |= lists
    FrameworkFactory(version="1.1", sections=data["sections"])


def purposes_of(title):
    rows = OfferPurpose.objects.filter(offer__title=title).order_by("code")
    return list(rows.values_list("phase", "code", "when_red", "when_amber"))


def test_seeding_makes_an_offer_of_the_hub_of_each_line(framework, by):
    HubProfile.objects.create(pk=1, name="Soar Valley Music Hub")

    assert seed(by) == Seeded(offers=LINES, suggestions=LINES)

    offer = Offer.objects.get(title="Music lead induction")
    assert (offer.provider.name, offer.provider.kind) == ("Soar Valley Music Hub", "hub")
    assert (offer.kind, offer.created_at, offer.created_by) == ("cpd", NOW, by)
    assert purposes_of("Music lead induction") == [("primary", "P-INT-02", True, False)]
    assert purposes_of("A mentor from another school") == [("primary", "P-INT-02", False, True)]


def test_seeding_makes_one_offer_of_the_same_words_in_both_frameworks(framework):
    FrameworkFactory(phase="secondary")

    assert seed() == Seeded(offers=LINES, suggestions=2 * LINES)
    assert purposes_of("Song bank") == [("primary", "P-IMP-01", False, True), ("secondary", "S-IMS-01", False, True)]


def test_seeding_again_adds_nothing(framework):
    seed()

    assert seed() == Seeded(offers=0, suggestions=0)
    assert Offer.objects.count() == LINES


def test_seeding_again_leaves_what_staff_renamed_unticked_and_withdrew(framework, by):
    seed()
    renamed, withdrawn = Offer.objects.get(title="Song bank"), Offer.objects.get(title="Bursaries")
    change_offer(offer=renamed, words=OfferWords(renamed.provider, "Our song bank"), seen=None, by=by, now=NOW)
    withdraw_offer(offer=withdrawn, by=by, now=NOW)

    assert seed() == Seeded(offers=0, suggestions=0)

    assert Offer.objects.filter(title="Song bank").count() == 0
    assert purposes_of("Our song bank") == []
    assert Offer.objects.get(title="Bursaries").withdrawn_at == NOW


def test_seeding_a_newer_framework_adds_its_new_lines_alone(framework):
    seed()
    next_version(red=["Vision conversation", "Vision day"], amber=["Song bank"])

    assert seed() == Seeded(offers=1, suggestions=2)

    assert purposes_of("Vision day") == [("primary", "P-INT-01", True, False)]
    assert purposes_of("Song bank") == [("primary", "P-IMP-01", False, True), ("primary", "P-INT-01", False, True)]


def test_seeding_a_new_line_in_the_words_of_a_renamed_offer_serves_that_one(framework, by):
    seed()
    offer = Offer.objects.get(title="Song bank")
    change_offer(offer=offer, words=OfferWords(offer.provider, "Our song bank"), seen=None, by=by, now=NOW)
    next_version(red=["Song bank"])

    assert seed() == Seeded(offers=0, suggestions=1)
    assert purposes_of("Our song bank") == [("primary", "P-INT-01", True, False)]


def test_seeding_a_new_line_in_the_words_of_a_withdrawn_offer_leaves_it_withdrawn(framework, by):
    seed()
    withdraw_offer(offer=Offer.objects.get(title="Song bank"), by=by, now=NOW)
    next_version(red=["Song bank"])

    assert seed() == Seeded(offers=0, suggestions=1)
    assert purposes_of("Song bank") == [("primary", "P-IMP-01", False, True)]
    assert untaken_suggestions() == []


def test_seeding_adds_criteria_to_an_offer_that_staff_wrote_in_the_same_words(framework, by):
    hub = ProviderFactory(kind="hub")
    words = OfferWords(hub, "song BANK", "network", purposes=[Purpose("primary", "P-IMP-01", when_amber=False)])
    add_offer(words=words, by=by, now=NOW)

    assert seed() == Seeded(offers=LINES - 1, suggestions=LINES)
    assert purposes_of("song BANK") == [("primary", "P-IMP-01", True, True)]
    assert Offer.objects.get(title="song BANK").kind == "network"


def test_seeding_leaves_offers_of_partners_in_the_same_words_alone(framework):
    partners = OfferFactory(title="Song bank")

    seed()

    assert partners.purposes.count() == 0
    assert Offer.objects.filter(title="Song bank").count() == 2


def test_seeding_keeps_a_line_that_is_longer_than_a_title_as_the_description(framework):
    seed()
    line = "A visit " * 30
    next_version(red=[line])

    assert seed() == Seeded(offers=1, suggestions=1)
    assert Offer.objects.get(title__startswith="A visit").description == line.strip()
    assert untaken_suggestions() == []


def test_seeding_knows_a_line_longer_than_it_keeps(framework):
    next_version(red=["A visit " * 100])
    seed()

    assert seed() == Seeded(offers=0, suggestions=0)


def test_seeding_calls_the_hub_by_the_name_it_has_given_itself_since(framework):
    seed()
    HubProfile.objects.create(pk=1, name="Soar Valley Music Hub")
    next_version(red=["Vision day"])

    seed()

    assert Provider.objects.get().name == "Soar Valley Music Hub"


def test_seeding_keeps_the_name_that_staff_gave_the_hub_as_provider(framework, by):
    seed()
    change_provider(provider=Provider.objects.get(), name="Music Hub", kind="hub", website="", by=by, now=NOW)
    HubProfile.objects.create(pk=1, name="Soar Valley Music Hub")
    next_version(red=["Vision day"])

    seed()

    assert Provider.objects.get().name == "Music Hub"


def test_seeding_uses_a_provider_that_bears_the_hubs_name(framework):
    ProviderFactory(name="music hub", kind="partner")

    seed()

    assert [provider.kind for provider in Provider.objects.all()] == ["partner"]


def test_seeding_without_a_published_framework_makes_nothing_not_even_a_provider():
    assert seed() == Seeded(offers=0, suggestions=0)
    assert Provider.objects.count() == 0


@pytest.mark.parametrize("phases", [["primary"], ["primary", "secondary"]])
def test_seeding_asks_the_same_number_of_queries_for_one_framework_and_for_two(phases, django_assert_num_queries):
    for phase in phases:
        # A process reads the text of a version once, and not when others have asked for it before.
        definition_of(FrameworkFactory(phase=phase))

    with django_assert_num_queries(15):
        seed()

    assert TakenSuggestion.objects.count() == LINES * len(phases)


def test_command_says_what_it_added(framework):
    output = StringIO()

    call_command("seed_offers", stdout=output)

    assert output.getvalue() == "17 offers added from 17 lines of support.\n"
