"""The pages about mail in a real browser: accessible, light and dark, wide and narrow; a mail within its frame."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from hubportal.accounts.models import Role
from hubportal.mail import services
from hubportal.mail.models import EmailStatus
from hubportal.mail.tests.factories import EmailFactory
from hubportal.tests.browser import assert_accessible
from schools.emails import mail_personal_link
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.browser

SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]


@pytest.fixture
def staff(client, page: Page, live_server, settings) -> Page:
    """A browser in which an administrator is signed in."""
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return page


def held():
    email = mail_personal_link(contact=ContactFactory(name="Ada Lee", school__name="Hillside"), number=1)
    services.hold(email=email, by=UserFactory(), now=timezone.now())
    return email


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_pages_about_mail_are_accessible(staff, live_server):
    email = held()
    refused = "SMTPRecipientsRefused 550: 5.1.1 Unknown"
    failed = EmailFactory(status=EmailStatus.FAILED, claimed_at=timezone.now(), last_error=refused)
    addresses = [
        reverse("outbox"),
        reverse("email", args=[failed.pk]),
        reverse("email", args=[email.pk]),
        reverse("email_edit", args=[email.pk]),
        reverse("email_cancel", args=[email.pk]),
        reverse("mail_kinds"),
        reverse("mail_kind", args=["booking"]),
    ]

    for address in addresses:
        staff.goto(live_server.url + address)
        assert_accessible(staff)


def test_mail_is_edited_with_its_link_kept_and_shown_in_its_frame(staff, live_server):
    email = held()
    staff.goto(live_server.url + reverse("email_edit", args=[email.pk]))
    staff.get_by_label("Message").fill("Hello Ada!")
    staff.get_by_role("button", name="Save").click()
    expect(staff.locator(".error-summary")).to_be_focused()
    assert_accessible(staff)
    staff.get_by_label("Message").fill("Hello Ada!\n\nOpen your page:\n[personal link]")
    staff.get_by_role("button", name="Save").click()

    staff.get_by_text("As a mail program shows it").click()

    frame = staff.frame_locator("iframe")
    expect(frame.get_by_text("Hello Ada!", exact=True)).to_be_visible()
    expect(frame.get_by_role("link", name="Open your page")).to_be_visible()


def test_sentence_is_looked_at_in_its_mail_then_published(staff, live_server):
    staff.goto(live_server.url + reverse("mail_sentence", args=["request_thanks", "opening"]))
    expect(staff.get_by_role("button", name="Publish these words")).to_have_count(0)
    staff.get_by_label("Opening").fill("How good to hear from {school}!")
    staff.get_by_role("button", name="Look at the e-mail").click()
    frame = staff.frame_locator("iframe >> nth=0")
    expect(frame.get_by_text("How good to hear from St Mary's & All Saints' School!")).to_be_visible()
    assert_accessible(staff)

    staff.get_by_role("button", name="Publish these words").click()

    expect(staff.get_by_text("Published. These words stand in every e-mail")).to_be_visible()
