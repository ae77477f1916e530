"""The pages about a school's people in a real browser: accessible in light and dark, and usable on a phone."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from hubportal.accounts.models import Role
from hubportal.tests.browser import NARROW, assert_accessible
from schools.models import TimelineKind
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.timeline import record_event

pytestmark = pytest.mark.browser
SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]


@pytest.fixture
def alice():
    school = SchoolFactory(
        name="Oak School", engagement="paused", engagement_reason="Being rebuilt.", engagement_since=date(2026, 9, 1)
    )
    alice = ContactFactory(
        school=school,
        name="Alice Penrose",
        email="alice.penrose@oak.example.org",
        phone="0116 496 0123",
        bounced_at=timezone.now(),
        bounce_reason="550 5.1.1 No such mailbox here",
        erasure_asked_at=timezone.now(),
    )
    ContactFactory(school=school, name="Tom Bell", left_at=timezone.now(), replaced_by=alice)
    ContactFactory(school=school, name="Peter Hall", role="head_teacher", confirmed_at=None)
    record_event(school=school, kind=TimelineKind.NOTE, text="Alice Penrose rang up.")
    return alice


def visit(page, client, live_server, settings, path):
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}{path}")


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_staff_pages_about_people_are_accessible(client, page: Page, live_server, settings, alice):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    for name in ("contact_hand_over", "contact_data", "contact_erase"):
        visit(page, client, live_server, settings, reverse(name, args=[alice.pk]))
        assert_accessible(page)
    for name in ("school_detail", "school_contacts", "school_engagement"):
        visit(page, client, live_server, settings, reverse(name, args=[alice.school.urn]))
        assert_accessible(page)


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_pages_about_oneself_are_accessible(as_contact, page: Page, live_server, settings, alice):
    client = as_contact(alice)
    for name in ("still_you", "my_data"):
        visit(page, client, live_server, settings, reverse(name))
        assert_accessible(page)
    page.get_by_role("main").get_by_role("link", name="My school").click()
    page.get_by_role("link", name="Somebody else leads music now").click()
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert_accessible(page)


@pytest.mark.parametrize("browser_context", [{"viewport": NARROW, "java_script_enabled": False}], indirect=True)
def test_somebody_hands_over_on_a_phone_without_javascript(as_contact, page: Page, live_server, settings, alice):
    visit(page, as_contact(alice), live_server, settings, reverse("still_you"))

    page.get_by_label("Their name").fill("Ben Cole")
    page.get_by_label("Their e-mail address").fill("ben@oak.example.org")
    page.get_by_role("button", name="Hand over").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for handing over")
    page.goto(f"{live_server.url}{reverse('my_school')}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your school’s pages open by a personal link")
