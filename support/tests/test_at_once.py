"""Two people at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from audits.tests.factories import FrameworkFactory
from schools.tests.factories import UserFactory
from support.models import Offer, Provider
from support.services import OfferWords, Seeded, add_offer, add_provider, seed_offers
from support.tests.factories import ProviderFactory

pytestmark = pytest.mark.django_db(transaction=True)


def both(deed: Callable[[], object]) -> list[object]:
    """What it gives to each of two who do it at once; a refusal is a word."""
    start = Barrier(2)

    def one(_: int) -> object:
        try:
            start.wait(timeout=10)
            return deed()
        except ValidationError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def test_same_offer_added_by_two_at_once_is_added_once():
    provider, by = ProviderFactory(), UserFactory()

    answers = both(lambda: add_offer(words=OfferWords(provider, "A visit"), by=by, now=timezone.now()))

    assert answers.count("refused") == 1
    assert Offer.objects.count() == 1


def test_same_provider_added_by_two_at_once_is_added_once():
    by = UserFactory()

    answers = both(lambda: add_provider(name="Beacon", kind="hub", by=by, now=timezone.now()))

    assert answers.count("refused") == 1
    assert Provider.objects.count() == 1


def test_offers_seeded_by_two_at_once_are_made_once():
    FrameworkFactory()

    answers = both(lambda: seed_offers(by=None, now=timezone.now()))

    assert sorted(answer.offers for answer in answers) == [0, 17]
    assert answers.count(Seeded(offers=0, suggestions=0)) == 1
    assert Offer.objects.count() == 17
