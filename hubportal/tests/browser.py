"""Chromium for the browser tests, and what an accessible page is.

Use the fixtures `browser` and `page`; conftest.py makes them known to every test.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from hubportal.prepare import chromium_path

# Root has no sandbox, a test machine no graphics card, and nothing may reach for the network.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
# WCAG 2.2 AA, and axe's own good practice.
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Those that look at colours.
COLOUR_RULES = ("color-contrast", "link-in-text-block")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    program = chromium_path()
    if program is None:
        pytest.fail("There is no Chromium, and the browser tests must run (sudo apt-get install chromium).")
    # Playwright keeps an event loop in this thread, where Django would refuse a test's own queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture
def browser_context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A visitor with no cookies; `@pytest.mark.parametrize("browser_context", [{…}], indirect=True)` changes who."""
    options: dict[str, Any] = {
        "viewport": WIDE,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        **getattr(request, "param", {}),
    }
    context = browser.new_context(**options)
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test where the browser reports an error: a script's, or a blocked inline style's."""
    opened = browser_context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield opened
    # The browser also reports each answer of 400 and above, which a test of bad input asks for.
    assert [problem for problem in problems if "Failed to load resource" not in problem] == []


def accessibility_problems(page: Page, *, rules: tuple[str, ...] = (), but: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong with the page as it is now: one line for each rule and place. With `rules` only by these,
    and not by those in `but`."""
    try:
        return _axe_problems(page, rules, but)
    except Error as error:
        # A click before was still on its way to another page when axe began: that one is meant.
        if "context was destroyed" not in error.message:
            raise
        page.wait_for_load_state()
        return _axe_problems(page, rules, but)


def _axe_problems(page: Page, rules: tuple[str, ...], but: tuple[str, ...]) -> list[str]:
    if not page.evaluate("() => 'axe' in window"):
        # Not a script element, which the Content-Security-Policy would block as it should.
        page.evaluate(AXE_FILE_PATH.read_text())
    chosen = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(AXE_TAGS)}
    skipped = {rule: {"enabled": False} for rule in but}
    options = {"runOnly": chosen, "rules": skipped, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page, *, widths: tuple[dict[str, int], ...] = (WIDE, NARROW)) -> None:
    """Fail unless the page has no axe violation and no sideways scrolling, wide and narrow.

    The colours come from the same few tokens at each width, and take axe longer than everything else together: they
    are looked at once, at the last of the widths.
    """
    before = page.viewport_size
    for size in widths:
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        where = f"{page.url} at {size['width']} px"
        problems = accessibility_problems(page, but=() if size == widths[-1] else COLOUR_RULES)
        assert problems == [], f"{where}:\n" + "\n".join(problems)
        overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{where} scrolls sideways by {overflow} px"
    if before:
        page.set_viewport_size(before)


def assert_readable_in_the_dark(page: Page) -> None:
    """Fail where the dark colours of a page that is accessible in light ones are too close together.

    The page stays open: nothing but its colours changes. They are the same at each width.
    """
    # At once: a colour on its way from light to dark is neither.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    problems = accessibility_problems(page, rules=COLOUR_RULES)
    assert problems == [], f"{page.url} in the dark:\n" + "\n".join(problems)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
