"""Typing in a paper audit in a real browser, by keyboard alone."""

from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from audits.models import Audit, Framework
from audits.services import publish_framework
from audits.tests.factories import make_open_audit, rate
from audits.tests.framework_builder import framework_data
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.browser

Open = Callable[[Audit], Page]
WITHOUT_SCRIPTS = [{"java_script_enabled": False}]
SIGNED_OUT = "Not saved: you are signed out"


@pytest.fixture
def open_page(client, officer, page: Page, live_server, settings) -> Open:
    """Opens the page of an audit as a signed-in officer."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    def go(audit: Audit) -> Page:
        page.goto(f"{live_server.url}/audits/{audit.pk}/paper/")
        return page

    return go


@pytest.fixture
def audit(transactional_db) -> Audit:
    return make_open_audit()


def stored(audit: Audit, code: str = "P-INT-01") -> tuple[str, ...]:
    return audit.ratings.filter(criterion__code=code).values_list("school", "officer", "agreed", "note", "reason").get()


def as_long_as_a_real_one() -> Framework:
    """A framework of 27 criteria: nine in each section."""
    return publish_framework(definition_data=framework_data((("none",) * 9,) * 3), by=None)


def test_paper_page_takes_27_criteria_by_keyboard_alone_in_under_two_minutes(open_page, transactional_db):
    audit = make_open_audit(framework=as_long_as_a_real_one())
    page = open_page(audit)
    expect(page.locator("#id_A-1-school")).to_be_focused()

    began = monotonic()
    for number in range(27):
        # School, hub and agreed; then past the note, or a few words of it and the reason.
        page.keyboard.type("gaa" if number % 9 == 8 else "rrr")
        page.keyboard.press("Enter")
        if number % 9 == 8:
            page.keyboard.type("New plan")
            page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice-success")).to_contain_text("Saved")

    assert monotonic() - began < 120
    assert audit.ratings.exclude(school="not_discussed", officer="not_discussed").count() == 27
    assert stored(audit, "A-1") == ("red", "red", "red", "", "")
    assert stored(audit, "C-9") == ("green", "amber", "amber", "", "New plan")


def test_paper_page_tells_a_mistake_at_once_and_stays_there(open_page, audit):
    page = open_page(audit)
    box, mistake = page.locator("#id_P-INT-01-school"), page.locator("#id_P-INT-01-school_error")

    page.keyboard.type("q")
    expect(mistake).to_have_text("Type r, a, g, n or x (or 1, 2, 3, 0).")
    page.keyboard.type("x")
    expect(mistake).to_have_text("This one applies to every school: type r, a, g or n.")
    expect(box).to_be_focused()
    page.keyboard.type("2")

    expect(mistake).to_have_text("")
    expect(box).to_have_value("A")
    expect(page.locator("#id_P-INT-01-school_word")).to_have_text("Amber")
    expect(page.locator("#id_P-INT-01-officer")).to_be_focused()


def test_paper_page_asks_for_a_reason_only_where_ratings_differ(open_page, audit):
    page = open_page(audit)
    reason = page.locator("#id_P-INT-01-reason")
    expect(reason).to_be_hidden()

    page.keyboard.type("ggr")

    expect(reason).to_be_visible()
    page.keyboard.press("Enter")
    expect(reason).to_be_focused()


def test_paper_page_without_a_network_or_signed_out_keeps_everything_typed(open_page, audit):
    page = open_page(audit)
    page.keyboard.type("rrr")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-trouble]")).to_contain_text("Not saved: no connection.")

    page.context.set_offline(False)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-trouble]")).to_contain_text(SIGNED_OUT)
    assert stored(audit)[0] == "not_discussed"

    page.context.add_cookies(cookies)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice-success")).to_contain_text("Saved")
    assert stored(audit)[:3] == ("red", "red", "red")


@pytest.mark.parametrize("browser_context", WITHOUT_SCRIPTS, indirect=True)
def test_paper_page_without_a_script_saves_by_its_button_and_brings_back_both(open_page, audit):
    page = open_page(audit)
    page.locator("#id_P-INT-01-agreed").fill("a")
    page.locator("#id_P-INT-01-note").fill("Two\nlines")
    rate(audit, note="Theirs", by=UserFactory(name="Amir Other"))

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#P-INT-01 blockquote")).to_have_text("Theirs")
    expect(page.locator("#id_P-INT-01-note")).to_have_value("Two\nlines")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".notice-success")).to_contain_text("Saved")
    assert stored(audit) == ("not_discussed", "not_discussed", "amber", "Two\nlines", "")


def test_paper_page_is_accessible_empty_with_mistakes_and_in_conflict(open_page, audit):
    page = open_page(audit)
    assert_accessible(page)
    page.keyboard.type("q")
    assert_accessible(page)
    assert_readable_in_the_dark(page)
    page.keyboard.type("rgr")
    rate(audit, agreed="amber", note="Theirs", by=UserFactory(name="Amir Other"))
    page.locator("#id_P-INT-01-note").fill("Mine")
    page.keyboard.press("Control+Enter")

    expect(page.locator("[data-error-summary]")).to_be_focused()
    assert_accessible(page)
    assert_readable_in_the_dark(page)
