"""The pages of support as officers see them: accessible, light and dark, wide and narrow, and without a mouse."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from audits.tests.factories import FrameworkFactory
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from meetings.tests.test_pages_in_browser import Open, open_page
from support.models import Offer
from support.services import seed_offers, withdraw_offer
from support.tests.factories import OfferFactory, ProviderFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]


@pytest.fixture
def offer(officer) -> Offer:
    """One of a list that is full, with two gaps."""
    FrameworkFactory()
    seed_offers(by=officer, now=timezone.now())
    FrameworkFactory(phase="secondary")
    for title in ("Music lead induction", "Singing leader visit"):
        withdraw_offer(offer=Offer.objects.get(title=title), by=officer, now=timezone.now())
    ProviderFactory(
        name="Beacon Inclusive Arts of Leicester, Leicestershire and Rutland", website="https://a.example.org"
    )
    return OfferFactory(title="A visit", description="One morning.\n\nFree.", serves=["P-INT-01", "P-OLD-01"])


def test_pages_of_support_are_accessible(open_page: Open, offer: Offer, officer):
    withdrawn = Offer.objects.get(title="Music lead induction")
    problems = []
    for address in (
        reverse("support") + "?state=all",
        reverse("support") + "?q=nothing",
        reverse("offer_detail", args=[offer.pk]),
        reverse("offer_detail", args=[withdrawn.pk]),
        reverse("offer_change", args=[offer.pk]),
        reverse("provider_list"),
        reverse("provider_change", args=[offer.provider_id]),
        reverse("support_gaps"),
        reverse("support_suggestions"),
    ):
        page = open_page(address)
        page.evaluate("() => document.querySelectorAll('details').forEach(each => each.open = true)")
        try:
            assert_accessible(page)
            assert_readable_in_the_dark(page)
        except AssertionError as error:
            problems.append(f"{address}: {error}")
    assert problems == [], "\n".join(problems)


def test_offer_form_with_errors_is_accessible(open_page: Open, offer: Offer):
    page = open_page(reverse("offer_new"))
    page.get_by_label("What is offered").fill("A visit")
    page.get_by_label("Who gives it").select_option(label=offer.provider.name)
    page.get_by_label("Kind").select_option("cpd")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("link", name="Open “A visit”")).to_be_visible()
    assert_accessible(page)


def test_offer_is_added_by_keyboard_alone(open_page: Open, offer: Offer):
    page = open_page(reverse("offer_new"))
    tab_to(page, "#id_title")
    page.keyboard.type("A second visit")
    tab_to(page, "#id_provider")
    page.keyboard.type("Beacon")
    tab_to(page, "#id_kind")
    page.keyboard.type("Mentoring")
    tab_to(page, "details.serves-section:nth-of-type(1) > summary")
    page.keyboard.press("Enter")
    tab_to(page, "#serves-primary-p-int-02-red")
    page.keyboard.press("Space")
    tab_to(page, "main form button[type=submit]")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="A second visit")).to_be_visible()
    added = Offer.objects.get(title="A second visit")
    assert (added.provider.name.split()[0], added.kind) == ("Beacon", "mentoring")
    assert list(added.purposes.values_list("code", "when_red", "when_amber")) == [("P-INT-02", True, False)]


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; a page of this size has fewer than 80 stops."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never comes to {selector}")
