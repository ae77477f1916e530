"""A reflection sheet in a real browser: sent on a telephone's screen, and the officers' list to ring by."""

from datetime import date

import pytest
from playwright.sync_api import expect

from awards.models import Reflection
from awards.services import queue_due_reflections
from awards.tests.factories import make_due_reflections
from hubportal.tests.browser import NARROW, assert_accessible
from meetings.tests.test_pages_in_browser import open_page
from schools.models import Contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]


@pytest.fixture
def sheet() -> Reflection:
    (made,) = make_due_reflections(1, due_on=date(2025, 11, 4))
    queue_due_reflections(as_of=date(2025, 11, 4))
    return made


@pytest.mark.parametrize("browser_context", [{"viewport": NARROW}], indirect=True)
def test_sheet_is_sent_on_a_telephone_and_errors_lead_to_their_fields(open_page, sheet, as_contact):
    as_contact(Contact.objects.get())
    page = open_page(f"/my-school/reflections/{sheet.pk}/")
    assert_accessible(page)
    for number in (1, 2):
        page.get_by_role("group", name=f"Priority {number}: how far").get_by_label("Under way").check()
    page.get_by_label("Priority 3: what comes next?").fill("A choir.")
    page.get_by_role("group", name="Priority 3: how would you rate this now?").get_by_label("Amber").check()

    page.get_by_role("button", name="Send to the hub").click()
    page.get_by_role("link", name="Say how far you have got with priority 3.").click()
    assert_accessible(page)
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send to the hub").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    expect(page.get_by_text("A choir.")).to_be_visible()
    assert_accessible(page)


def test_list_to_ring_by_and_what_is_done_there_are_accessible(open_page, sheet, as_role):
    # Nobody can be written to any more, so somebody has to ring.
    Reflection.objects.update(queued_at=None, email=None)
    Contact.objects.update(left_at=sheet.audit.agreed_at)
    as_role("officer")
    for path in ("to-call", f"{sheet.pk}/call", f"{sheet.pk}/answer", f"{sheet.pk}/stop"):
        assert_accessible(open_page(f"/reflections/{path}/"))
