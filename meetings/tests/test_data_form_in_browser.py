"""The data form in a real browser: each answer is saved as it is given, and the page says truthfully what is saved."""

import pytest
from playwright.sync_api import Page, Route, expect

from hubportal.tests.browser import assert_accessible
from meetings.models import DataForm, Meeting
from meetings.tests.factories import DataFormFactory, MeetingFactory, head_of, in_days
from meetings.tests.test_pages_in_browser import SCHEMES, anstey, open_page
from schools.tests.factories import ContactFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]


@pytest.fixture
def meeting(as_contact) -> Meeting:
    """Its coordinator is in, the school had a meeting before, and the form has one answer that can hardly be right."""
    school = anstey(audit_offer="choice", phase_code="7", high_age=18)
    earlier = MeetingFactory(school=school, starts_at=in_days(-700), status="held")
    DataFormFactory(meeting=earlier, saved_at=in_days(-710), minutes_a_week=30, singing="Mondays")
    meeting = MeetingFactory(school=school, starts_at=in_days(10))
    meeting.attendees.add(ContactFactory(school=school, name="Cara Coordinator"), head_of(school))
    DataFormFactory(meeting=meeting, saved_at=in_days(-1), classes=7, classes_with_weekly_music=8)
    as_contact(meeting.attendees.get(name="Cara Coordinator"))
    return meeting


def form_page(open_page, meeting: Meeting) -> Page:
    return open_page(f"/my-school/data-form/{meeting.pk}/")


def stored(meeting: Meeting, *names: str) -> tuple[object, ...]:
    return DataForm.objects.filter(meeting=meeting).values_list(*names).get()


def status(page: Page):
    return page.locator("[data-saved]")


@pytest.mark.parametrize("browser_context", SCHEMES, indirect=True)
def test_form_with_suggestions_and_doubts_is_accessible(open_page, meeting):
    page = form_page(open_page, meeting)
    expect(page.get_by_text("Please look at these once more")).to_be_visible()
    page.get_by_label("Minutes of music lessons a week").fill("400")
    expect(page.get_by_text("400 minutes is more than five hours")).to_be_visible()

    assert_accessible(page)


def test_answer_is_saved_as_it_is_given_and_still_there_after_a_reload(open_page, meeting):
    page = form_page(open_page, meeting)
    page.get_by_label("Singing: when").fill("Mondays and Fridays")
    page.get_by_label("Yes", exact=True).check()

    expect(status(page)).to_contain_text("Saved")
    expect(status(page)).not_to_contain_text("Saving")
    page.reload()

    expect(page.get_by_label("Singing: when")).to_have_value("Mondays and Fridays")
    expect(page.get_by_label("Yes", exact=True)).to_be_checked()
    # What was only suggested is still nobody's answer.
    assert stored(meeting, "singing", "has_published_plan", "minutes_a_week", "sent_at") == (
        "Mondays and Fridays",
        True,
        None,
        None,
    )


def test_page_says_truthfully_that_nothing_is_saved_without_a_connection(open_page, meeting):
    page = form_page(open_page, meeting)
    page.context.set_offline(True)
    page.get_by_label("Classes", exact=True).fill("9")

    expect(status(page)).to_contain_text("Not saved yet – no connection")
    expect(status(page)).to_contain_text("use Save below")
    assert stored(meeting, "classes") == (7,)
    page.context.set_offline(False)

    expect(status(page)).to_contain_text("Saved")
    assert stored(meeting, "classes") == (9,)


def test_answer_that_is_no_number_is_said_beside_it_and_kept_in_the_box(open_page, meeting):
    page = form_page(open_page, meeting)
    page.get_by_label("Classes", exact=True).fill("seven")

    expect(page.get_by_text("Not saved: Enter a whole number, such as 25.")).to_be_visible()
    expect(page.get_by_label("Classes", exact=True)).to_have_value("seven")
    page.get_by_label("Classes", exact=True).fill("8")

    expect(status(page)).to_contain_text("Saved")
    expect(page.locator("[data-doubt]:visible, [data-doubts]")).to_have_count(0)
    assert stored(meeting, "classes") == (8,)


@pytest.mark.parametrize("keep, kept", [("Keep yours: 9", 9), ("Take theirs: 12", 12)])
def test_answer_a_colleague_gave_meanwhile_is_a_persons_choice(open_page, meeting, keep, kept):
    page = form_page(open_page, meeting)
    DataForm.objects.filter(meeting=meeting).update(classes=12)
    page.get_by_label("Classes", exact=True).fill("9")

    expect(page.get_by_text("Somebody else answered “Classes”")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name=keep).click()

    expect(page.get_by_label("Classes", exact=True)).to_have_value(str(kept))
    expect(status(page)).not_to_contain_text("Not saved")
    expect(status(page)).not_to_contain_text("Saving")
    assert stored(meeting, "classes") == (kept,)


def test_sending_waits_for_the_answer_that_is_on_its_way(open_page, meeting):
    page = form_page(open_page, meeting)

    def slowly(route: Route) -> None:
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/save/", slowly)
    page.get_by_label("Classes", exact=True).fill("9")
    page.get_by_label("Classes", exact=True).press("Tab")
    page.get_by_label("Classes", exact=True).fill("10")
    page.get_by_role("button", name="Send the form").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you: your data form is with us")
    assert_accessible(page)
    assert stored(meeting, "classes", "minutes_a_week", "singing") == (10, 30, "Mondays")


@pytest.mark.parametrize("browser_context", [{"java_script_enabled": False}], indirect=True)
def test_form_is_saved_and_sent_without_javascript(open_page, meeting):
    page = form_page(open_page, meeting)
    page.get_by_label("Classes", exact=True).fill("9")
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.get_by_text("Saved. Come back by the link")).to_be_visible()
    page.get_by_role("button", name="Send the form").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert stored(meeting, "classes", "minutes_a_week") == (9, 30)
