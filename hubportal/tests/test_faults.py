"""The worst that happens to machines: the worker dies in the middle of a thousand mails, the queue is gone."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, expect

from hubportal.tests.live import RunningProduct, free_port, product
from hubportal.tests.mailbox import Mailbox
from meetings.rules import first_working_day

pytestmark = pytest.mark.live

MAILS = 1000
QUEUE_MAILS = f"""
from hubportal.mail.models import Email
Email.objects.bulk_create(
    Email(
        kind="booking_cancelled", dedupe_key=f"fault:{{n}}", to_address=f"teacher{{n}}@school.example.org",
        subject=f"Mail {{n}}", body_text="Text", body_html="<p>Text</p>", message_id=f"<{{n}}@hub.example.org>",
    )
    for n in range({MAILS})
)
"""
SWEEP = "from hubportal.mail.services import sweep; from django.utils import timezone; sweep(now=timezone.now())"
# Fifteen minutes later, when a worker that never reported back is taken for dead.
LATER = """
from datetime import timedelta
from django.db.models import F
from hubportal.mail.models import Email
Email.objects.filter(status="sending").update(claimed_at=F("claimed_at") - timedelta(minutes=16))
"""
BY_STATUS = "SELECT status, count(*) FROM mail_email GROUP BY status"


class Sink:
    """A mail server that takes everything and remembers how often it took each Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        lines = envelope.content.decode().splitlines()
        message_id = next(line.partition(":")[2].strip() for line in lines if line.lower().startswith("message-id:"))
        with self._lock:
            self.taken[message_id] += 1
        return "250 Taken"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    sink, port = Sink(), free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    yield sink, port
    server.stop()


def shell(running: RunningProduct, code: str) -> str:
    return running.manage("shell", "--no-imports", "-c", code)


def statuses(running: RunningProduct) -> dict[str, int]:
    return dict(running.rows(BY_STATUS))


def sweep(running: RunningProduct) -> bool:
    """What beat does every two minutes. Always true, to stand in what a test waits for."""
    shell(running, SWEEP)
    return True


def test_worker_killed_among_a_thousand_mails_loses_none(sink: tuple[Sink, int]) -> None:
    server, port = sink
    with product(EMAIL_URL=f"smtp://127.0.0.1:{port}") as running:
        shell(running, QUEUE_MAILS + SWEEP)
        running.wait_for(lambda: server.taken.total() >= MAILS // 4, seconds=60, what="a quarter of the mails")

        running.kill_worker()
        killed = statuses(running)
        shell(running, LATER)
        running.start_worker()
        # Beat would ask every two minutes; here it asks without a pause.
        running.wait_for(
            lambda: len(server.taken) == MAILS or (sweep(running) and False), seconds=120, what="all mails"
        )
        running.wait_for(lambda: statuses(running) == {"sent": MAILS}, seconds=30, what="all rows")

    in_flight = killed.get("sending", 0)
    # It died with work left, and with no more in its hands than the two it works on at a time.
    assert killed["queued"] > 0
    assert in_flight <= 2
    assert server.taken.total() <= MAILS + in_flight


# --- The queue is gone ----------------------------------------------------------------------------

TEACHERS = ("ada", "ben", "cara")
SCHOOLS = f"""
from schools.models import School
for number, name in enumerate({TEACHERS!r}):
    School.objects.create(urn=900000 + number, name="School of " + name, la_code="855", audit_offer="primary")
"""


def ask_for_a_meeting(browser: Browser, running: RunningProduct, number: int) -> str:
    """Fill in the public form for one school; the reference the page gives."""
    context = browser.new_context(locale="en-GB", base_url=running.url)
    page = context.new_page()
    page.goto(f"/request-a-meeting/?school={900000 + number}")
    page.get_by_label("Your name").fill(TEACHERS[number].title())
    page.get_by_label("Music coordinator").check()
    page.get_by_label("Your e-mail address").fill(f"{TEACHERS[number]}@school.example.org")
    page.get_by_label(re.compile("^A first meeting")).check()
    day = first_working_day(date.today() + timedelta(days=14))
    page.get_by_role("textbox", name=re.compile("^Day 1")).fill(day.isoformat())
    page.get_by_label(re.compile("^I agree")).check()
    while page.get_by_role("button", name="Continue").count():
        # Faster than people type: the form asks once more.
        page.get_by_role("button", name="Continue").last.click()
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    reference = re.search(r"MR-\w{5}", page.get_by_role("main").inner_text())
    context.close()
    assert reference
    return reference[0]


@pytest.mark.browser
def test_requests_come_in_while_the_queue_is_gone_and_their_mails_go_when_it_is_back(browser: Browser) -> None:
    with product() as running:
        shell(running, SCHOOLS)
        running.kill_queue()

        references = [ask_for_a_meeting(browser, running, number) for number in range(len(TEACHERS))]
        sent_meanwhile = running.mails()
        waiting = statuses(running)
        running.start_queue()
        mailbox = Mailbox(running)
        # Beat would ask every two minutes.
        running.wait_for(
            lambda: statuses(running).get("queued", 0) == 0 or (sweep(running) and False),
            seconds=60,
            what="the mails",
        )

        for teacher, reference in zip(TEACHERS, references, strict=True):
            mailbox.wait_for(to=f"{teacher}@school.example.org", subject=reference)
    # Each request thanks the teacher and tells the hub.
    assert (len(sent_meanwhile), waiting) == (0, {"queued": 2 * len(TEACHERS)})
