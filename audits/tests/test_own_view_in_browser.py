"""The school rates itself on a phone: each touch is saved, colleagues at work at once, and no network for a while."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, Route, expect

from audits.models import Audit
from audits.services import Change, begin_own_view, finish_own_view, save_own_view
from audits.tests.factories import FrameworkFactory
from hubportal.tests.browser import NARROW, assert_accessible
from meetings.models import Meeting
from meetings.tests.factories import MeetingFactory, head_of, in_days
from schools.models import AuditOffer, Contact, ContactLink
from schools.permissions import SESSION_KEY
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"viewport": NARROW}
PHONES = [PHONE | {"color_scheme": scheme} for scheme in ("light", "dark")]
WITHOUT_SCRIPTS = [PHONE | {"java_script_enabled": False}]
CODE = "P-INT-01"


@pytest.fixture
def meeting() -> Meeting:
    FrameworkFactory()
    school = SchoolFactory(name="Wren Primary School", audit_offer=AuditOffer.PRIMARY)
    return MeetingFactory(school=school, starts_at=in_days(10))


@pytest.fixture
def alice(meeting) -> Contact:
    return ContactFactory(school=meeting.school, name="Alice Green")


@pytest.fixture
def audit(meeting, alice) -> Audit:
    return begin_own_view(meeting=meeting, phase="primary", by_contact=alice, now=timezone.now())


def let_in(page: Page, contact: Contact, url: str) -> ContactLink:
    """Gives the page's browser a visit of this contact, as pressing the button behind a personal link does."""
    link = ContactLink.mint(destination="/my-school/", contact=contact)
    link.save()
    client = Client()
    session = client.session
    session[SESSION_KEY] = str(link.pk)
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": url}
    page.context.add_cookies([cookie])
    return link


@pytest.fixture
def mine(page: Page, alice, meeting, live_server) -> Page:
    """Alice's browser."""
    let_in(page, alice, live_server.url)
    return page


@pytest.fixture
def theirs(browser: Browser, meeting, live_server) -> Iterator[Page]:
    """The head teacher's browser, at the same time."""
    context = browser.new_context(**PHONE, locale="en-GB", timezone_id="Europe/London")
    opened = context.new_page()
    let_in(opened, head_of(meeting.school), live_server.url)
    yield opened
    context.close()


@pytest.fixture
def address(live_server, meeting) -> Callable[[str], str]:
    return lambda page="": f"{live_server.url}/my-school/own-view/{meeting.pk}/{page}"


def part(page: Page, code: str = CODE) -> Locator:
    return page.locator(f"#{code}")


def state(page: Page) -> Locator:
    return page.locator("[data-saved]")


def words(page: Page, code: str = CODE) -> Locator:
    return part(page, code).get_by_role("textbox")


def own(audit: Audit, code: str = CODE) -> tuple[str, str]:
    return audit.ratings.filter(criterion__code=code).values_list("school", "school_note").get()


def hear(page: Page) -> None:
    """Lets the page ask at once what others have changed, as it does when somebody comes back to it."""
    page.wait_for_timeout(3100)
    page.evaluate("window.dispatchEvent(new Event('focus'))")


@pytest.mark.parametrize("browser_context", PHONES, indirect=True)
def test_own_view_pages_are_accessible(mine, meeting, alice, address):
    mine.goto(address())
    assert_accessible(mine)
    mine.get_by_role("button", name="Rate our school").click()
    expect(mine.get_by_role("heading", level=1)).to_have_text("Intent")
    assert_accessible(mine)
    ContactFactory(school=meeting.school, name="Wendy Waiting", confirmed_at=None)
    head_of(meeting.school)
    finish_own_view(meeting=meeting, by_contact=alice, now=timezone.now())
    mine.goto(address())
    assert_accessible(mine)
    Meeting.objects.filter(pk=meeting.pk).update(
        period=MeetingFactory.build(school=meeting.school, starts_at=in_days(-1)).period
    )
    mine.goto(address("section/INT/"))
    assert_accessible(mine)


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_each_answer_is_saved_as_it_is_given(mine, audit, address):
    mine.goto(address("section/INT/"))

    part(mine).get_by_role("radio", name="Amber").check()
    words(mine).fill("Two\nlines")
    expect(state(mine)).to_contain_text("Saved")
    expect(mine.locator("[data-rated]")).to_have_text("1")
    expect(part(mine).locator("[data-said=school_note]")).to_contain_text("Saved")
    mine.reload()

    expect(part(mine).get_by_role("radio", name="Amber")).to_be_checked()
    expect(words(mine)).to_have_value("Two\nlines")
    expect(part(mine)).to_contain_text("Rated by Alice Green")
    assert own(audit) == ("amber", "Two\nlines")


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_save_button_waits_for_what_is_on_its_way(mine, audit, address):
    mine.goto(address("section/INT/"))

    def slowly(route: Route) -> None:
        mine.wait_for_timeout(300)
        route.continue_()

    mine.route("**/changes/*/", slowly)
    words(mine).fill("On its way")
    mine.get_by_role("button", name="Save and go on to Implementation").click()

    expect(mine.get_by_role("heading", level=1)).to_have_text("Implementation")
    assert own(audit) == ("not_discussed", "On its way")


def test_two_colleagues_at_once_see_each_others_answers(mine, theirs, audit, address):
    mine.goto(address("section/INT/"))
    theirs.goto(address("section/INT/"))
    part(mine).get_by_role("radio", name="Green").check()
    words(theirs).fill("From the head.")
    expect(state(mine)).to_contain_text("Saved")
    expect(part(theirs).locator("[data-said=school_note]")).to_contain_text("Saved")

    hear(mine)
    hear(theirs)

    expect(words(mine)).to_have_value("From the head.")
    expect(part(theirs).get_by_role("radio", name="Green")).to_be_checked()
    expect(part(theirs).locator("[data-said=school]")).to_contain_text("Alice Green")
    assert own(audit) == ("green", "From the head.")


@pytest.mark.parametrize("choice, kept", [("Keep yours", "Mine."), ("Take theirs", "Theirs.")])
def test_two_colleagues_on_one_answer_choose_which_stays(mine, theirs, audit, address, choice, kept):
    mine.goto(address("section/INT/"))
    theirs.goto(address("section/INT/"))
    words(theirs).fill("Theirs.")
    expect(part(theirs).locator("[data-said=school_note]")).to_contain_text("Saved")

    words(mine).fill("Mine.")

    expect(part(mine).get_by_role("group", name="Hilary Teacher changed the same answer")).to_contain_text("Theirs.")
    expect(state(mine)).to_contain_text("Not saved")
    assert_accessible(mine)
    part(mine).get_by_role("button", name=choice).click()
    expect(part(mine).locator("[data-conflict]")).to_have_count(0)
    expect(state(mine)).to_contain_text("saved", ignore_case=True)
    expect(words(mine)).to_have_value(kept)
    assert own(audit) == ("not_discussed", kept)


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_page_without_a_network_says_so_stays_open_and_saves_later(mine, audit, address):
    mine.goto(address("section/INT/"))
    expect(state(mine)).to_contain_text("saved")
    mine.context.set_offline(True)
    part(mine).get_by_role("radio", name="Red").check()
    expect(state(mine)).to_contain_text("1 change waiting, no network")
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(mine.get_by_role("heading", level=1)).to_have_text("Intent")
    assert own(audit) == ("not_discussed", "")

    mine.context.set_offline(False)

    expect(state(mine)).to_contain_text("Saved")
    assert own(audit) == ("red", "")


@pytest.mark.parametrize("browser_context", [PHONE], indirect=True)
def test_visit_that_ended_loses_nothing(mine, audit, alice, address, live_server):
    mine.goto(address("section/INT/"))
    expect(state(mine)).to_contain_text("saved")
    ContactLink.objects.update(revoked_at=timezone.now())
    part(mine).get_by_role("radio", name="Red").check()
    expect(state(mine)).to_contain_text("Your visit has ended.")
    assert own(audit) == ("not_discussed", "")

    let_in(mine, alice, live_server.url)
    hear(mine)

    expect(state(mine)).to_contain_text("Saved")
    assert own(audit) == ("red", "")


@pytest.mark.parametrize("browser_context", WITHOUT_SCRIPTS, indirect=True)
def test_school_rates_itself_without_scripts(mine, alice, meeting, address):
    mine.goto(address())
    mine.get_by_role("button", name="Rate our school").click()
    part(mine).get_by_role("radio", name="Amber").check()
    words(mine).fill("Two\nlines")
    mine.get_by_role("button", name="Save and go on to Implementation").click()
    expect(mine.get_by_role("heading", level=1)).to_have_text("Implementation")
    mine.get_by_role("button", name="Save and go on to Impact").click()
    mine.get_by_role("button", name="Save and finish this step").click()
    mine.get_by_role("button", name="We are done").click()

    expect(mine.get_by_role("heading", name="You are done")).to_be_visible()
    audit = Audit.objects.get()
    assert (own(audit), audit.school_done_by) == (("amber", "Two\nlines"), alice)


@pytest.mark.parametrize("browser_context", WITHOUT_SCRIPTS, indirect=True)
def test_colleagues_answer_is_not_overwritten_without_scripts(mine, meeting, audit, address):
    mine.goto(address("section/INT/"))
    head = head_of(meeting.school)
    change = Change(code=CODE, field="school_note", value="Theirs.", before="")
    save_own_view(audit=audit, change=change, by_contact=head, now=timezone.now())
    words(mine).fill("Mine.")
    mine.get_by_role("button", name="Save", exact=True).click()

    expect(part(mine).locator("blockquote")).to_have_text("Theirs.")
    expect(words(mine)).to_have_value("Mine.")
    assert own(audit) == ("not_discussed", "Theirs.")
    mine.get_by_role("button", name="Save", exact=True).click()
    expect(mine.locator(".notice-success")).to_contain_text("Saved")
    assert own(audit) == ("not_discussed", "Mine.")
