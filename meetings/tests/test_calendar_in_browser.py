"""Diaries, week, month and holidays in a real browser: accessible, wide and narrow, light and dark."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from hubportal.tests.browser import assert_accessible
from meetings.models import Meeting
from meetings.rules import first_working_day, slot_at
from meetings.tests.factories import HubHolidayFactory, MeetingFactory, TimeOffFactory, administrator, in_days
from meetings.tests.test_pages_in_browser import SCHEMES, Open, open_page

__all__ = ["open_page"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def busy(officer) -> Meeting:
    """A meeting, time off over it, and a holiday on the same day."""
    on = first_working_day(in_days(3).date())
    at = in_days(0).time().replace(hour=9, minute=30, second=0, microsecond=0)
    meeting = MeetingFactory(officer=officer, school__name="Anstey Primary School", starts_at=slot_at(on, at).starts_at)
    TimeOffFactory(officer=officer, starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    HubHolidayFactory(name="Training day", first_on=on, last_on=on + timedelta(days=2))
    return meeting


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_week_and_month_are_accessible(open_page: Open, officer):
    meeting = busy(officer)
    MeetingFactory(starts_at=meeting.starts_at)

    for address in ("/meetings/week/", "/meetings/month/"):
        page = open_page(f"{address}?day={meeting.held_on.isoformat()}")
        expect(page.get_by_role("link", name="Anstey Primary School")).to_be_visible()
        assert_accessible(page)


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_diary_pages_are_accessible(open_page: Open, officer):
    busy(officer)

    for address in ("/staff/diary/", *(f"/staff/people/{officer.pk}/diary/{page}/" for page in ("hours", "time-off"))):
        assert_accessible(open_page(address))


def test_hours_with_a_problem_lead_to_it(open_page: Open, officer):
    page = open_page(f"/staff/people/{officer.pk}/diary/hours/")
    page.get_by_role("group", name="Tuesday").get_by_label("To").fill("07:00")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Tuesday: give an end after 08:00.").click()
    expect(page.get_by_role("group", name="Tuesday").get_by_label("To")).to_be_focused()
    assert_accessible(page)


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_address_of_a_calendar_is_accessible(open_page: Open, officer):
    page = open_page("/staff/diary/")
    page.get_by_role("button", name="Make my calendar’s address").click()

    expect(page.get_by_label("Address")).to_have_value(re.compile(r"/calendar/[\w-]{43}/meetings\.ics$"))
    assert_accessible(page)


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_holidays_are_accessible(open_page: Open, client):
    client.force_login(administrator())
    holiday = HubHolidayFactory(name="Training day", first_on=in_days(3).date(), last_on=in_days(3).date())

    for address in ("", "new/", f"{holiday.pk}/"):
        assert_accessible(open_page(f"/staff/holidays/{address}"))


@pytest.mark.parametrize("address", ["/meetings/week/", "/meetings/month/"])
def test_calendar_prints_its_days_and_not_its_buttons(open_page: Open, officer, address):
    meeting = busy(officer)
    page: Page = open_page(f"{address}?day={meeting.held_on.isoformat()}")

    page.emulate_media(media="print")

    expect(page.get_by_role("link", name="Anstey Primary School")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^This (week|month)$"))).to_be_hidden()
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
