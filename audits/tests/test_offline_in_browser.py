"""Saving in a real browser when things go wrong: no network, a restart, two people at once, a session that ends,
somebody else on the same device. What the page says is recorded all the while, and must be true."""

import re

import pytest
import yaml
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Route, expect

from audits.management.commands.load_frameworks import DEFAULT_DIRECTORY
from audits.models import Audit, AuditStatus, Framework
from audits.services import publish_framework
from audits.tests.devices import (
    JOURNALS,
    KEPT_FILES,
    KEPT_PAGES,
    PASSWORD,
    SAVED,
    SAVED_AT,
    address,
    audit,
    choose,
    device,
    history,
    note_on,
    officer,
    open_audit,
    rated,
    said,
    sign_in,
    somebodys,
    stored,
    summary,
    wait_until,
    waiting,
    write,
)
from audits.tests.factories import make_meeting, make_open_audit, rate
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from schools.tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixtures are found by their names.
__all__ = ["audit", "officer", "somebodys"]


def primary() -> Framework:
    text = (DEFAULT_DIRECTORY / "primary.yaml").read_text(encoding="utf-8")
    return publish_framework(definition_data=yaml.safe_load(text), by=None)


def test_thirty_changes_without_a_network_survive_a_restart_and_arrive_once_in_order(
    browser, tmp_path, live_server, officer
):
    audit = make_open_audit(meeting=make_meeting(officer=officer), framework=primary())
    codes = list(audit.framework.criteria.values_list("code", flat=True))
    made: list[tuple[str, str, str]] = []
    with device(browser, tmp_path, live_server.url) as context:
        sign_in(context, officer, live_server.url)
        page = open_audit(context, audit)
        context.set_offline(True)
        for number, code in enumerate(codes):
            page.keyboard.press("123"[number % 3])
            page.keyboard.press("ArrowRight")
            made.append((code, "agreed", ["red", "amber", "green"][number % 3]))
        for code in codes[: 30 - len(codes)]:
            write(page, code, f"Heard about {code}")
            made.append((code, "note", f"Heard about {code}"))
        expect(summary(page)).to_have_text(waiting(30))
        # Chromium takes some seconds to write down which caches it has.
        wait_until(page, lambda: any(b"audit-page" in index.read_bytes() for index in tmp_path.rglob("index.txt")))
        assert len(made) == 30
        assert said(page)[-30:] == [(waiting(number), number) for number in range(1, 31)]
        before_any = said(page)[:-30]
    assert {made for _, made in before_any} == {0}
    assert not audit.changes.exists()

    with device(browser, tmp_path, live_server.url, offline=True) as context:
        page = context.new_page()
        page.goto(address(audit))
        expect(summary(page)).to_have_text(waiting(30))
        shown = [(code, rated(page, code)) for code in codes]
        assert shown == [(code, value) for code, field, value in made if field == "agreed"]
        assert note_on(page, codes[0]) == f"Heard about {codes[0]}"
        context.set_offline(False)
        expect(summary(page)).to_have_text(SAVED_AT, timeout=30_000)
        claims = [bool(SAVED.match(words)) for words, _ in said(page)]

    assert history(audit) == made
    # It claims that all is saved once: at the end, when it is.
    assert (claims.index(True), claims.count(True)) == (len(claims) - 1, 1)


def test_two_browsers_on_one_audit_merge_what_is_different(somebodys, officer, audit):
    mine = open_audit(somebodys(officer), audit)
    theirs = open_audit(somebodys(UserFactory(name="Amir Other")), audit)
    mine.context.set_offline(True)
    choose(mine, "P-INT-01", "red")
    choose(theirs, "P-INT-02", "green")
    write(theirs, "P-INT-01", "Two choirs")
    expect(summary(theirs)).to_have_text(SAVED_AT)

    mine.context.set_offline(False)

    expect(summary(mine)).to_have_text(SAVED_AT)
    wait_until(mine, lambda: (rated(mine, "P-INT-02"), note_on(mine, "P-INT-01")) == ("green", "Two choirs"))
    theirs.evaluate("window.dispatchEvent(new Event('online'))")
    wait_until(theirs, lambda: rated(theirs, "P-INT-01") == "red")
    assert [stored(audit, code) for code in ("P-INT-01", "P-INT-02")] == [("red", "Two choirs"), ("green", "")]


@pytest.mark.parametrize("choice, kept", [("Keep mine", "Mine, longer"), ("Use theirs", "Theirs")])
def test_two_browsers_with_two_texts_in_one_field_are_shown_both_to_choose_from(
    somebodys, officer, audit, choice, kept
):
    page = open_audit(somebodys(officer), audit)
    page.context.set_offline(True)
    write(page, "P-INT-01", "Mine")
    rate(audit, note="Theirs", by=UserFactory(name="Amir Other"))

    page.context.set_offline(False)

    asked = page.locator("[data-code='P-INT-01'] [data-conflict=note] .audit-conflict")
    expect(asked.locator("[data-slot=theirs]")).to_have_text("Theirs")
    expect(asked.locator("[data-slot=mine]")).to_have_text("Mine")
    expect(summary(page)).to_have_text("Not saved: somebody else changed the same answer. Choose which to keep.")
    # Nothing of theirs is lost whatever else is done, and what is written meanwhile is part of mine.
    write(page, "P-INT-01", "Mine, longer")
    choose(page, "P-INT-02", "amber")
    wait_until(page, lambda: stored(audit, "P-INT-02") == ("amber", ""))
    assert (stored(audit), note_on(page, "P-INT-01")) == (("not_discussed", "Theirs"), "Mine, longer")

    asked.get_by_role("button", name=choice, include_hidden=True).evaluate("button => button.click()")

    expect(summary(page)).to_have_text(SAVED_AT)
    expect(asked).to_have_count(0)
    assert (stored(audit)[1], note_on(page, "P-INT-01")) == (kept, kept)


def test_two_tabs_of_one_browser_send_each_change_once_and_in_order(somebodys, officer, audit):
    context = somebodys(officer)
    first, second = open_audit(context, audit), open_audit(context, audit)
    context.set_offline(True)
    made = []
    for number, code in enumerate(audit.framework.criteria.values_list("code", flat=True)):
        tab, other = [(first, second), (second, first)][number % 2]
        choose(tab, code, "amber")
        wait_until(other, lambda other=other, code=code: rated(other, code) == "amber")
        made.append((code, "agreed", "amber"))
    for tab in (first, second):
        expect(summary(tab)).to_have_text(waiting(len(made)))

    context.set_offline(False)

    for tab in (first, second):
        expect(summary(tab)).to_have_text(SAVED_AT)
    assert history(audit) == made


def test_stale_tab_never_overwrites_what_somebody_else_has_saved(somebodys, officer, audit):
    page = open_audit(somebodys(officer), audit)
    # It has heard of nothing since it was opened.
    page.route("**/changes/?*", lambda route: route.fulfill(json={"status": "open", "last": 0, "changes": []}))
    rate(audit, agreed="green", by=UserFactory(name="Amir Other"))
    # The same criterion, another field, the same account: the version of the rating is a newer one for two reasons.
    rate(audit, note="Seen", by=officer)

    choose(page, "P-INT-01", "red")

    expect(summary(page)).to_have_text(re.compile("somebody else changed the same answer"))
    assert stored(audit) == ("green", "Seen")


def test_answer_that_is_lost_is_asked_for_again_and_the_change_stored_once(somebodys, officer, audit):
    page = open_audit(somebodys(officer), audit)
    sent = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or len(sent) == 2:
            route.continue_()
            return
        sent.append(route.fetch().status)
        route.abort()

    page.route("**/changes/*", lose)
    page.route("**/changes/", lose)
    choose(page, "P-INT-01", "red")
    wait_until(page, lambda: len(sent) > 0)
    choose(page, "P-INT-01", "green")

    expect(summary(page)).to_have_text(SAVED_AT, timeout=20_000)
    assert sent == [200, 200]
    assert history(audit) == [("P-INT-01", "agreed", "red"), ("P-INT-01", "agreed", "green")]


def test_change_that_the_portal_refuses_is_shown_and_the_others_go_on(somebodys, officer, audit):
    page = open_audit(somebodys(officer), audit)

    write(page, "P-INT-01", "x" * 5001)
    choose(page, "P-INT-02", "green")

    expect(summary(page)).to_have_text(
        "Could not save, here is what you wrote. This may have at most 5000 characters; it has 5001. Please shorten it."
    )
    expect(page.locator("[data-texts]")).to_contain_text("x" * 5001)
    wait_until(page, lambda: stored(audit, "P-INT-02") == ("green", ""))
    write(page, "P-INT-01", "Shorter")
    expect(summary(page)).to_have_text(SAVED_AT)
    assert stored(audit) == ("not_discussed", "Shorter")


def test_session_that_ended_without_a_network_loses_nothing(somebodys, officer, audit):
    page = open_audit(somebodys(officer), audit)
    page.context.set_offline(True)
    choose(page, "P-INT-01", "red")
    write(page, "P-INT-01", "Written while nobody was signed in")
    page.context.clear_cookies()
    expect(summary(page)).to_have_text(waiting(2))

    page.context.set_offline(False)

    expect(summary(page)).to_have_text(
        "You are signed out. 2 changes are kept on this device. Sign in again to send them."
    )
    page.locator("[data-sign-in]").click()
    page.get_by_label("Email").fill(officer.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{address(audit)}")
    expect(summary(page)).to_have_text(SAVED_AT)
    assert stored(audit) == ("red", "Written while nobody was signed in")
    assert len(history(audit)) == 2


def test_session_that_ended_goes_on_by_itself_once_somebody_has_signed_in_in_another_tab(
    somebodys, officer, audit, live_server
):
    page = open_audit(somebodys(officer), audit)
    page.context.clear_cookies()
    choose(page, "P-INT-01", "red")
    expect(summary(page)).to_have_text("You are signed out. 1 change is kept on this device. Sign in again to send it.")

    sign_in(page.context, officer, live_server.url)

    expect(summary(page)).to_have_text(SAVED_AT, timeout=20_000)
    assert stored(audit) == ("red", "")


def test_signing_out_tells_of_what_is_not_sent_and_leaves_nothing_else(somebodys, officer, audit, live_server):
    context = somebodys(officer)
    page = open_audit(context, audit)
    choose(page, "P-INT-02", "green")
    expect(summary(page)).to_have_text(SAVED_AT)
    page.route("**/changes/", lambda route: route.abort())
    choose(page, "P-INT-01", "red")
    expect(summary(page)).to_have_text(waiting(1))

    page.get_by_role("button", name="Sign out").click()
    asked = page.get_by_role("dialog", name="1 change is not sent yet")
    expect(asked).to_be_visible()
    assert_accessible(page)
    asked.get_by_role("button", name="Stay signed in").click()
    expect(asked).to_have_count(0)
    expect(summary(page)).to_have_text(waiting(1))
    page.get_by_role("button", name="Sign out").click()
    asked.get_by_role("button", name="Sign out all the same").click()
    page.wait_for_url(f"{live_server.url}/")

    assert (page.evaluate(KEPT_PAGES), page.evaluate(JOURNALS)) == ([], [[str(officer.pk), 0, ["red"]]])
    page.unroute("**/changes/")
    # Somebody else on the same device: nothing to see, nothing sent in their name.
    other = UserFactory()
    sign_in(context, other, live_server.url)
    page.goto(address(audit))
    expect(summary(page)).to_have_text(SAVED)
    assert (rated(page, "P-INT-01"), stored(audit)) == ("not_discussed", ("not_discussed", ""))
    # The same person again, on any page.
    context.clear_cookies()
    sign_in(context, officer, live_server.url)
    page.goto("/audits/")
    expect(page.get_by_role("status").filter(has_text="is saved now")).to_be_visible()
    assert stored(audit) == ("red", "")
    assert audit.changes.last().by == officer


@pytest.mark.parametrize("refused", ["CacheStorage.prototype.keys", "IDBFactory.prototype.open"])
def test_signing_out_of_a_browser_that_refuses_its_storage_signs_out(somebodys, officer, live_server, refused):
    context = somebodys(officer)
    context.add_init_script(f"{refused} = () => {{ throw new DOMException('No', 'SecurityError'); }};")
    page = context.new_page()
    page.goto("/audits/")

    page.get_by_role("button", name="Sign out").click()

    page.wait_for_url(f"{live_server.url}/")
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_device_keeps_the_one_page_and_its_files_and_nothing_of_other_schools(somebodys, officer, audit, live_server):
    other = make_open_audit(meeting=make_meeting(officer=officer))
    context = somebodys(officer)
    page = open_audit(context, audit)

    for elsewhere in ("/audits/", f"/audits/{other.pk}/", f"/audits/{audit.pk}/", "/schools/", "/"):
        page.goto(elsewhere)

    kept = [url.removeprefix(live_server.url) for url in page.evaluate(KEPT_FILES)]
    assert sorted(url for url in kept if not url.startswith("/static/")) == [address(audit), "/hub.css"]
    context.set_offline(True)
    for elsewhere in (address(other), "/audits/", f"/audits/{audit.pk}/"):
        with pytest.raises(PlaywrightError, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
            page.goto(elsewhere)
    # In a tab of its own: the browser's page about the missing network may still be on its way here.
    page = context.new_page()
    page.goto(address(audit))
    expect(summary(page)).to_have_text("All saved. No network now")


def test_page_of_an_audit_that_is_agreed_or_gone_is_no_longer_kept(somebodys, officer, audit):
    context = somebodys(officer)
    page = open_audit(context, audit)
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER)

    page.goto(address(audit))

    assert page.url.endswith(f"/audits/{audit.pk}/")
    wait_until(page, lambda: page.evaluate(KEPT_PAGES) == [])


MAKE_OLD = """async (url) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const kept = await cache.match(url, { ignoreVary: true });
    const headers = { "Content-Type": "text/html", Date: new Date(Date.now() - 31 * 86400000).toUTCString() };
    await cache.delete(url, { ignoreVary: true });
    await cache.put(url, new Response(await kept.text(), { headers }));
  }
}"""


def test_page_kept_for_more_than_a_month_goes_when_another_audit_is_opened(somebodys, officer, audit):
    other = make_open_audit(meeting=make_meeting(officer=officer))
    context = somebodys(officer)
    page = open_audit(context, audit)
    page.evaluate(MAKE_OLD, address(audit))

    page.goto(address(other))

    wait_until(page, lambda: [name.split(":")[-1] for name in page.evaluate(KEPT_PAGES)] == [str(other.pk)])


def test_change_of_an_audit_that_was_closed_meanwhile_is_shown_until_it_is_taken_away(somebodys, officer, audit):
    context = somebodys(officer)
    page = open_audit(context, audit)
    context.set_offline(True)
    write(page, "P-INT-01", "Too late")
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER)
    context.set_offline(False)
    expect(summary(page)).to_have_text(re.compile("^Could not save, here is what you wrote. This audit goes on with"))

    page.goto("/audits/")

    notice = page.get_by_role("status").filter(has_text="Could not save, here is what you wrote")
    expect(notice).to_contain_text("P-INT-01: Too late")
    assert_accessible(page)
    assert_readable_in_the_dark(page)
    notice.get_by_role("button", name="Remove this from the device").click()
    expect(page.get_by_text("Too late")).to_have_count(0)
    wait_until(page, lambda: page.evaluate(JOURNALS) == [])


def test_browser_that_keeps_nothing_says_so_and_asks_before_the_page_is_left(somebodys, officer, audit):
    context = somebodys(officer)
    context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined });")
    page = context.new_page()
    page.goto(address(audit))
    expect(summary(page)).to_have_text(SAVED)
    context.set_offline(True)
    page.locator("body").click(position={"x": 5, "y": 300})

    write(page, "P-INT-01", "Only here")

    expect(summary(page)).to_have_text("1 change waiting, no network. It is in this page only: leave it open")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.href = '/audits/'")
    wait_until(page, lambda: asked == ["beforeunload"])
    context.set_offline(False)
    expect(summary(page)).to_have_text(SAVED_AT, timeout=20_000)
    assert stored(audit) == ("not_discussed", "Only here")


def test_open_page_of_another_account_sends_and_lists_nothing(somebodys, officer, audit, live_server):
    context = somebodys(officer)
    page = open_audit(context, audit)
    context.clear_cookies(name="sessionid")
    sign_in(context, UserFactory(), live_server.url)

    write(page, "P-INT-01", "Not for the other one")

    expect(summary(page)).to_have_text(re.compile("^This page was opened under another account"))
    expect(page.locator("[data-texts]")).to_be_hidden()
    expect(page.locator("[data-note], .conversation-section").filter(visible=True)).to_have_count(0)
    assert not audit.changes.exists()
    context.clear_cookies(name="sessionid")
    sign_in(context, officer, live_server.url)
    expect(summary(page)).to_have_text(SAVED_AT, timeout=20_000)
    expect(page.locator(".conversation-section").filter(visible=True)).to_have_count(1)
    assert (stored(audit), audit.changes.get().by) == (("not_discussed", "Not for the other one"), officer)
