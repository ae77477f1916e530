"""The pages that read an audit, in a real browser: accessible in every state, wide and narrow, light and dark."""

from collections.abc import Callable
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from audits.models import Audit, AuditStatus
from audits.services import Change, apply_change
from audits.tests.factories import FrameworkFactory, make_agreed_audit, make_meeting, make_open_audit, rate
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from schools.models import School
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = pytest.mark.browser

Open = Callable[[str], Page]


@pytest.fixture
def open_page(client, officer, page: Page, live_server, settings) -> Open:
    """Opens an address as a signed-in officer."""
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    def go(path: str) -> Page:
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        return page

    return go


@pytest.fixture
def school() -> School:
    return SchoolFactory(name="Willow Lane Primary School", audit_offer="choice")


@pytest.fixture
def audit(school) -> Audit:
    """An open audit with all that can be said of a criterion, and earlier ones of both phases."""
    make_agreed_audit(school=school, on=date(2022, 5, 4), framework=FrameworkFactory(phase="secondary"))
    make_agreed_audit(school=school, on=date(2023, 5, 4), ratings={"P-INT-01": "red", "P-IMP-03": "not_applicable"})
    audit = make_open_audit(meeting=make_meeting(school=school), ratings={"P-INT-02": "red", "P-IPC-01": "green"})
    contact = ContactFactory(school=school, name="Carla Coordinator")
    for field, value, before in (("school", "green", "not_discussed"), ("school_note", "We sing on Fridays.", "")):
        apply_change(
            audit=audit, change=Change(code="P-INT-01", field=field, value=value, before=before), by_contact=contact
        )
    rate(audit, officer="red", agreed="amber", reason="The hall is closed.", note="All classes sing.", is_parked="yes")
    rate(audit, note="Most classes sing.")
    return audit


def look(page: Page) -> None:
    assert_accessible(page)
    assert_readable_in_the_dark(page)


@pytest.mark.parametrize("query", ["", "?show=differed", "?show=weak"])
def test_open_audit_page_is_accessible(open_page, audit, query):
    look(open_page(f"/audits/{audit.pk}/{query}"))


def test_carried_over_audit_page_is_accessible(open_page, audit):
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER)

    look(open_page(f"/audits/{audit.pk}/"))


def test_agreed_audit_and_school_page_are_accessible(open_page, school, audit):
    agreed = make_agreed_audit(school=school, on=date(2024, 5, 7), ratings={"P-INT-01": "red"})

    look(open_page(f"/audits/{agreed.pk}/"))
    look(open_page(reverse("school_detail", args=[school.urn])))


def test_comparisons_are_accessible(open_page, audit):
    secondary = Audit.objects.get(framework__phase="secondary")

    page = open_page(f"/audits/{audit.pk}/comparison/")
    expect(page.get_by_role("img", name="Points then and now")).to_be_visible()
    look(page)
    look(open_page(f"/audits/{audit.pk}/comparison/?with={secondary.pk}"))


def test_history_is_accessible_and_leads_from_a_criterion(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")

    page.get_by_role("link", name="History of P-INT-01").click()

    expect(page.get_by_label("Criterion")).to_have_value("P-INT-01")
    expect(page.locator(".history > li")).to_have_count(8)
    look(page)


def test_profile_is_a_picture_with_its_words(open_page, audit):
    page = open_page(f"/audits/{audit.pk}/")

    picture = page.get_by_role("img", name="Agreed ratings in each section")

    expect(picture).to_be_visible()
    expect(picture.locator("desc")).to_have_text(
        "Intent: 1 amber, 1 red, 1 not discussed. Implementation: 3 not discussed. Impact: 1 green, 1 not discussed."
    )
