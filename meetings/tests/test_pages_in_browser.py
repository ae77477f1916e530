"""The pages of requests, meetings and data forms in a real browser: accessible, wide and narrow, light and dark."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hubportal.tests.browser import assert_accessible
from meetings.models import DataForm, DayPart, Meeting, MeetingRequest
from meetings.rules import first_working_day
from meetings.tests.factories import (
    DataFormFactory,
    MeetingFactory,
    MeetingRequestFactory,
    OfferedTimeFactory,
    head_of,
    in_days,
)
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]
Open = Callable[[str], Page]


@pytest.fixture
def open_page(client, page: Page, live_server, settings) -> Open:
    """Opens an address with the session of `client`, if it has one."""

    def go(path: str) -> Page:
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie:
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return go


def school_day(days: int) -> date:
    return first_working_day(timezone.localdate() + timedelta(days=days))


def anstey(**fields):
    return SchoolFactory(
        name="Anstey Primary School", street="Church Lane", town="Anstey", postcode="LE7 7AA", pupils=210, **fields
    )


def waiting(officer) -> MeetingRequest:
    school = anstey(area__name="North", area__leader=officer)
    contact = ContactFactory(school=school, name="Cara Coordinator")
    request = MeetingRequestFactory(
        school=school, contact=contact, phone="0116 496 0001", notes="The hall is being painted."
    )
    OfferedTimeFactory(request=request, on=school_day(14), part=DayPart.MORNING)
    OfferedTimeFactory(request=request, on=school_day(20), part=DayPart.AFTER_SCHOOL)
    head_of(school)
    return request


def booked(officer=None) -> Meeting:
    school = anstey()
    meeting = MeetingFactory(school=school, officer=officer or school.area.leader, starts_at=in_days(10))
    meeting.attendees.add(ContactFactory(school=school, name="Cara Coordinator"), head_of(school))
    now = timezone.now()
    DataFormFactory(meeting=meeting, saved_at=now, sent_at=now, pupils=205, classes=7, classes_with_weekly_music=8)
    return meeting


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_triage_is_accessible(open_page, officer):
    request = waiting(officer)

    assert_accessible(open_page("/requests/"))
    page = open_page(f"/requests/{request.reference}/")
    for words in ("Ask for other times", "The school called it off", "Decline the request"):
        page.locator("summary", has_text=words).click()
    assert_accessible(page)


def test_triage_with_a_problem_leads_to_it(open_page, officer):
    request = waiting(officer)
    page = open_page(f"/requests/{request.reference}/")
    page.get_by_label("Another date and time").check()
    page.get_by_role("button", name="Book and send the invitations").click()

    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Give the date.").click()
    expect(page.get_by_label("Date of another time")).to_be_focused()
    assert_accessible(page)


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_meeting_pages_are_accessible(open_page, officer):
    meeting = booked(officer)

    for path in ("", f"{meeting.pk}/", f"{meeting.pk}/move/", f"{meeting.pk}/cancel/", f"{meeting.pk}/miss/"):
        assert_accessible(open_page(f"/meetings/{path}"))
    assert_accessible(open_page(f"/schools/{meeting.school.urn}/meetings/new/"))


def test_empty_lists_are_accessible(open_page, officer):
    assert_accessible(open_page("/requests/"))
    assert_accessible(open_page("/meetings/"))


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_data_form_is_accessible(open_page, as_contact):
    meeting = booked()
    as_contact(meeting.attendees.first())

    page = open_page(f"/my-school/data-form/{meeting.pk}/")
    expect(page.get_by_text("Please look at these once more")).to_be_visible()
    assert_accessible(page)


def test_data_form_that_two_people_changed_lets_one_choose(open_page, as_contact):
    meeting = booked()
    as_contact(meeting.attendees.first())
    page = open_page(f"/my-school/data-form/{meeting.pk}/")
    DataForm.objects.update(classes=12, minutes_a_week=45)

    page.get_by_label("Classes", exact=True).fill("9")
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page.get_by_label("The other, saved meanwhile: 12").check()
    page.get_by_role("button", name="Send the form").click()

    expect(page.get_by_role("heading", name="Thank you: your data form is with us")).to_be_visible()
    assert DataForm.objects.values_list("classes", "minutes_a_week", "pupils").get() == (12, 45, 205)


def test_data_form_after_the_meeting_is_accessible(open_page, as_contact):
    meeting = booked()
    as_contact(meeting.attendees.first())
    Meeting.objects.update(status="held")

    assert_accessible(open_page(f"/my-school/data-form/{meeting.pk}/"))
