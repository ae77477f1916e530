"""The hub's profile in a real browser: an administrator gives it a logo and another design of certificates."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from hubportal.accounts.models import Role
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from schools.models import HubProfile
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.browser


def test_administrator_gives_the_hub_a_logo_and_a_design(client, page: Page, live_server, settings):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    logo = BytesIO()
    Image.new("RGB", (300, 100), "#6b2d5c").save(logo, "PNG")

    page.goto(live_server.url + reverse("hub_profile"))
    page.get_by_role("link", name="Add the hub's logo").click()
    page.get_by_label("Picture").set_input_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"Notes"})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("This file is not a PNG or JPEG picture")
    assert_accessible(page)
    page.get_by_label("Picture").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": logo.getvalue()})
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Music Hub").get_by_role("img", name="Music Hub")).to_be_visible()
    page.get_by_label("Plain: black on white").check()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("The hub’s profile is saved.")).to_be_visible()
    assert HubProfile.objects.get().certificate_design == "plain"
    assert_accessible(page)
    assert_readable_in_the_dark(page)
