"""The reminder contract in a real browser: accessible, wide and narrow, light and dark, and a pause by keyboard."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from awards.tests.factories import make_award
from hubportal.tests.browser import assert_accessible
from meetings.tests.factories import DataFormFactory, MeetingFactory, head_of, in_days
from meetings.tests.test_pages_in_browser import SCHEMES, open_page
from schools.models import School
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]


@pytest.fixture
def school() -> School:
    school = SchoolFactory(name="Wren Primary School")
    make_award(school=school, on=timezone.localdate() - timedelta(days=100))
    meeting = DataFormFactory(meeting__school=school, meeting__starts_at=in_days(20)).meeting
    meeting.attendees.add(ContactFactory(school=school, name="Ada Coordinator"), head_of(school))
    MeetingFactory(school=school, starts_at=in_days(40))
    return school


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_pages_about_mail_to_come_are_accessible(open_page, school, as_contact, as_role, client):
    as_contact(school.contacts.first())
    assert_accessible(open_page("/my-school/reminders/"))
    client.logout()
    as_role("officer")

    assert_accessible(open_page(f"/schools/{school.urn}/reminders/"))


def test_pause_is_made_and_ended_by_keyboard(open_page, school, as_contact):
    as_contact(school.contacts.first())
    page = open_page("/my-school/reminders/")
    page.get_by_role("button", name="Pause until").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Mail that can wait is paused until").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Let mail come again").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("Mail comes again.")).to_be_visible()
