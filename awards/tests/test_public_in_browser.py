"""What anybody may open about awards, and a batch being packed, in a real browser: accessible, wide and narrow."""

import pytest
from playwright.sync_api import expect

from awards.models import BatchPart
from awards.rules import listing_wording
from awards.services import batches as services
from awards.services import list_school, pack_part
from awards.tests.factories import make_award
from hubportal.tests.browser import assert_accessible
from meetings.tests.test_pages_in_browser import open_page
from schools.tests.factories import SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]


def test_public_pages_about_awards_are_accessible(open_page):
    award = make_award(school=SchoolFactory(name="Wren Primary School"), sent=True)
    contact = award.school.contacts.first()
    list_school(school=award.school, by_contact=contact, wording=listing_wording(hub="Music Hub"))

    for address in ("/award-holders/", f"/verify/{award.certificates.get().key}/", "/verify/file/"):
        assert_accessible(open_page(address))


def test_batch_page_shows_by_itself_how_far_it_is(open_page, as_role, monkeypatch):
    monkeypatch.setattr(services, "PART_SIZE", 1)
    monkeypatch.setattr(services, "announce", lambda part_ids: None)
    for name in ("Ash", "Oak"):
        make_award(school=SchoolFactory(name=name))
    as_role("officer")
    page = open_page("/awards/batches/")
    assert_accessible(page)

    page.get_by_role("button", name="Pack the certificates").click()
    expect(page.get_by_text("0 of 2 certificates packed")).to_be_visible()
    assert_accessible(page)
    first, last = BatchPart.objects.values_list("pk", flat=True)
    pack_part(part_id=first)
    expect(page.get_by_text("1 of 2 certificates packed")).to_be_visible(timeout=15_000)
    pack_part(part_id=last)

    expect(page.get_by_role("link", name="Download the ZIP file")).to_be_visible(timeout=15_000)
    assert_accessible(page)
