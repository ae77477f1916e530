"""Conversation mode in a real browser: by keyboard, by tapping, without scripts, and in every state it can be in."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from audits.models import Audit
from audits.tests.factories import make_agreed_audit, make_open_audit, rate
from hubportal.tests.browser import NARROW, assert_accessible, assert_readable_in_the_dark
from meetings.models import DataForm
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.browser

CODES = ["P-INT-01", "P-INT-02", "P-INT-03", "P-IMP-01", "P-IMP-02", "P-IMP-03", "P-IPC-01", "P-IPC-02"]
WITHOUT_SCRIPTS = [{"java_script_enabled": False}]
SIZES = tuple({"width": width, "height": height} for width, height in ((1280, 800), (768, 1024), (360, 740)))
SAVED = re.compile(r"^Saved \d\d:\d\d$")
Open = Callable[..., Page]


@pytest.fixture
def audit(transactional_db) -> Audit:
    return make_open_audit()


@pytest.fixture
def open_plain(client, officer, page: Page, live_server, settings) -> Open:
    """Opens a page of the conversation as a signed-in officer."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    def go(audit: Audit, place: str = "") -> Page:
        page.goto(f"{live_server.url}/audits/{audit.pk}/conversation/{place}")
        return page

    return go


@pytest.fixture
def open_conversation(open_plain: Open) -> Open:
    """Opens the conversation, once its script has made one criterion of it."""

    def go(audit: Audit, place: str = "") -> Page:
        page = open_plain(audit, place)
        wait_for_script(page)
        return page

    return go


def wait_for_script(page: Page) -> None:
    expect(page.locator("body.is-conversing")).to_be_attached(timeout=30_000)


def shown(page: Page) -> Locator:
    """The criterion in focus."""
    return page.locator("article[data-code]:visible")


def heading(page: Page) -> Locator:
    return shown(page).locator("h3")


def agreed(page: Page, word: str) -> Locator:
    return shown(page).get_by_role("group", name="What we agree").get_by_role("radio", name=word)


def summary(page: Page) -> Locator:
    return page.locator("[data-save-summary]")


def mark(page: Page, code: str) -> Locator:
    return page.locator(f".conversation-mark[data-go='{code}']")


def ratings(audit: Audit) -> dict[str, str]:
    return dict(audit.ratings.values_list("criterion__code", "agreed"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


# --- By keyboard ----------------------------------------------------------------------------------------------------


def test_conversation_goes_through_a_whole_audit_by_keyboard_alone(open_conversation, audit):
    page = open_conversation(audit)
    expect(heading(page)).to_have_text("A shared vision")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "1", "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    press(page, "2", "n")
    page.keyboard.type("1 round in 2 parts, n and p")
    press(page, "Escape")
    expect(heading(page)).to_be_focused()
    press(page, "p", "ArrowRight", "1", "ArrowRight", "3", "ArrowRight")
    expect(heading(page)).to_be_focused()
    expect(page.locator("[data-announce]")).to_have_text("P-IMP-01 Singing every week, 4 of 8: Not discussed")
    press(page, "ArrowRight", "ArrowLeft", "1", "ArrowRight", "4", "0", "2", "ArrowRight", "4")
    press(page, "ArrowRight", "3", "ArrowRight", "3", "ArrowRight")

    expect(page.locator("#title-closing")).to_be_focused()
    expect(page.locator("[data-all-discussed]")).to_be_visible()
    press(page, "n")
    page.keyboard.type("The choir.")
    expect(summary(page)).to_have_text(SAVED)
    assert ratings(audit) == dict(
        zip(CODES, ["amber", "red", "green", "red", "amber", "not_applicable", "green", "green"], strict=True)
    )
    first = audit.ratings.get(criterion__code="P-INT-01")
    audit.refresh_from_db()
    assert (first.note, first.is_parked, audit.strengths) == ("1 round in 2 parts, n and p", True, "The choir.")


def test_keys_rest_while_somebody_writes_with_a_modifier_and_once_switched_off(open_conversation, audit):
    page = open_conversation(audit)
    page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("Alt+3")
    shown(page).get_by_label("What we saw and heard").fill("")
    press(page, "1", "p", "ArrowLeft", "ArrowRight", "?")
    expect(shown(page).get_by_label("What we saw and heard")).to_have_value("1p?")
    press(page, "Escape")

    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    press(page, "3", "p", "n", "?", "ArrowRight")

    expect(heading(page)).to_have_text("A shared vision")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(agreed(page, "Not discussed")).to_be_checked()
    expect(shown(page).get_by_label("Park as a possible priority")).not_to_be_checked()
    page.reload()
    wait_for_script(page)
    press(page, "3")
    expect(agreed(page, "Not discussed")).to_be_checked()


def test_arrows_choose_for_whoever_came_by_tab_and_move_on_after_a_tap_or_a_key(open_conversation, audit):
    page = open_conversation(audit)
    shown(page).get_by_label("Not rated").focus()
    press(page, "Tab", "ArrowLeft")
    expect(heading(page)).to_have_text("A shared vision")
    expect(agreed(page, "Green")).to_be_checked()

    press(page, "1", "ArrowRight")
    expect(heading(page)).to_have_text("A music lead with time")
    agreed(page, "Amber").click()
    expect(agreed(page, "Amber")).to_be_focused()
    press(page, "ArrowRight")

    expect(heading(page)).to_have_text("Music in every budget")
    expect(summary(page)).to_have_text(SAVED)
    assert ratings(audit) == dict.fromkeys(CODES, "not_discussed") | {"P-INT-01": "red", "P-INT-02": "amber"}


def test_key_for_not_applicable_says_so_where_it_is_not_offered(open_conversation, audit):
    page = open_conversation(audit)

    press(page, "4")

    expect(page.locator("[data-announce]")).to_have_text(
        "Not applicable is not offered here: this applies to every school."
    )
    expect(agreed(page, "Not discussed")).to_be_checked()


# --- By tapping -----------------------------------------------------------------------------------------------------


def test_one_tap_rates_and_the_strip_and_the_parking_lot_follow(open_conversation, audit):
    page = open_conversation(audit)

    agreed(page, "Amber").click()
    shown(page).get_by_text("Park as a possible priority").click()

    expect(summary(page)).to_have_text(SAVED)
    expect(mark(page, "P-INT-01")).to_have_accessible_name("P-INT-01 A shared vision: Amber, parked")
    expect(page.locator("[data-part=INT] [data-discussed]")).to_have_text("1")
    page.get_by_role("button", name="Next").click()
    expect(heading(page)).to_have_text("A music lead with time")
    expect(heading(page)).to_be_focused()
    page.locator("#parking").get_by_role("link", name="P-INT-01 A shared vision").click()
    expect(heading(page)).to_have_text("A shared vision")
    assert page.url.endswith("#P-INT-01")


def test_reason_is_asked_for_only_where_the_ratings_differ_and_never_holds_up(open_conversation, audit):
    rate(audit, school="amber", school_note="We sing daily.")
    page = open_conversation(audit)
    reason = shown(page).get_by_label("Why do we see it differently?")
    expect(shown(page).locator("[data-show=school_note]")).to_have_text("We sing daily.")
    expect(reason).to_be_hidden()
    press(page, "2")
    expect(reason).to_be_hidden()

    press(page, "3")
    expect(reason).to_be_visible()
    press(page, "ArrowRight", "ArrowLeft")
    reason.fill("We heard every class.")

    expect(summary(page)).to_have_text(SAVED)
    assert audit.ratings.get(criterion__code="P-INT-01").reason == "We heard every class."


def test_conversation_opens_at_the_address_or_at_the_first_criterion_still_open(open_conversation, audit):
    rate(audit, "P-INT-01", agreed="red")

    expect(heading(open_conversation(audit))).to_have_text("A music lead with time")
    page = open_conversation(audit, "#P-IPC-02")
    page.set_viewport_size(NARROW)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.reload()
    wait_for_script(page)
    expect(heading(page)).to_have_text("Every group takes part")
    expect(heading(page)).to_be_in_viewport()


def test_time_is_a_quiet_hint_that_can_begin_now_and_be_hidden(open_conversation, audit):
    start = audit.meeting.starts_at
    page = open_conversation(audit)
    words = page.locator("[data-time-words]")
    page.clock.install(time=start - timedelta(hours=2))
    page.reload()
    wait_for_script(page)
    expect(words).to_have_text("")
    page.get_by_role("button", name="Start the 90 minutes").click()
    expect(words).to_have_text("0 of 90 minutes · about time for Intent")

    page.clock.fast_forward("34:00")
    expect(words).to_have_text("34 of 90 minutes · about time for Implementation")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Hide the time").click()
    expect(words).to_be_hidden()
    page.reload()
    wait_for_script(page)
    expect(words).to_be_hidden()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Show the time").click()
    expect(words).to_have_text("34 of 90 minutes · about time for Implementation")


# --- When something stands in the way -------------------------------------------------------------------------------


def conflict(page: Page, audit: Audit) -> Locator:
    """Somebody else writes another note on the first criterion before ours arrives."""
    page.route("**/changes/*", lambda route: route.abort())
    shown(page).get_by_label("What we saw and heard").fill("Mine")
    rate(audit, note="Theirs", by=UserFactory(name="Amir Other"))
    page.unroute("**/changes/*")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    box = page.get_by_role("group", name=re.compile("Amir Other saved something else here"))
    expect(box).to_be_visible()
    return box


@pytest.mark.parametrize("choice, note", [("Keep mine", "Mine"), ("Use theirs", "Theirs")])
def test_two_texts_of_one_field_are_shown_to_choose_from(open_conversation, audit, choice, note):
    page = open_conversation(audit)
    box = conflict(page, audit)
    expect(box.locator("dd")).to_have_text(["Mine", "Theirs"])
    press(page, "Escape", "ArrowRight")
    page.get_by_role("button", name="Show where").click()
    expect(box).to_be_focused()

    box.get_by_role("button", name=choice).click()

    expect(shown(page).get_by_label("What we saw and heard")).to_be_focused()
    expect(shown(page).get_by_label("What we saw and heard")).to_have_value(note)
    expect(box).to_have_count(0)
    expect(summary(page)).to_have_text(re.compile("saved", re.IGNORECASE))
    assert audit.ratings.get(criterion__code="P-INT-01").note == note


def refuse(route: Route) -> None:
    if route.request.method == "POST":
        route.fulfill(status=400, json={"error": "This cannot be stored."})
    else:
        route.continue_()


def test_what_could_not_be_saved_is_there_to_copy(open_conversation, audit):
    page = open_conversation(audit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.route("**/changes/*", refuse)

    shown(page).get_by_label("What we saw and heard").fill("Half an hour of typing")

    trouble = page.get_by_role("region", name="What you wrote, and is not saved")
    page.get_by_role("button", name="Show what I wrote").click()
    expect(trouble.get_by_role("heading")).to_be_focused()
    expect(trouble.locator("dt")).to_have_text("P-INT-01, What we saw and heard")
    expect(trouble.locator("dd")).to_have_text("Half an hour of typing")
    trouble.get_by_role("button", name="Copy all of it").click()
    expect(trouble.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "P-INT-01, What we saw and heard: Half an hour of typing"
    page.unroute("**/changes/*")
    page.get_by_role("button", name="Try again now").click()
    expect(summary(page)).to_have_text(SAVED)
    expect(trouble).to_have_count(0)


def test_what_was_entered_before_the_script_was_ready_is_saved(open_conversation, audit):
    page = open_conversation(audit)
    # What a service worker answers with cannot be held up.
    page.evaluate("async () => (await navigator.serviceWorker.ready).unregister()")
    page.route("**/saving.js", lambda route: (page.locator("#id_P-INT-02-note").fill("Early"), route.continue_()))

    page.reload()
    wait_for_script(page)

    expect(summary(page)).to_have_text(SAVED)
    assert audit.ratings.get(criterion__code="P-INT-02").note == "Early"


def look(page: Page) -> None:
    """At a laptop, a tablet and a phone in light colours, then the colours themselves in the dark."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert_accessible(page, widths=SIZES)
    assert_readable_in_the_dark(page)
    page.set_viewport_size(SIZES[0])


def test_conversation_is_accessible_in_every_state(open_conversation, audit):
    page = open_conversation(audit)
    look(page)
    press(page, "?")
    look(page)
    press(page, "Escape")

    rate(audit, school="amber", school_note="We sing daily.", agreed="green", is_parked="yes", note="A round")
    rate(audit, "P-INT-02", agreed="red")
    make_agreed_audit(school=audit.meeting.school, on=date(2023, 5, 4))
    DataForm.objects.create(meeting=audit.meeting, pupils=210, saved_at=timezone.now())
    look(open_conversation(audit, "#P-INT-01"))
    look(open_conversation(audit, "#P-IMP-03"))

    page.context.set_offline(True)
    press(page, "3")
    expect(summary(page)).to_have_text("1 change waiting, no network")
    look(page)
    page.context.set_offline(False)
    expect(summary(page)).to_have_text(SAVED)

    page = open_conversation(audit, "#P-INT-01")
    conflict(page, audit)
    look(page)
    page.get_by_role("button", name="Use theirs").click()

    page.route("**/changes/*", refuse)
    press(page, "Escape", "1")
    expect(page.get_by_role("region", name="What you wrote, and is not saved")).to_be_visible()
    look(page)
    page.unroute("**/changes/*")
    page.get_by_role("button", name="Try again now").click()

    for code in CODES:
        rate(audit, code, agreed="green")
    page = open_conversation(audit)
    expect(page.locator("[data-all-discussed]")).to_be_visible()
    look(page)
    page.context.clear_cookies()
    page.get_by_label("What to celebrate").fill("The choir")
    expect(page.get_by_role("link", name="Sign in again")).to_be_visible()
    look(page)


# --- Without scripts ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("browser_context", WITHOUT_SCRIPTS, indirect=True)
def test_conversation_without_scripts_goes_page_by_page(open_plain, audit):
    page = open_plain(audit)
    page.get_by_role("link", name="Go through it with one criterion on a page").click()
    assert_page(page, "P-INT-01 A shared vision")
    for number, code in enumerate(CODES):
        agreed(page, "Green" if number else "Amber").check()
        shown(page).get_by_label("What we saw and heard").fill(f"Heard {code}")
        page.get_by_role("button", name="Save and go on").click()
        expect(page.locator(".notice-success").first).to_contain_text("Saved")
    page.get_by_label("What to celebrate").fill("The choir")
    page.get_by_label("Other ideas for priorities").fill("A band")
    page.get_by_role("button", name="Save and go back").click()
    expect(agreed(page, "Green")).to_be_checked()
    mark(page, "P-INT-01").click()
    expect(agreed(page, "Amber")).to_be_checked()
    page.get_by_role("link", name="To close").click()
    page.get_by_role("button", name="Save and go on to the priorities").click()

    expect(page).to_have_url(re.compile(f"/audits/{audit.pk}/priorities/$"))
    audit.refresh_from_db()
    assert ratings(audit) == dict.fromkeys(CODES, "green") | {"P-INT-01": "amber"}
    assert (audit.strengths, audit.parking_note) == ("The choir", "A band")


def assert_page(page: Page, title: str) -> None:
    expect(page).to_have_title(re.compile(f"^{re.escape(title)},"))


@pytest.mark.parametrize("browser_context", WITHOUT_SCRIPTS, indirect=True)
@pytest.mark.parametrize("place", ["", "P-INT-01/"])
def test_conversation_without_scripts_brings_back_both_texts(open_plain, audit, place):
    page = open_plain(audit, place)
    note = page.locator("#id_P-INT-01-note")
    save = page.get_by_role("button", name=re.compile("^Save( everything on this page)?$")).first
    note.fill("Mine")
    rate(audit, note="Theirs", agreed="green")

    save.click()
    expect(page.locator("#P-INT-01 .audit-conflict blockquote")).to_have_text("Theirs")
    expect(note).to_have_value("Mine")
    save.click()

    expect(page.locator(".notice-success").first).to_contain_text("Saved")
    rating = audit.ratings.get(criterion__code="P-INT-01")
    assert (rating.agreed, rating.note) == ("green", "Mine")


def test_plain_pages_of_the_conversation_are_accessible(open_plain, audit):
    page = open_plain(audit, "P-IMP-03/")
    look(page)
    page.get_by_label("What we saw and heard").fill("x" * 5001)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    look(page)
    look(open_plain(audit, "closing/"))
