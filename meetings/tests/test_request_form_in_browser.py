"""The public request form in a real browser: on a phone without JavaScript, by keyboard alone, light and dark."""

from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from hubportal.access.rules import derive_token
from hubportal.tests.browser import NARROW, assert_accessible
from meetings.models import MeetingRequest, RequestDraft, RequestStatus
from meetings.rules import TYPING_TAKES, first_working_day, long_date
from meetings.services import save_draft
from meetings.tests.factories import MeetingRequestFactory, OfferedTimeFactory
from meetings.tests.triage import question_to
from schools.models import School, SchoolLink, SchoolStatus
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCHEMES = [{"color_scheme": "light"}, {"color_scheme": "dark"}]
PHONE_WITHOUT_SCRIPT = [{"viewport": NARROW, "java_script_enabled": False}]
FORM = "/request-a-meeting/"


@pytest.fixture
def typing_takes_no_time(monkeypatch):
    """Programs that test may be quick."""
    monkeypatch.setattr("meetings.rules.requests.TYPING_TAKES", timedelta())


@pytest.fixture
def site(page: Page, live_server):
    """Opens an address of ours."""

    def go(path: str) -> Page:
        page.goto(live_server.url + path)
        return page

    return go


@pytest.fixture
def latimer() -> School:
    return SchoolFactory(
        name="The Latimer Primary School", street="Latimer Street", town="Anstey", postcode="LE7 7AW", head_name=""
    )


def school_day(days: int) -> date:
    return first_working_day(timezone.localdate() + timedelta(days=days))


def same_both_ways() -> date:
    """A school day such as 3 March, which reads the same whether a browser asks for the day or the month first."""
    today = timezone.localdate()
    days = (date(year, number, number) for year in (today.year, today.year + 1) for number in range(1, 13))
    return next(day for day in days if day > today and first_working_day(day) == day)


def fill_in(page: Page, **changes: str) -> None:
    typed = {"name": "Alice Penrose", "email": "alice@latimer.example.org"} | changes
    page.get_by_label("Your name").fill(typed["name"])
    page.get_by_label("Music coordinator").check()
    page.get_by_label("Your e-mail address").fill(typed["email"])
    page.get_by_label("A first meeting").check()
    page.get_by_label("Day 1", exact=True).fill(school_day(14).isoformat())
    page.get_by_label("I agree that").check()


def press(page: Page, name: str) -> None:
    # The first button of the form, which Enter presses, is out of sight and has the same name.
    page.get_by_role("button", name=name).last.click()


def overflow_of(page: Page) -> int:
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


# --- A head teacher on a phone, without JavaScript -------------------------------------------------


@pytest.mark.parametrize("browser_context", PHONE_WITHOUT_SCRIPT, indirect=True)
@pytest.mark.usefixtures("typing_takes_no_time")
def test_whole_path_on_a_phone_without_javascript(site, latimer):
    page = site(FORM)
    page.get_by_role("searchbox", name="Your school").fill("lattimer anstay")
    page.get_by_role("button", name="Find my school").click()
    expect(page.get_by_text("Anstey, LE7 7AW")).to_be_visible()
    page.get_by_role("link", name="The Latimer Primary School").click()
    page.get_by_label("Head teacher", exact=True).check()
    page.get_by_label("Your name").fill("Mrs A. Thornbury")
    page.get_by_label("Day 1", exact=True).fill(school_day(14).isoformat())
    page.get_by_label("Start on day 1").fill("15:45")
    press(page, "Continue")

    expect(page).to_have_title("Error: Request a meeting – Music Hub")
    expect(page.get_by_label("Your name")).to_have_value("Mrs A. Thornbury")
    assert overflow_of(page) <= 0
    page.get_by_role("link", name="Enter your e-mail address, such as name@example.org.").click()
    page.get_by_label("Your e-mail address").fill("office@latimer.example.org")
    page.get_by_label("A first meeting").check()
    page.get_by_label("I agree that").check()
    press(page, "Continue")

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.get_by_text(f"{long_date(school_day(14))}, 15:45")).to_be_visible()
    expect(page.get_by_text("Is this somebody’s own address?")).to_be_visible()
    assert (overflow_of(page), MeetingRequest.objects.count()) == (0, 0)
    page.get_by_role("button", name="Change your e-mail address").click()
    expect(page.get_by_label("Your e-mail address")).to_be_focused()
    page.get_by_label("Your e-mail address").fill("a.thornbury@latimer.example.org")
    press(page, "Continue")
    expect(page.get_by_text("Is this somebody’s own address?")).to_have_count(0)
    page.get_by_role("button", name="Send request").click()

    made = MeetingRequest.objects.get()
    expect(page.get_by_text(f"Your reference is {made.reference}.")).to_be_visible()
    assert (overflow_of(page), made.email, made.role) == (0, "a.thornbury@latimer.example.org", "head_teacher")
    page.go_back()
    expect(page.get_by_text(f"Your reference is {made.reference}.")).to_be_visible()
    assert MeetingRequest.objects.count() == 1


@pytest.mark.parametrize("browser_context", PHONE_WITHOUT_SCRIPT, indirect=True)
@pytest.mark.usefixtures("typing_takes_no_time")
def test_saving_and_coming_back_on_a_phone_without_javascript(site, latimer):
    page = site(f"{FORM}?school={latimer.urn}")
    page.get_by_label("Your name").fill("Alice Penrose")
    page.get_by_label("Day 1", exact=True).fill(school_day(14).isoformat())
    press(page, "Save and come back later")
    page.get_by_label("Your e-mail address").fill("alice@latimer.example.org")
    press(page, "Save and mail me the link")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is saved")
    assert overflow_of(page) == 0

    page.context.clear_cookies()
    site(link_to(RequestDraft.objects.get()))
    press(page, "Go on with the request")
    expect(page.get_by_label("Your name")).to_have_value("Alice Penrose")
    fill_in(page)
    press(page, "Continue")
    press(page, "Send request")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert (MeetingRequest.objects.get().name, RequestDraft.objects.count()) == ("Alice Penrose", 0)


# --- By keyboard alone -------------------------------------------------------------------------------


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the cursor is there, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"No way to {wanted} by keyboard.")


@pytest.mark.usefixtures("typing_takes_no_time")
def test_whole_path_by_keyboard_alone(site, latimer):
    page = site(FORM)
    keys = page.keyboard
    tab_to(page, page.get_by_role("searchbox", name="Your school"))
    keys.type("latimer")
    keys.press("Enter")
    tab_to(page, page.get_by_role("link", name="The Latimer Primary School"))
    keys.press("Enter")
    tab_to(page, page.get_by_label("Your name"))
    keys.type("Alice Penrose")
    # Enter in a field is the same as pressing Continue; the summary of what is wrong takes the cursor.
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_label("Music coordinator")).to_be_focused()
    keys.press("Space")
    tab_to(page, page.get_by_label("Your e-mail address"))
    keys.type("alice@latimer.example.org")
    tab_to(page, page.get_by_label("A first meeting"))
    keys.press("Space")
    tab_to(page, page.get_by_label("Day 1", exact=True))
    day = same_both_ways()
    keys.type(f"{day:%d%m%Y}")
    tab_to(page, page.get_by_label("Part of day 1"))
    # From "Any time that day" up.
    keys.press("ArrowUp")
    tab_to(page, page.get_by_label("I agree that"))
    keys.press("Space")
    tab_to(page, page.get_by_role("button", name="Continue").last)
    keys.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    tab_to(page, page.get_by_role("button", name="Change your name"))
    keys.press("Enter")
    expect(page.get_by_label("Your name")).to_be_focused()
    keys.press("End")
    keys.type("-Hill")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    tab_to(page, page.get_by_role("button", name="Send request"))
    keys.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    made = MeetingRequest.objects.get()
    assert (made.name, str(made.offered_times.get())) == ("Alice Penrose-Hill", f"{long_date(day)}, after school")


# --- Back, haste, and the line of a day ---------------------------------------------------------------


@pytest.mark.usefixtures("typing_takes_no_time")
def test_back_and_forward_lose_nothing(site, latimer):
    page = site(f"{FORM}?school={latimer.urn}")
    fill_in(page)
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.go_back()
    expect(page.get_by_label("Your name")).to_have_value("Alice Penrose")
    page.go_forward()
    expect(page.get_by_text("Alice Penrose")).to_be_visible()
    page.reload()
    press(page, "Send request")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")


def test_form_filled_in_by_a_program_is_asked_for_once_more(site, latimer):
    page = site(f"{FORM}?school={latimer.urn}")
    fill_in(page)
    page.evaluate("() => document.querySelector('[name=opened]').value = 'forged'")
    press(page, "Continue")
    expect(page.get_by_text("That was quicker than people type").first).to_be_visible()
    assert_accessible(page)
    page.wait_for_timeout(TYPING_TAKES / timedelta(milliseconds=1))
    press(page, "Continue")

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")


def test_time_is_asked_for_where_somebody_chooses_a_certain_one(site, latimer):
    page = site(f"{FORM}?school={latimer.urn}")
    start = page.get_by_label("Start on day 2")
    expect(start).to_be_hidden()
    page.get_by_label("Part of day 2").select_option("At a certain time")
    start.fill("15:45")
    page.get_by_label("Part of day 2").select_option("Morning")

    # What somebody typed never disappears.
    expect(start).to_have_value("15:45")
    expect(start).to_be_visible()


def test_another_school_is_found_within_the_form(site, latimer):
    other = SchoolFactory(name="Barwell Primary School", town="Barwell")
    page = site(f"{FORM}?school={latimer.urn}")
    page.get_by_label("Your name").fill("Alice Penrose")
    page.get_by_text("This is not my school").click()
    page.get_by_label("School’s name, town, postcode or URN").fill("barwell")
    page.get_by_role("button", name="Find another school").click()

    expect(page.get_by_label("Barwell Primary School")).to_have_value(str(other.urn))
    expect(page.get_by_label("Your name")).to_have_value("Alice Penrose")
    assert_accessible(page)


# --- Every page, light and dark -------------------------------------------------------------------------


def link_to(draft: RequestDraft) -> str:
    return f"{FORM}saved/{derive_token(link_id=draft.pk, secret=django_settings.SECRET_KEY)}/"


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_pages_to_find_the_school_are_accessible(site, latimer):
    closed = SchoolFactory(name="Old Mill School", status=SchoolStatus.CLOSED)
    SchoolLink.objects.create(school=closed, linked_urn=latimer.urn, linked_name=latimer.name, link_type="Successor")

    for query in ("", "?q=latimer", "?q=zzzz", "?q=old+mill", f"?school={closed.urn}", "?school=1"):
        assert_accessible(site(FORM + query))


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
@pytest.mark.usefixtures("typing_takes_no_time")
def test_pages_of_the_form_are_accessible(site, latimer):
    page = site(f"{FORM}?school={latimer.urn}")
    page.get_by_text("Offer more days").click()
    assert_accessible(page)
    press(page, "Continue")
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    fill_in(page, email="office@latimer.example.org")
    press(page, "Continue")
    expect(page.get_by_text("Is this somebody’s own address?")).to_be_visible()
    assert_accessible(page)
    press(page, "Send request")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert_accessible(page)


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_pages_to_save_a_request_are_accessible(site, latimer):
    page = site(f"{FORM}?school={latimer.urn}")
    press(page, "Save and come back later")
    assert_accessible(page)
    press(page, "Save and mail me the link")
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page.get_by_label("Your e-mail address").fill("alice@latimer.example.org")
    press(page, "Save and mail me the link")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request is saved")
    assert_accessible(page)
    assert_accessible(site(link_to(save_draft(email="a@example.org", answers={}, now=timezone.now()))))
    assert_accessible(site(f"{FORM}saved/unknown/"))


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_pages_after_asking_are_accessible(site, latimer, client, as_contact, live_server, page, settings):
    contact = ContactFactory(school=latimer, confirmed_at=None)
    first = MeetingRequestFactory(
        school=latimer,
        contact=contact,
        status=RequestStatus.ASKED,
        asked_at=timezone.now(),
        asked_by=UserFactory(),
        asked_message="We are at a conference that week.",
    )
    question_to(contact, about=first)
    OfferedTimeFactory(request=first, on=school_day(14), created_at=timezone.now() - timedelta(days=1))
    joined = MeetingRequestFactory(school=latimer, contact=contact, status=RequestStatus.JOINED, joined_to=first)
    assert_accessible(site(f"{FORM}thanks/{joined.reference}/"))

    as_contact(contact)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = site(f"/my-school/requests/{first.reference}/times/")
    assert_accessible(page)
    press(page, "Send these times")
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page.get_by_label("Day 1", exact=True).fill(school_day(21).isoformat())
    press(page, "Send these times")
    expect(page.get_by_text("Thank you: your other times are with us.")).to_be_visible()
    assert_accessible(page)
