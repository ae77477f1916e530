"""Opening an audit without a network, with styles and scripts as production names them."""

import re

import pytest
from playwright.sync_api import Browser, expect

from audits.tests.devices import (
    KEPT_FILES,
    PASSWORD,
    RECORD,
    SAVED,
    SAVED_AT,
    choose,
    summary,
    wait_until,
    waiting,
)
from hubportal.tests.browser import WIDE
from hubportal.tests.live import RunningProduct

pytestmark = pytest.mark.browser


LIVE_AUDIT = """
from audits.models import Framework
from audits.tests.factories import make_meeting, make_open_audit
from hubportal.accounts.models import User
from schools.tests.factories import SchoolFactory
officer = User.objects.create_user({email!r}, {password!r}, name="Olga Offline")
meeting = make_meeting(officer=officer, school=SchoolFactory(urn="199901"))
print("audit", make_open_audit(meeting=meeting, framework=Framework.objects.get(phase="primary")).pk)
"""


def test_page_as_production_serves_it_opens_without_a_network(browser: Browser, running_product: RunningProduct):
    email = "olga.offline@hub.example.org"
    printed = running_product.manage("shell", "-c", LIVE_AUDIT.format(email=email, password=PASSWORD))
    path = f"/audits/{printed.split()[-1]}/conversation/"
    context = browser.new_context(viewport=WIDE, base_url=running_product.url)
    context.set_default_timeout(30_000)
    context.add_init_script(RECORD)
    page = context.new_page()
    page.goto(f"/account/login/?next={path}")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(summary(page)).to_have_text(SAVED)
    wait_until(page, lambda: len(page.evaluate(KEPT_FILES)) > 12)
    kept = [url.removeprefix(running_product.url) for url in page.evaluate(KEPT_FILES)]
    unhashed = [url for url in kept if url.startswith("/static/") and not re.search(r"\.[0-9a-f]{12}\.\w+$", url)]
    assert unhashed == []

    context.set_offline(True)
    page.goto("about:blank")
    page.goto(path)
    choose(page, "P-INT-01", "amber")
    expect(summary(page)).to_have_text(waiting(1))
    context.set_offline(False)

    expect(summary(page)).to_have_text(SAVED_AT, timeout=20_000)
    context.close()
