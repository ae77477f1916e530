"""Another level than the rules give, in a real browser: proposed by one officer, agreed by a second, awarded."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from audits.models import Audit
from awards.models import Award
from awards.tests.factories import make_audit, stand_in
from hubportal.accounts.models import Role, User
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from schools.tests.factories import SchoolFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY = "Since the summer every class sings each day, which the ratings do not show yet."
Enter = Callable[[User, str], Page]


@pytest.fixture
def enter(page: Page, live_server) -> Enter:
    """Opens an address as this member of staff."""

    def go(user: User, path: str) -> Page:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return go


@pytest.fixture
def audit() -> Audit:
    school = SchoolFactory(name="Wren Primary School")
    return make_audit(level="bronze", school=school, officer=UserFactory(name="Ann First"))


def test_another_level_is_proposed_agreed_and_awarded(enter, audit, monkeypatch):
    monkeypatch.setattr("awards.pdf.render_certificate", stand_in)
    page = enter(audit.meeting.officer, reverse("audit_detail", args=[audit.pk]))
    page.get_by_role("link", name="Decide the award").click()
    assert_accessible(page)
    page.get_by_role("link", name="Propose another level").click()
    page.get_by_role("button", name="Propose this level").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the level that you propose.")
    assert_accessible(page)
    page.get_by_label("Silver").check()
    page.get_by_label("Why?").fill(WHY)
    page.get_by_role("button", name="Propose this level").click()
    expect(page.get_by_text("Waits for a second officer")).to_be_visible()

    administrator = UserFactory(name="Ada Manager", role=Role.ADMINISTRATOR)
    enter(administrator, reverse("staff_home"))
    page.get_by_role("link", name="Levels that need a second officer").click()
    assert_accessible(page)
    page.get_by_role("link", name="Wren Primary School").click()
    assert_accessible(page)
    assert_readable_in_the_dark(page)
    page.get_by_role("button", name="Agree to Silver").click()
    page.get_by_role("link", name="Go on to the award").click()
    assert_accessible(page)
    page.get_by_role("button", name="Award Silver").click()

    expect(page.get_by_text(WHY).first).to_be_visible()
    assert Award.objects.get().level == "silver"
    page.get_by_role("link", name="Withdraw this award").click()
    assert_accessible(page)
    enter(administrator, reverse("consistency"))
    assert_accessible(page)
