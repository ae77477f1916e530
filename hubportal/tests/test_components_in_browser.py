"""The gallery in a real browser: accessible in light, dark and wide or narrow; and what the small scripts add."""

import pytest
from playwright.sync_api import Page, expect

from hubportal.accounts.models import Role
from hubportal.tests.browser import assert_accessible
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.browser

SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]


@pytest.fixture
def gallery(client, page: Page, live_server, settings) -> Page:
    """The gallery, opened by a signed-in member of staff."""
    client.force_login(UserFactory(role=Role.VIEWER))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/staff/components/")
    return page


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_gallery_in_light_and_dark_is_accessible(gallery):
    assert_accessible(gallery)


def test_every_target_of_the_gallery_is_large_enough_to_touch(gallery):
    gallery.set_viewport_size({"width": 360, "height": 740})

    # Links within a sentence are excepted (WCAG 2.2, 2.5.8); a ticked box counts with its label.
    small = gallery.evaluate(
        """() => [...document.querySelectorAll("main :is(a.btn, button, summary, select, textarea, input), nav a")]
            .filter((each) => each.offsetParent && each.type !== "hidden")
            .map((each) => (each.labels?.[0] && /radio|checkbox/.test(each.type) ? each.labels[0] : each))
            .filter((each) => each.getBoundingClientRect().height < 44)
            .map((each) => each.outerHTML.slice(0, 120))"""
    )

    assert small == []


def test_error_summary_takes_focus_and_leads_to_the_field(gallery):
    expect(gallery.locator(".error-summary")).to_be_focused()

    gallery.get_by_role("link", name="Enter an e-mail address like").click()

    expect(gallery.locator("#id_faulty-email")).to_be_focused()


def test_form_pressed_twice_is_sent_once(gallery):
    sent = []
    gallery.route("**/staff/components/", lambda route: sent.append(route.request.method) or route.fulfill(status=204))
    button = gallery.get_by_role("button", name="Send the pack")

    button.evaluate("(each) => { each.click(); each.click(); }")

    expect(button).to_have_attribute("aria-disabled", "true")
    assert sent == ["POST"]


def test_skip_link_is_first_and_leads_past_the_navigation(page, live_server):
    page.goto(f"{live_server.url}/account/login/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("browser_context", [{"forced_colors": "active"}], indirect=True)
def test_ratings_in_forced_colours_still_show_word_and_shape(gallery):
    badges = gallery.locator("#rag_badge .rag")

    assert badges.all_inner_texts() == ["Green", "Amber", "Red", "Not discussed", "Not applicable", "Not discussed"]
    assert badges.locator("svg").count() == 6
