"""The whole conversation in a real browser against the running product: from the public form to the reflection."""

import io
import re
from datetime import date, timedelta

import icalendar
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from hubportal.tests.browser import WIDE, assert_accessible
from hubportal.tests.live import RunningProduct
from hubportal.tests.mailbox import Mailbox, files_of, link_in, text_of
from meetings.rules import add_months, first_working_day

pytestmark = pytest.mark.browser

COORDINATOR = "alice.penrose@latimer.example.org"
HEAD = "head@latimer.example.org"
OFFICER, PASSWORD = "rosa.marsh@hub.example.org", "journey-of-a-school"
MEETING_ON = first_working_day(date.today() + timedelta(days=21))
HUB = f"""
from hubportal.accounts.models import User
from schools.models import Area, School
officer = User.objects.create_user({OFFICER!r}, {PASSWORD!r}, name="Rosa Marsh", job_title="Area Music Leader")
area = Area.objects.create(name="Charnwood", leader=officer, postcode_districts=["LE7"])
School.objects.filter(postcode__startswith="LE7 ").update(area=area)
"""


@pytest.fixture(scope="module")
def hub(running_product: RunningProduct) -> RunningProduct:
    """A hub with the real schools, one officer and one area."""
    printed = running_product.manage("import_schools", "schools/data/gias_leicestershire.csv")
    assert "added 433, updated 0, unchanged 0, closed 0, rejected 0" in printed
    running_product.manage("shell", "-c", HUB)
    return running_product


LET_GO = """
from django.utils import timezone
from hubportal.mail.models import Email
from hubportal.mail.services import sweep
Email.objects.filter(status="queued").update(pace="at_once", not_before=timezone.now())
sweep(now=timezone.now())
"""


def new_page(browser: Browser, hub: RunningProduct) -> Page:
    context = browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="Europe/London", base_url=hub.url)
    context.set_default_timeout(15_000)
    return context.new_page()


def test_journey_from_request_to_reflection(browser: Browser, hub: RunningProduct):
    mailbox = Mailbox(hub)
    teacher, officer = new_page(browser, hub), new_page(browser, hub)

    reference = ask_for_a_meeting(teacher, mailbox)
    sign_in(officer)
    book(officer, mailbox, reference)
    fill_in_the_data_form(teacher, mailbox)
    hold_the_conversation(officer)
    certificate = send_the_outcome(officer, mailbox)
    check_the_certificate(browser, hub, certificate)
    fetch_the_certificate(teacher, mailbox, certificate)
    reflect(teacher, hub, mailbox)
    read_the_reflection(officer)


def ask_for_a_meeting(page: Page, mailbox: Mailbox) -> str:
    page.goto("/")
    assert_accessible(page)
    page.get_by_role("main").get_by_role("link", name="Request a meeting").click()
    assert_accessible(page)
    # A slip of the finger finds the school all the same.
    page.get_by_role("searchbox", name="Your school").fill("Lattimer")
    page.get_by_role("button", name="Find my school").click()
    assert_accessible(page)
    page.get_by_role("link", name="The Latimer Primary School").click()
    assert_accessible(page)

    page.get_by_label("Your name").fill("Alice Penrose")
    page.get_by_label("Music coordinator").check()
    page.get_by_label("Your e-mail address").fill(COORDINATOR)
    page.get_by_label("Head teacher’s name").fill("Mrs A. Thornbury")
    page.get_by_label("Head teacher’s e-mail address").fill(HEAD)
    page.get_by_label(re.compile("^A first meeting")).check()
    page.get_by_role("textbox", name=re.compile("^Day 1")).fill(MEETING_ON.isoformat())
    page.get_by_label(re.compile("^Part of day 1")).select_option("Morning")
    page.get_by_label("Anything we should know").fill("The hall is free all morning.")

    # Consent forgotten: said once, and nothing typed is lost.
    page.get_by_role("button", name="Continue").last.click()
    expect(page).to_have_title(re.compile("^Error:"))
    assert_accessible(page)
    expect(page.get_by_label("Anything we should know")).to_have_value("The hall is free all morning.")
    page.get_by_label(re.compile("^I agree")).check()
    page.get_by_role("button", name="Continue").last.click()
    # An address that the whole office reads is pointed out, and may stay.
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    expect(page.get_by_text("several people share")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Send request").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert_accessible(page)
    reference = re.search(r"MR-\w{5}", page.get_by_role("main").inner_text())
    assert reference
    thanks = mailbox.wait_for(to=COORDINATOR, subject=reference[0])
    assert "12 months" in text_of(thanks)
    return reference[0]


def sign_in(page: Page) -> None:
    page.goto("/staff/")
    assert_accessible(page)
    page.get_by_label("Email").fill(OFFICER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs me today?")
    assert_accessible(page)


def book(page: Page, mailbox: Mailbox, reference: str) -> None:
    page.get_by_role("link", name="Meeting requests to answer").click()
    assert_accessible(page)
    page.get_by_role("link", name="The Latimer Primary School").click()
    expect(page.get_by_text(reference).first).to_be_visible()
    assert_accessible(page)
    # Their addresses are not those of the school's website: the officer says that they belong to the school.
    for name, address in (("Alice Penrose", COORDINATOR), ("Mrs A. Thornbury", HEAD)):
        label = re.compile(rf"^{re.escape(name)}, .*\(new: {re.escape(address)}, not known to us yet\)$")
        box = page.get_by_role("checkbox", name=label)
        expect(box).not_to_be_checked()
        box.check()
    page.get_by_role("button", name="Book and send the invitations").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Latimer Primary School")

    for address in (COORDINATOR, HEAD):
        mail = mailbox.wait_for(to=address, subject="booked")
        (event,) = icalendar.Calendar.from_ical(files_of(mail)["invitation.ics"]).walk("VEVENT")
        assert event["DTSTART"].dt.date() == MEETING_ON
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=90)


def open_link(page: Page, link: str) -> None:
    """Open an e-mailed link: it shows a page, and the button acts."""
    page.goto(link)
    assert_accessible(page)
    page.get_by_role("main").get_by_role("button", name="Continue").click()


def fill_in_the_data_form(page: Page, mailbox: Mailbox) -> None:
    open_link(page, link_in(mailbox.wait_for(to=COORDINATOR, subject="booked")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Short data form")
    assert_accessible(page)
    expect(page.get_by_label(re.compile("^Pupils in the school", re.IGNORECASE))).to_have_value("375")
    page.get_by_label(re.compile("minutes of music lessons", re.IGNORECASE)).fill("45")
    page.get_by_role("button", name="Send the form").click()
    assert_accessible(page)


def hold_the_conversation(page: Page) -> None:
    page.goto("/meetings/")
    assert_accessible(page)
    page.get_by_role("link", name="The Latimer Primary School").click()
    expect(page.get_by_text("45")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Start the primary audit").click()
    assert_accessible(page)

    criteria = page.locator("article[data-code]")
    number = criteria.count()
    assert number == 28
    for place in range(number):
        page.keyboard.press("2" if place in (1, 12, 20) else "3")
        page.keyboard.press("ArrowRight")
    page.get_by_label("What to celebrate").fill("Singing fills this school.")
    page.get_by_role("link", name=re.compile("^P-INT-01 ")).first.click()
    note = criteria.nth(0).get_by_label("What we saw and heard")
    note.fill("Every class teacher could say what music is for.")
    expect(page.locator("[data-save-summary]")).to_have_text(re.compile(r"^Saved \d\d:\d\d$"), timeout=30_000)
    page.reload()
    expect(note).to_have_value("Every class teacher could say what music is for.")
    expect(page.get_by_role("link", name=re.compile("^P-IMP-04 .*: Amber$"))).to_have_count(1)
    assert_accessible(page)

    page.get_by_role("link", name="Next: priorities").first.click()
    assert_accessible(page)
    for place in range(3):
        page.get_by_label("Action").nth(place).fill(f"Act on priority {place + 1}, term by term.")
        page.get_by_label("Who at the school").nth(place).fill("Alice Penrose")
    page.get_by_text("Agree the audit", exact=True).click()
    page.get_by_role("button", name="Yes, save and agree the audit").click()
    expect(page.get_by_role("link", name="Decide the award")).to_be_visible()
    assert_accessible(page)


def send_the_outcome(page: Page, mailbox: Mailbox) -> bytes:
    page.get_by_role("link", name="Decide the award").click()
    assert_accessible(page)
    page.get_by_role("button", name="Award Silver").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The Latimer Primary School")
    expect(page.get_by_text("Silver", exact=True).first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Send to the school").click()
    assert_accessible(page)

    mail = mailbox.wait_for(to=COORDINATOR, subject="Silver")
    words = text_of(mail)
    assert "Singing fills this school." in words
    assert words.count("term by term.") == 3
    files = files_of(mail)
    kinds = sorted(name.rpartition(".")[2] for name in files)
    assert kinds == ["pdf", "png", "png", "svg", "svg"]
    assert mailbox.find(to=HEAD, subject="Silver")
    return next(content for name, content in files.items() if name.endswith(".pdf"))


def check_the_certificate(browser: Browser, hub: RunningProduct, certificate: bytes) -> None:
    text = " ".join(PdfReader(io.BytesIO(certificate)).pages[0].extract_text().split())
    assert "The Latimer Primary School" in text
    assert "Silver" in text
    number = re.search(r"DQA-\d{4}-\d{4}", text)
    assert number

    page = new_page(browser, hub)
    page.goto("/verify/")
    assert_accessible(page)
    page.get_by_label(re.compile("number", re.IGNORECASE)).fill(number[0])
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_text("the award is in force today")).to_be_visible()
    expect(page.get_by_text("Silver", exact=True)).to_be_visible()
    assert_accessible(page)
    page.context.close()


def fetch_the_certificate(page: Page, mailbox: Mailbox, certificate: bytes) -> None:
    open_link(page, link_in(mailbox.wait_for(to=COORDINATOR, subject="Silver")))
    expect(page.get_by_role("heading", level=1)).to_have_text("The Latimer Primary School")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"^Certificate \(PDF")).click()
    assert download.value.path().read_bytes() == certificate
    page.locator("#files-title ~ details summary").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("SVG")).first.click()
    assert b"<svg" in download.value.path().read_bytes()


def let_waiting_mail_go(hub: RunningProduct) -> None:
    """The sheet waits for a school day, and this test runs on any day: let it go now."""
    hub.manage("shell", "-c", LET_GO)


def reflect(page: Page, hub: RunningProduct, mailbox: Mailbox) -> None:
    due_on = add_months(MEETING_ON, 12)
    assert "12-month" not in hub.manage("queue_due_mail", "--as-of", (due_on - timedelta(days=1)).isoformat())
    printed = hub.manage("queue_due_mail", "--as-of", due_on.isoformat())
    assert printed.count("The Latimer Primary School") == 1
    assert "The Latimer Primary School" not in hub.manage("queue_due_mail", "--as-of", due_on.isoformat())

    let_waiting_mail_go(hub)
    mail = mailbox.wait_for(to=COORDINATOR, subject="12 months")
    assert text_of(mail).count("term by term.") == 3
    open_link(page, link_in(mail))
    expect(page.get_by_text("term by term.")).to_have_count(3)
    assert_accessible(page)
    for place in range(3):
        page.get_by_label("Under way").nth(place).check()
    page.get_by_label(re.compile("helped", re.IGNORECASE)).first.fill("Team teaching with the hub.")
    page.get_by_role("button", name="Send to the hub").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert_accessible(page)


def read_the_reflection(page: Page) -> None:
    page.goto("/schools/?q=latimer")
    assert_accessible(page)
    page.get_by_role("link", name="The Latimer Primary School").click()
    expect(page.get_by_text("Team teaching with the hub.")).to_be_visible()
    assert_accessible(page)
    page.goto("/staff/mail/")
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("Silver")).first.click()
    expect(page.get_by_text("[personal link]").first).to_be_visible()
    assert_accessible(page)
