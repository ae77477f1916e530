"""A coordinator on the phone: a note, the leave to be shown, the recommendation, a logo; and asking for the link."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from awards.models import ProgressNote, PublicListing, Recommendation
from awards.tests.factories import make_award
from hubportal.tests.browser import NARROW, assert_accessible
from meetings.tests.test_pages_in_browser import open_page
from schools.models import Contact
from schools.tests.factories import ContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]


@pytest.fixture
def contact() -> Contact:
    contact = ContactFactory(name="Ada Coordinator", school__name="Wren Primary School")
    make_award(school=contact.school, on=timezone.localdate() - timedelta(days=30), sent=True)
    return contact


@pytest.mark.parametrize("browser_context", [{"viewport": NARROW, "color_scheme": "dark"}], indirect=True)
def test_coordinator_does_on_the_phone_what_the_page_offers(open_page, contact, as_contact):
    as_contact(contact)
    page = open_page(reverse("my_school"))

    page.get_by_text("Note how it is going").first.click()
    page.get_by_label("How is it going?").first.fill("The choir sings every Friday.")
    page.get_by_role("button", name="Add the note").first.click()
    expect(page.get_by_text("The choir sings every Friday.")).to_be_visible()
    page.get_by_role("button", name="We agree, show our school").click()
    expect(page.get_by_role("button", name="Take our school out of the list")).to_be_visible()
    page.get_by_role("button", name="We have accepted").click()
    expect(page.get_by_text("We have noted that you accepted.")).to_be_visible()
    page.get_by_text("Logos for dark backgrounds").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Logo, any size").last.click()

    assert download.value.suggested_filename.endswith("-on-dark.svg")
    assert (ProgressNote.objects.count(), PublicListing.objects.standing().count()) == (1, 1)
    assert Recommendation.objects.get().state == "accepted"
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert_accessible(page)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert_accessible(page, widths=(NARROW,))
    page.get_by_role("button", name="Leave this page").click()
    page.goto(page.url + reverse("link_needed").lstrip("/"))
    assert_accessible(page)
