"""The queue of a device, as a browser runs it, against a portal that keeps the rules of `audits.services.changes`."""

import pytest
from playwright.sync_api import Page

from audits.tests.factories import SMALL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_queue_of_a_device_ends_as_the_portal_does_whatever_the_network_loses(page: Page, live_server):
    play = (SMALL.parent / "two_devices.js").read_text(encoding="utf-8")
    page.goto(f"{live_server.url}/privacy/")

    problems = page.evaluate(f"""async () => {{
        {play}
        const queue = await import("/static/js/saving/queue.js");
        return Array.from({{ length: 500 }}, (_, seed) => play(queue, seed + 1)).filter(Boolean);
    }}""")

    assert problems == []
