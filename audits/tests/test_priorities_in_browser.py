"""The priorities and the promises in a real browser: offers, suggestions, the keyboard, light and dark."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from audits.models import Audit, Promise
from audits.tests.factories import make_agreed_audit, make_meeting, make_open_audit
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from support.tests.factories import OfferFactory

pytestmark = pytest.mark.browser

WEAK = {"P-INT-02": "red", "P-IMP-02": "amber", "P-IPC-02": "amber", "P-INT-01": "amber"}
Open = Callable[[str], Page]


@pytest.fixture
def open_page(client, officer, page: Page, live_server, settings) -> Open:
    """Opens an address as a signed-in officer."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    def go(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    return go


@pytest.fixture
def audit(transactional_db, officer) -> Audit:
    """Everything rated; two offers serve the first proposal, one the criterion that is not proposed."""
    found = make_open_audit(meeting=make_meeting(officer=officer), ratings=WEAK, default="green")
    found.ratings.filter(criterion__code="P-INT-01").update(
        is_parked=True, school="red", school_note="Not yet ours.", reason="Agreed."
    )
    for title, code in (("A first visit", "P-INT-02"), ("Mentoring", "P-INT-02"), ("A vision day", "P-INT-01")):
        OfferFactory(title=title, serves=[code])
    return found


def support(page: Page, number: int = 1):
    return page.locator(f"#id_{number}-support")


def test_priorities_and_promise_pages_are_accessible_in_light_and_dark(open_page, audit):
    make_agreed_audit(priorities=["P-INT-02", "P-IMP-02", "P-IPC-02"])
    promises = Promise.objects.of_hub().values_list("pk", flat=True)
    for address in (f"/audits/{audit.pk}/priorities/", "/promises/", f"/promises/{promises[0]}/"):
        page = open_page(address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert_accessible(page)
        assert_readable_in_the_dark(page)


def test_offer_chosen_fills_the_support_until_somebody_writes_their_own(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/priorities/")
    first = page.locator("[data-priority='1']")
    expect(support(page)).to_have_value(re.compile("A first visit"))

    first.get_by_role("radio", name="Mentoring").check()
    expect(support(page)).to_have_value(re.compile("Mentoring"))
    support(page).fill("Six visits, beginning in May")
    first.get_by_role("radio", name="A first visit").check()

    expect(support(page)).to_have_value("Six visits, beginning in May")


def test_another_criterion_brings_its_suggestions_and_keeps_own_words(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/priorities/")
    page.locator("#id_1-action").fill("Write down the aim in May")

    page.locator("#id_1-criterion").focus()
    page.locator("#id_1-criterion").select_option("P-INT-01")

    expect(page.locator("[data-said]")).to_contain_text("Priority 1 has suggestions")
    expect(support(page)).to_have_value(re.compile("A vision day"))
    expect(page.locator("#id_1-good_looks_like")).to_have_value("Everybody knows the aim.")
    expect(page.locator("#id_1-action")).to_have_value("Write down the aim in May")
    about = page.locator("[data-priority='1'] [data-about]")
    expect(about).to_contain_text("Amber, essential for Silver; you parked it, the school rated itself red.")
    expect(about).to_contain_text("Not yet ours.")
    expect(page.locator("#id_1-criterion")).to_be_focused()


def test_priorities_page_asks_before_unsaved_words_are_left(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/priorities/")
    page.locator("#id_1-action").fill("Half an hour of typing")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.get_by_role("link", name="Ratings", exact=True).click(no_wait_after=True)

    expect(page.locator("#id_1-action")).to_have_value("Half an hour of typing")
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_priorities_page_with_mistakes_is_accessible_and_leads_to_the_first(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/priorities/")
    page.locator("#id_1-owner").fill("")
    page.locator("#id_2-hub_owner").select_option("")
    page.get_by_text("Agree the audit", exact=True).click()

    page.get_by_role("button", name="Yes, save and agree the audit").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("Priority 2: Choose who at the hub sees to the support.")
    assert_accessible(page)
    page.get_by_role("link", name="Priority 1: Name who at the school will see to it.").click()
    expect(page.locator("#id_1-owner")).to_be_focused()


@pytest.mark.parametrize("browser_context", [{"java_script_enabled": False}], indirect=True)
def test_priorities_without_a_script_are_suggested_and_saved_by_their_buttons(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/priorities/")
    for number in (1, 2, 3):
        page.locator(f"#id_{number}-owner").fill("Ada")
    page.locator("#id_1-criterion").select_option("P-INT-01")

    page.get_by_role("button", name="Suggest words for priority 1").click()
    expect(support(page)).to_have_value(re.compile("A vision day"))
    page.get_by_role("button", name="Save for now").click()

    expect(page.locator(".notice-success")).to_contain_text("Saved.")
    assert list(audit.priorities.values_list("criterion__code", "offer__title")) == [
        ("P-INT-01", "A vision day"),
        ("P-IMP-02", None),
        ("P-IPC-02", None),
    ]


def test_audit_is_agreed_and_a_promise_settled_by_keyboard_alone(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/priorities/")
    for number in (1, 2, 3):
        page.locator(f"#id_{number}-owner").focus()
        page.keyboard.type("Ada")
    page.get_by_text("Agree the audit", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("Agreed.")

    page.get_by_role("link", name=re.compile("Settle or move.*the hub’s promise")).first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("What was done").focus()
    page.keyboard.type("Two visits")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".notice-success")).to_contain_text("Noted: it is done.")
    assert Promise.objects.get(status="kept").note == "Two visits"
