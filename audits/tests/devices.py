"""Browsers of people who fill in an audit, what the page there says, and what the device keeps: for browser tests."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from audits.models import Audit
from audits.tests.factories import make_meeting, make_open_audit
from hubportal.accounts.models import User
from hubportal.prepare import chromium_path
from hubportal.tests.browser import ARGUMENTS, WIDE
from schools.tests.factories import UserFactory

PASSWORD = "a-quiet-cello-suite"
SAVED_AT = re.compile(r"^Saved \d\d:\d\d$")
SAVED = re.compile(r"^(Saved \d\d:\d\d|All saved)")
# Everything that the page has ever said about saving: [its words, how many changes had been made by then].
RECORD = """
window.said = [];
window.made = 0;
document.addEventListener("input", () => { window.made += 1; }, { capture: true });
document.addEventListener("keydown", ({ key }) => { window.made += "0123".includes(key) ? 1 : 0; }, { capture: true });
document.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector("[data-save-summary]");
    const note = () => {
        if (!place) { return; }
        const words = place.textContent.trim();
        if (words && words !== window.said.at(-1)?.[0]) { window.said.push([words, window.made]); }
    };
    new MutationObserver(note).observe(place ?? document.body, { childList: true, characterData: true, subtree: true });
    note();
});
"""
TYPE = "(area, text) => { area.value = text; area.dispatchEvent(new Event('input', {bubbles: true})); }"
KEPT_PAGES = "async () => (await caches.keys()).filter(name => name.startsWith('audit-page:'))"
KEPT_FILES = """async () => {
    const kept = await Promise.all((await caches.keys()).map(name => caches.open(name)));
    const files = await Promise.all(kept.map(cache => cache.keys()));
    return files.flat().map(each => each.url);
}"""
# Each journal on the device: whose it is, how many stored fields it knows, and what it has not sent.
JOURNALS = """() => new Promise((resolve) => {
    indexedDB.open("hub-audits", 1).onsuccess = ({ target: { result: database } }) => {
        database.transaction("journals").objectStore("journals").getAll().onsuccess = ({ target: { result: all } }) => {
            database.close();
            resolve(all.map(({ author, content }) => [
                author, Object.keys(content.known).length, content.queue.map(({ value }) => value),
            ]));
        };
    };
})"""


def sign_in(context: BrowserContext, user: User, url: str) -> None:
    client = Client()
    client.force_login(user)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    context.add_cookies([cookie | {"url": url, "expires": time.time() + 3600}])


@pytest.fixture
def officer() -> User:
    officer = UserFactory(name="Olga Officer")
    officer.set_password(PASSWORD)
    officer.save()
    return officer


@pytest.fixture
def audit(officer: User) -> Audit:
    return make_open_audit(meeting=make_meeting(officer=officer))


@pytest.fixture
def somebodys(browser: Browser, live_server: Any) -> Iterator[Callable[[User], BrowserContext]]:
    """The browser of a person, who is signed in there."""
    contexts = []

    def start(user: User) -> BrowserContext:
        context = browser.new_context(
            viewport=WIDE, locale="en-GB", timezone_id="Europe/London", base_url=live_server.url
        )
        context.set_default_timeout(30_000)
        context.add_init_script(RECORD)
        contexts.append(context)
        sign_in(context, user, live_server.url)
        return context

    yield start
    for context in contexts:
        context.close()


def open_audit(context: BrowserContext, audit: Audit) -> Page:
    """The conversation page, once it is kept on the device."""
    page = context.new_page()
    page.goto(address(audit))
    expect(summary(page)).to_have_text(SAVED)
    wait_until(page, lambda: len(page.evaluate(KEPT_FILES)) > 12)
    return page


def address(audit: Audit) -> str:
    return f"/audits/{audit.pk}/conversation/"


def waiting(number: int) -> str:
    return f"{number} change{'s' if number > 1 else ''} waiting, no network"


def summary(page: Page) -> Locator:
    return page.locator("[data-save-summary]")


def said(page: Page) -> list[tuple[str, int]]:
    """What the page has said since it was opened, each with the number of changes made by then."""
    return [(words, made) for words, made in page.evaluate("window.said")]


def choose(page: Page, code: str, value: str) -> None:
    """Tap a rating, wherever on the page it stands."""
    chosen = page.locator(f"[data-code='{code}'] input[data-field=agreed][value={value}]")
    chosen.evaluate("input => input.click()")


def write(page: Page, code: str, text: str) -> None:
    """Type a note, wherever on the page it stands."""
    note = page.locator(f"[data-code='{code}'] textarea[data-field=note]")
    note.evaluate(TYPE, text)


def note_on(page: Page, code: str) -> str:
    return page.locator(f"[data-code='{code}'] textarea[data-field=note]").evaluate("area => area.value")


def wait_until(page: Page, is_true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, f"The page says {summary(page).all_inner_texts()}"
        page.wait_for_timeout(50)


def rated(page: Page, code: str) -> str:
    return page.locator(f"[data-code='{code}'] input[data-field=agreed]:checked").evaluate("input => input.value")


def history(audit: Audit) -> list[tuple[str, str, str]]:
    return [
        (each.criterion.code if each.criterion else "", each.field, each.after)
        for each in audit.changes.select_related("criterion").order_by("pk")
    ]


def stored(audit: Audit, code: str = "P-INT-01") -> tuple[str, str]:
    return audit.ratings.filter(criterion__code=code).values_list("agreed", "note").get()


@contextmanager
def device(browser: Browser, folder: Path, url: str, *, offline: bool = False) -> Iterator[BrowserContext]:
    """A browser that keeps its things in a folder: closed at the end, as one closes a laptop."""
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=chromium_path(), args=list(ARGUMENTS), viewport=WIDE, locale="en-GB",
        timezone_id="Europe/London", base_url=url, offline=offline,
    )  # fmt: skip
    context.set_default_timeout(30_000)
    context.add_init_script(RECORD)
    try:
        yield context
    finally:
        context.close()
