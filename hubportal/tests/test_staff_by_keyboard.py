"""An officer's side of the correspondence by keyboard alone: triage, meetings, mail and the calendar."""

from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hubportal.mail.models import EmailStatus
from hubportal.tests.visiting import skip_to_main, tab_and_press, tab_and_type, tab_to
from meetings.models import DayPart, Meeting, MeetingRequest, MeetingStatus, RequestStatus
from meetings.rules import first_working_day, slot_at
from meetings.tests.factories import (
    MeetingFactory,
    MeetingRequestFactory,
    OfferedTimeFactory,
    TimeOffFactory,
    in_days,
)
from meetings.tests.test_pages_in_browser import Open, open_page
from schools.emails import mail_personal_link
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]


@pytest.fixture
def request_waiting(officer) -> MeetingRequest:
    """For one day, on which its officer is off."""
    school = SchoolFactory(name="Anstey Primary School", area__leader=officer)
    asked = MeetingRequestFactory(school=school, contact=ContactFactory(school=school, name="Cara Coordinator"))
    on = first_working_day(timezone.localdate() + timedelta(days=14))
    OfferedTimeFactory(request=asked, on=on, part=DayPart.MORNING)
    midnight = slot_at(on, time(0, 0)).starts_at
    TimeOffFactory(officer=officer, starts_at=midnight, ends_at=midnight + timedelta(hours=23))
    return asked


def booked(officer, request: MeetingRequest | None = None, *, days: int) -> Meeting:
    """A meeting that answers this request, if any."""
    school = request.school if request else SchoolFactory(name="Anstey Primary School", area__leader=officer)
    if request:
        MeetingRequest.objects.update(status=RequestStatus.BOOKED, decided_at=timezone.now(), decided_by=officer)
    return MeetingFactory(school=school, officer=officer, request=request, starts_at=in_days(days))


def heading(page: Page):
    return page.get_by_role("heading", level=1)


def test_request_is_booked_in_spite_of_a_clash_by_keyboard(open_page: Open, request_waiting):
    page = open_page("/requests/")
    skip_to_main(page)
    tab_and_press(page, page.get_by_role("link", name="Anstey Primary School"))
    expect(page.get_by_text("Not free")).to_be_visible()
    tab_to(page, page.get_by_role("radio", name="Not free"))
    tab_and_press(page, page.get_by_role("button", name="Book and send the invitations"))
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Book it all the same")).to_be_focused()
    page.keyboard.press("Space")
    tab_and_press(page, page.get_by_role("button", name="Book and send the invitations"))

    expect(heading(page)).to_have_text("Anstey Primary School")
    assert Meeting.objects.get().held_on == request_waiting.offered_times.get().on


def test_other_times_are_asked_for_by_keyboard(open_page: Open, request_waiting):
    page = open_page(f"/requests/{request_waiting.reference}/")
    tab_and_press(page, page.locator("summary", has_text="Ask for other times"))
    tab_to(page, page.get_by_label("What to say to the school"))
    page.keyboard.type("Any Thursday in March would do.")
    tab_and_press(page, page.get_by_role("button", name="Ask the school"))

    expect(page.get_by_text("The school gets a mail that asks for other times.")).to_be_visible()
    assert MeetingRequest.objects.get().asked_message == "Any Thursday in March would do."


def test_meeting_is_cancelled_and_its_request_waits_again_by_keyboard(open_page: Open, officer, request_waiting):
    meeting = booked(officer, request_waiting, days=10)
    page = open_page(f"/meetings/{meeting.pk}/")
    skip_to_main(page)
    tab_and_press(page, page.get_by_role("link", name="Cancel the meeting"))
    tab_and_press(page, page.get_by_role("button", name="Cancel and tell everybody"))
    expect(page.get_by_role("alert")).to_be_focused()
    tab_to(page, page.get_by_role("textbox", name="Reason"))
    page.keyboard.type("I am ill.")
    tab_and_press(page, page.get_by_label("Yes: its request waits for another time"), "Space")
    tab_and_press(page, page.get_by_role("button", name="Cancel and tell everybody"))

    expect(page.get_by_text("Cancelled").first).to_be_visible()
    meeting.refresh_from_db()
    assert (meeting.status, MeetingRequest.objects.get().status) == (MeetingStatus.CANCELLED, RequestStatus.NEW)


def test_missed_meeting_is_noted_by_keyboard(open_page: Open, officer):
    meeting = booked(officer, days=-1)
    page = open_page(f"/meetings/{meeting.pk}/")
    skip_to_main(page)
    tab_and_press(page, page.get_by_role("link", name="Nobody was there"))
    tab_to(page, page.get_by_label("What happened"))
    page.keyboard.type("The office had no note of it.")
    tab_and_press(page, page.get_by_role("button", name="Note that nobody was there"))

    expect(page.get_by_role("heading", name="Nobody was there")).to_be_visible()
    meeting.refresh_from_db()
    assert (meeting.status, meeting.missed_note) == (MeetingStatus.NO_SHOW, "The office had no note of it.")


def test_mail_is_held_edited_and_let_go_by_keyboard(open_page: Open, officer):
    email = mail_personal_link(contact=ContactFactory(name="Ada Lee", school__name="Hillside"), number=1)
    page = open_page("/staff/mail/")
    skip_to_main(page)
    tab_and_press(page, page.get_by_role("link", name=email.subject))
    tab_and_press(page, page.get_by_role("button", name="Hold it back"))
    tab_and_press(page, page.get_by_role("link", name="Edit it"))
    tab_and_type(page, page.get_by_label("Subject"), "Your link, Ada")
    tab_and_press(page, page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Saved. The e-mail is still held back")).to_be_visible()
    tab_and_press(page, page.locator("summary", has_text="As a mail program shows it"))
    expect(page.frame_locator("iframe").get_by_text("Dear Ada Lee,", exact=True)).to_be_visible()
    tab_and_press(page, page.get_by_role("button", name="Let it go"))

    expect(page.get_by_text("The e-mail waits to go again.")).to_be_visible()
    email.refresh_from_db()
    assert (email.subject, email.status) == ("Your link, Ada", EmailStatus.QUEUED)


def test_month_is_turned_and_a_week_opened_by_keyboard(open_page: Open, officer):
    booked(officer, days=40)
    page = open_page(f"/meetings/month/?day={timezone.localdate().isoformat()}")
    name = heading(page).inner_text()
    skip_to_main(page)
    while page.get_by_role("link", name="Anstey Primary School").count() == 0:
        tab_and_press(page, page.get_by_role("link", name="Next month"))
        expect(heading(page)).not_to_have_text(name)
        name = heading(page).inner_text()
    tab_to(page, page.get_by_role("link", name="Anstey Primary School"))
    tab_and_press(page, page.get_by_role("link", name="Week", exact=True))
    expect(heading(page)).to_contain_text("Week of")
    tab_and_press(page, page.get_by_role("link", name="This week"))
    tab_and_press(page, page.get_by_role("link", name="Month", exact=True))
    expect(heading(page)).to_have_text(f"{timezone.localdate():%B %Y}")
