"""The audit pages in a real browser: saving as one goes, without a network, and by two people at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from audits.models import Audit
from audits.services import rate_criterion
from audits.tests.factories import make_agreed_audit, make_open_audit
from hubportal.tests.browser import assert_accessible
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.browser

SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]
KEPT = "What you wrote is still here."
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


def part(page: Page, code: str = "P-INT-01") -> Locator:
    return page.locator(f"#{code}")


def state(page: Page, code: str = "P-INT-01") -> Locator:
    return part(page, code).locator("[data-save-state]")


def summary(page: Page) -> Locator:
    return page.locator("[data-save-summary]")


def stored(audit: Audit, code: str = "P-INT-01") -> tuple[str, str]:
    return audit.ratings.filter(criterion__code=code).values_list("agreed", "note").get()


def save_as_somebody_else(audit: Audit, *, agreed: str, note: str) -> None:
    version = audit.ratings.get(criterion__code="P-INT-01").version
    rate_criterion(
        audit=audit, code="P-INT-01", agreed=agreed, note=note, version=version, by=UserFactory(name="Amir Other")
    )


def test_audit_page_saves_each_touch_by_itself(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")

    part(page).get_by_role("radio", name="Amber").check()
    expect(state(page)).to_contain_text("Saved")
    part(page).get_by_role("textbox").fill("Two\nlines")
    part(page).get_by_role("textbox").blur()
    expect(summary(page)).to_contain_text("All saved")

    page.wait_for_function("document.querySelector('#id_P-INT-01-version').value === '2'")
    assert stored(audit) == ("amber", "Two\nlines")
    expect(page.locator("[data-section=INT] [data-discussed]")).to_have_text("1")
    expect(page.locator("[data-next]")).to_have_attribute("href", "#P-INT-02")


def test_audit_page_without_a_network_says_so_keeps_the_words_and_saves_later(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")
    page.context.set_offline(True)
    part(page).get_by_role("radio", name="Red").check()
    expect(state(page)).to_contain_text(f"Not saved: no connection. {KEPT}")
    expect(summary(page)).to_have_text("Not saved: A shared vision")
    assert stored(audit) == ("not_discussed", "")

    page.context.set_offline(False)

    expect(state(page)).to_contain_text("Saved")
    assert stored(audit) == ("red", "")


def test_audit_page_asks_before_unsaved_words_are_left(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")
    page.context.set_offline(True)
    part(page).get_by_role("textbox").fill("Not saved anywhere")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.get_by_role("link", name="Audits").click(no_wait_after=True)

    expect(part(page).get_by_role("textbox")).to_have_value("Not saved anywhere")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_audit_page_of_somebody_signed_out_keeps_the_words_until_they_are_in_again(open_page, audit, client):
    page = open_page(f"/audits/{audit.pk}/")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    part(page).get_by_role("textbox").fill("Still here")
    part(page).get_by_role("textbox").blur()
    expect(state(page)).to_contain_text(f"Not saved: you are signed out. Sign in again in another tab. {KEPT}")

    page.context.add_cookies(cookies)
    part(page).get_by_role("button", name="Try again now").click()

    expect(state(page)).to_contain_text("Saved")
    assert stored(audit) == ("not_discussed", "Still here")


def test_audit_page_takes_over_what_only_somebody_else_changed(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")
    save_as_somebody_else(audit, agreed="green", note="")

    part(page).get_by_role("textbox").fill("Mine")
    part(page).get_by_role("textbox").blur()

    expect(state(page)).to_contain_text("Saved")
    expect(part(page).get_by_role("radio", name="Green")).to_be_checked()
    assert stored(audit) == ("green", "Mine")


@pytest.mark.parametrize("choice, note", [("Keep mine", "Mine"), ("Use theirs", "Theirs")])
def test_audit_page_lets_a_person_choose_when_two_wrote_the_same_note(open_page, audit, choice, note):
    page = open_page(f"/audits/{audit.pk}/")
    save_as_somebody_else(audit, agreed="green", note="Theirs")
    part(page).get_by_role("textbox").fill("Mine")
    part(page).get_by_role("textbox").blur()
    expect(part(page).get_by_role("alert")).to_contain_text("Amir Other saved something else here")
    expect(state(page)).to_have_text("Not saved: choose whose to keep.")
    assert stored(audit) == ("green", "Theirs")
    assert_accessible(page)

    part(page).get_by_role("button", name=choice).click()

    expect(part(page).get_by_role("alert")).to_have_count(0)
    expect(state(page)).to_contain_text("Saved")
    expect(part(page).get_by_role("textbox")).to_have_value(note)
    assert stored(audit) == ("green", note)


def test_audit_page_can_be_rated_by_keyboard_alone(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")

    part(page).get_by_role("radio", name="Not discussed").focus()
    page.keyboard.press("ArrowUp")

    expect(part(page).get_by_role("radio", name="Green")).to_be_checked()
    expect(state(page)).to_contain_text("Saved")
    assert stored(audit) == ("green", "")


@pytest.mark.parametrize("browser_context", [{"java_script_enabled": False}], indirect=True)
def test_audit_page_without_a_script_saves_by_its_button(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")
    part(page).get_by_role("radio", name="Amber").check()
    part(page).get_by_role("textbox").fill("Two\nlines")

    page.get_by_role("button", name="Save all ratings and notes").first.click()

    expect(page.locator(".notice-success")).to_contain_text("Saved")
    assert stored(audit) == ("amber", "Two\nlines")


@pytest.mark.parametrize("browser_context", [{"java_script_enabled": False}], indirect=True)
def test_audit_page_without_a_script_brings_back_both_notes(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")
    part(page).get_by_role("textbox").fill("Mine")
    save_as_somebody_else(audit, agreed="green", note="Theirs")

    page.get_by_role("button", name="Save all ratings and notes").first.click()

    expect(part(page).locator("blockquote")).to_have_text("Theirs")
    expect(part(page).get_by_role("textbox")).to_have_value("Mine")
    page.get_by_role("button", name="Save all ratings and notes").first.click()
    expect(page.locator(".notice-success")).to_contain_text("Saved")
    assert stored(audit) == ("green", "Mine")


def test_priorities_page_asks_before_unsaved_words_are_left(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/priorities/")
    page.get_by_label("Action").first.fill("Half an hour of typing")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.get_by_role("link", name="Ratings").click(no_wait_after=True)

    expect(page.get_by_label("Action").first).to_have_value("Half an hour of typing")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


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


def test_priorities_page_with_mistakes_is_accessible_and_leads_to_the_first(open_page, transactional_db):
    audit = make_open_audit(ratings={"P-INT-01": "red"}, default="green")
    page = open_page(f"/audits/{audit.pk}/priorities/")
    page.get_by_label("Who").first.fill("")
    page.get_by_text("Agree the audit", exact=True).click()

    page.get_by_role("button", name="Yes, save and agree the audit").click()

    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("link", name="Priority 1: Name who at the school will see to it.").click()
    expect(page.get_by_label("Who").first).to_be_focused()
