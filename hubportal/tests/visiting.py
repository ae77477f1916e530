"""How people without a mouse, or with a small screen, go through the pages: for the browser tests."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from hubportal.tests.browser import NARROW, assert_accessible

# The element with the cursor is on the screen and shows it, by an outline or a ring around it.
SHOWS_FOCUS = """element => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return (hasOutline || style.boxShadow !== "none") && box.bottom > 0 && box.top < innerHeight && box.width > 0;
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the cursor is there, and visible, as somebody without a mouse does."""
    handle = wanted.element_handle()
    for _ in range(100):
        page.keyboard.press("Tab")
        if handle.evaluate("element => element === document.activeElement"):
            # The page may scroll there gently.
            page.wait_for_function(SHOWS_FOCUS, arg=handle, timeout=2000)
            return
    pytest.fail(f"No way to {wanted} by keyboard.")


def tab_and_press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def tab_and_type(page: Page, wanted: Locator, text: str) -> None:
    """What was in the field goes, as after Tab into any field."""
    tab_to(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def skip_to_main(page: Page) -> None:
    """The first stop on each page leads past its navigation."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


class Phone:
    """A page on a phone that runs no scripts, apart from the check for accessibility, which is one."""

    def __init__(self, page: Page, *, site: str) -> None:
        # On the site already, so that opening the first page changes no process under the session.
        page.goto(f"{site}/privacy/")
        page.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
        self.page = page
        self._session = page.context.new_cdp_session(page)
        self._run_scripts(False)

    def look(self) -> None:
        """Fail unless the page as it is has no axe violation and does not scroll sideways."""
        self._run_scripts(True)
        assert_accessible(self.page, widths=(NARROW,))
        self._run_scripts(False)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.look()

    def follow(self, name: str) -> None:
        """Follow a link of the page itself, not of its header."""
        self._go(self.page.get_by_role("main").get_by_role("link", name=name))

    def press(self, name: str, *, is_whole: bool = True) -> None:
        """Press a button and look at the page it leads to."""
        # The first button of a form, which Enter presses, may be out of sight and have the same name.
        self._go(self.page.get_by_role("button", name=name, exact=is_whole).last)

    def open_link(self, link: str) -> None:
        """Open a mailed link, with nothing left of an earlier visit: it shows a page, and the button acts."""
        self.page.context.clear_cookies()
        self.open(link)
        self.press("Continue")

    def _go(self, way: Locator) -> None:
        # Until it has loaded: what is still to come would run the page's own scripts during the look.
        with self.page.expect_navigation(wait_until="load"):
            way.click()
        self.look()

    def _run_scripts(self, value: bool) -> None:
        self._session.send("Emulation.setScriptExecutionDisabled", {"value": not value})


def mailed_link(*, to: str, subject: str, way: str = "link") -> str:
    """Deliver what may go now; the link in the newest mail to this address with these words in its subject."""
    for email_id in Email.objects.due(now=timezone.now()).order_by("pk").values_list("pk", flat=True):
        deliver(email_id=email_id)
    found = [message for message in mail.outbox if to in message.to[0] and subject.lower() in message.subject.lower()]
    assert found, [(message.to, message.subject) for message in mail.outbox]
    link = re.search(rf"http\S+/{way}/\S+/", str(found[-1].body))
    assert link, found[-1].body
    return link[0]
