"""The audit pages around the conversation in a real browser: the list, the priorities, an agreed audit."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from audits.models import Audit
from audits.tests.factories import make_agreed_audit, make_open_audit
from hubportal.tests.browser import assert_accessible

pytestmark = pytest.mark.browser

SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]
Open = Callable[[str], Page]


@pytest.fixture
def open_page(client, officer, page: Page, live_server, settings) -> Open:
    """Opens an address as a signed-in officer; connections that a test cuts come back afterwards."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    def go(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    return go


@pytest.fixture
def audit(transactional_db) -> Audit:
    return make_open_audit()


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_audit_pages_in_light_and_dark_are_accessible(open_page, audit):
    agreed = make_agreed_audit(ratings={"P-INT-01": "red", "P-IMP-03": "not_applicable"})
    addresses = [
        "/audits/",
        f"/audits/{audit.pk}/",
        f"/audits/{audit.pk}/priorities/",
        f"/audits/{agreed.pk}/",
        "/award/",
    ]
    for address in addresses:
        page = open_page(address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert_accessible(page)
