"""A school's side of the whole correspondence: on a phone without JavaScript, and by keyboard alone."""

from datetime import date, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hubportal.tests.visiting import Phone, mailed_link, skip_to_main, tab_and_press, tab_and_type, tab_to
from meetings.models import DataForm, MeetingRequest, RequestStatus
from meetings.rules import first_working_day, slot_at
from meetings.services import ask_for_other_times, book_meeting
from meetings.tests.factories import DataFormFactory, MeetingFactory, MeetingRequestFactory, in_days
from meetings.tests.test_pages_in_browser import open_page
from meetings.tests.test_request_form_in_browser import same_both_ways
from schools.models import Contact, School
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]

HEAD, SUCCESSOR = "a.thornbury@latimer.example.org", "b.cole@latimer.example.org"
WEEKLY = "Classes with music every week"


@pytest.fixture
def latimer() -> School:
    return SchoolFactory(
        name="The Latimer Primary School",
        street="Latimer Street",
        town="Anstey",
        postcode="LE7 7AW",
        pupils=375,
        website="https://www.latimer.example.org/",
    )


def school_day(days: int) -> date:
    return first_working_day(timezone.localdate() + timedelta(days=days))


def heading(page: Page):
    return page.get_by_role("heading", level=1)


# --- A head teacher on a phone, without JavaScript -------------------------------------------------


def test_head_teacher_goes_the_whole_way_on_a_phone(page: Page, live_server, settings, monkeypatch, latimer):
    monkeypatch.setattr("meetings.rules.requests.TYPING_TAKES", timedelta())
    settings.HUB_BASE_URL = live_server.url
    phone = Phone(page, site=live_server.url)

    ask(phone, f"{live_server.url}/request-a-meeting/?school={latimer.urn}")
    offer_other_times(phone)
    send_the_data_form_with_gaps(phone)
    pause_the_mail(phone)
    hand_over(phone)
    go_on_as_the_successor(phone)
    withdraw(phone)


def ask(phone: Phone, address: str) -> None:
    page = phone.page
    phone.open(address)
    page.get_by_label("Your name").fill("Mrs A. Thornbury")
    page.get_by_label("Head teacher", exact=True).check()
    page.get_by_label("Your e-mail address").fill(HEAD)
    page.get_by_label("A first meeting").check()
    page.get_by_label("Day 1", exact=True).fill(school_day(14).isoformat())
    page.get_by_label("I agree that").check()
    phone.press("Continue")
    expect(heading(page)).to_have_text("Check your answers")
    phone.press("Send request")
    expect(heading(page)).to_contain_text("Thank you")


def offer_other_times(phone: Phone) -> None:
    page, request = phone.page, MeetingRequest.objects.get()
    officer, message = request.school.area.leader, "We are at a conference that week. Would any day a week later do?"
    ask_for_other_times(request=request, message=message, by=officer, now=timezone.now())

    phone.open_link(mailed_link(to=HEAD, subject="other times"))
    expect(heading(page)).to_have_text("Offer other times")
    expect(page.get_by_text(message)).to_be_visible()
    # With scripts this field would wait for "At a certain time".
    page.get_by_label("Start on day 1").fill("09:30")
    phone.press("Send these times")
    # A time without its day: said, and kept.
    expect(page.get_by_role("link", name="Give at least one day when you could meet.")).to_be_visible()
    expect(page.get_by_label("Start on day 1")).to_have_value("09:30")
    page.get_by_label("Day 1", exact=True).fill(school_day(21).isoformat())
    phone.press("Send these times")
    expect(page.get_by_text("Thank you: your other times are with us.")).to_be_visible()

    request.refresh_from_db()
    offered = request.offered_times.latest("pk")
    assert (request.status, offered.on, offered.start) == (RequestStatus.NEW, school_day(21), time(9, 30))
    invited, starts_at = Contact.objects.filter(email=HEAD), slot_at(offered.on, offered.start).starts_at
    book_meeting(
        request=request, officer=officer, starts_at=starts_at, attendees=invited, by=officer, now=timezone.now()
    )


def send_the_data_form_with_gaps(phone: Phone) -> None:
    page, link = phone.page, mailed_link(to=HEAD, subject="booked")
    phone.open_link(link)
    expect(heading(page)).to_have_text("Short data form")
    page.get_by_label("Classes", exact=True).fill("12")
    page.get_by_label(WEEKLY).fill("13")
    phone.press("Save and come back later")
    expect(page.get_by_text("Saved. Come back by the link")).to_be_visible()

    phone.open_link(link)
    expect(page.get_by_label("Classes", exact=True)).to_have_value("12")
    expect(page.get_by_text("Please look at these once more")).to_be_visible()
    page.get_by_label(WEEKLY).fill("12")
    phone.press("Send the form")
    expect(heading(page)).to_have_text("Thank you: your data form is with us")
    expect(page.get_by_text("You left 9 questions empty. That is fine.")).to_be_visible()
    facts = DataForm.objects.values_list("pupils", "classes", "classes_with_weekly_music", "minutes_a_week")
    assert facts.get() == (375, 12, 12, None)


def pause_the_mail(phone: Phone) -> None:
    phone.follow("Go to your school’s page")
    phone.follow("Mail you will get, and pausing it")
    expect(phone.page.get_by_text("A reminder of our meeting")).to_be_visible()
    phone.press("Pause until", is_whole=False)
    expect(phone.page.get_by_text("Mail that can wait is paused until").first).to_be_visible()
    phone.press("Let mail come again")
    expect(phone.page.get_by_role("button", name="Pause until")).to_be_visible()


def hand_over(phone: Phone) -> None:
    """Still there; and, on second thoughts, not any more."""
    page = phone.page
    phone.follow("My school")
    phone.follow("Somebody else leads music now")
    expect(heading(page)).to_have_text("Are you still the head teacher?")
    phone.press("Yes, still me")
    expect(page.get_by_text("Thank you. We go on writing to you.")).to_be_visible()
    phone.follow("Somebody else leads music now")
    page.get_by_label("Their name").fill("Ben Cole")
    phone.press("Hand over")
    # The address forgotten: said, and the name kept.
    expect(page.get_by_role("alert")).to_contain_text("Their e-mail address")
    expect(page.get_by_label("Their name")).to_have_value("Ben Cole")
    page.get_by_label("Their e-mail address").fill(SUCCESSOR)
    phone.press("Hand over")
    expect(heading(page)).to_have_text("Thank you for handing over")


def go_on_as_the_successor(phone: Phone) -> None:
    page = phone.page
    phone.open(mailed_link(to=HEAD, subject="booked"))
    expect(heading(page)).to_have_text("This link has ended")
    phone.open_link(mailed_link(to=SUCCESSOR, subject="You are now the head teacher"))
    expect(page.get_by_role("heading", name="You are Ben Cole")).to_be_visible()
    # The data form goes with the meeting, and the meeting with the role.
    phone.follow("Look at it again")
    expect(page.get_by_label("Classes", exact=True)).to_have_value("12")


def withdraw(phone: Phone) -> None:
    phone.page.context.clear_cookies()
    phone.open(mailed_link(to=SUCCESSOR, subject="You are now the head teacher", way="withdraw"))
    expect(heading(phone.page)).to_have_text("Stop all our mail to you?")
    assert Contact.objects.get(email=SUCCESSOR).withdrawn_at is None
    phone.press("Yes, stop all mail to me")
    expect(heading(phone.page)).to_have_text("We have stopped")
    assert Contact.objects.get(email=SUCCESSOR).withdrawn_at is not None


# --- By keyboard alone -------------------------------------------------------------------------------


def test_other_times_are_offered_by_keyboard(open_page, as_contact, latimer):
    contact = ContactFactory(school=latimer)
    asked, officer = MeetingRequestFactory(school=latimer, contact=contact), latimer.area.leader
    ask_for_other_times(request=asked, message="We are away that week.", by=officer, now=timezone.now())
    as_contact(contact)
    page = open_page(f"/my-school/requests/{asked.reference}/times/")
    skip_to_main(page)
    tab_and_press(page, page.get_by_role("button", name="Send these times").last)
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Day 1", exact=True)).to_be_focused()

    day = same_both_ways()
    page.keyboard.type(f"{day:%d%m%Y}")
    tab_and_press(page, page.get_by_label("Part of day 1"), "End")
    tab_to(page, page.get_by_label("Start on day 1"))
    # A clock of twelve hours or of twenty-four: half past nine in the morning in both.
    page.keyboard.type("0930A")
    tab_and_press(page, page.locator("summary", has_text="Offer more days"))
    tab_to(page, page.get_by_role("textbox", name="Day 4"))
    tab_and_press(page, page.get_by_role("button", name="Send these times").last)

    expect(page.get_by_text("Thank you: your other times are with us.")).to_be_visible()
    offered = asked.offered_times.get()
    assert (offered.on, offered.start) == (day, time(9, 30))


def test_data_form_is_filled_in_and_sent_by_keyboard(open_page, as_contact, latimer):
    contact = ContactFactory(school=latimer)
    meeting = DataFormFactory(meeting=MeetingFactory(school=latimer, starts_at=in_days(10))).meeting
    meeting.attendees.add(contact)
    as_contact(contact)
    page = open_page(f"/my-school/data-form/{meeting.pk}/")
    skip_to_main(page)
    tab_and_type(page, page.get_by_label("Classes", exact=True), "12")
    tab_and_type(page, page.get_by_label("Singing: when"), "Mondays")
    tab_and_press(page, page.get_by_label("Yes", exact=True), "Space")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    expect(page.locator("[data-saved]")).not_to_contain_text("Saving")
    page.reload()
    expect(page.get_by_label("Yes", exact=True)).to_be_checked()
    tab_and_press(page, page.get_by_role("button", name="Send the form"))

    expect(heading(page)).to_have_text("Thank you: your data form is with us")
    assert DataForm.objects.values_list("classes", "singing", "has_published_plan").get() == (12, "Mondays", True)


def test_mail_is_paused_and_let_come_by_keyboard(open_page, as_contact, latimer):
    as_contact(ContactFactory(school=latimer))
    page = open_page("/my-school/")
    skip_to_main(page)
    tab_and_press(page, page.get_by_role("link", name="Mail you will get, and pausing it"))
    tab_and_press(page, page.get_by_role("button", name="Pause until"))
    expect(page.get_by_text("Mail that can wait is paused until").first).to_be_visible()
    tab_and_press(page, page.get_by_role("button", name="Let mail come again"))

    expect(page.get_by_text("Mail comes again.")).to_be_visible()


def test_somebody_says_still_me_then_hands_over_by_keyboard(open_page, as_contact, latimer):
    contact = ContactFactory(school=latimer, email="alice@latimer.example.org")
    as_contact(contact)
    page = open_page("/my-school/still-you/")
    skip_to_main(page)
    tab_and_press(page, page.get_by_role("button", name="Yes, still me"))
    expect(page.get_by_text("Thank you. We go on writing to you.")).to_be_visible()
    tab_and_press(page, page.get_by_role("link", name="Somebody else leads music now"))
    # What cannot be undone asks once more, and opens and closes by keyboard.
    tab_and_press(page, page.locator("summary", has_text="I have left"), "Space")
    expect(page.get_by_role("button", name="Yes, I have left")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Yes, I have left")).to_be_hidden()
    tab_and_type(page, page.get_by_label("Their name"), "Ben Cole")
    tab_and_press(page, page.get_by_label("Their e-mail address"))
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Their e-mail address")).to_be_focused()
    page.keyboard.type(SUCCESSOR)
    page.keyboard.press("Enter")

    expect(heading(page)).to_have_text("Thank you for handing over")
    contact.refresh_from_db()
    assert contact.replaced_by == Contact.objects.get(email=SUCCESSOR)
