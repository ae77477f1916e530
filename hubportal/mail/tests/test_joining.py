"""Several mails to one address on one day become one e-mail, and nothing is lost or sent twice on the way."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.template.loader import render_to_string

from hubportal.access.rules import derive_token, placeholder
from hubportal.mail import hooks, kinds, services
from hubportal.mail.joined import joined_subject
from hubportal.mail.kinds import MailKind
from hubportal.mail.models import Email, EmailStatus, Pace
from hubportal.mail.rules import LONDON
from hubportal.mail.services import delivering, joining
from hubportal.mail.tests.factories import EmailFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)
ADDRESS = "ada@school.example.org"
SIGN_OFF = "Anytown Music Hub\nmusic@hub.example.org"
# The ids of mails that no longer apply.
OVER: set[int] = set()


class Hub:
    name = "Anytown Music Hub"
    accent_colour = ""
    contact_email = "music@hub.example.org"


@pytest.fixture(autouse=True)
def joinable_kinds(monkeypatch):
    OVER.clear()
    for key, pace, is_joinable in (
        ("letter", Pace.PACED, True),
        ("reminder", Pace.SCHOOL_DAY, True),
        ("alone", Pace.PACED, False),
        ("urgent", Pace.AT_ONCE, True),
    ):
        kind = MailKind(
            key,
            key.title(),
            lambda email: "It is over." if email.pk in OVER else None,
            pace=pace,
            is_joinable=is_joinable,
        )
        monkeypatch.setitem(kinds.KINDS, key, kind)
    # No schools here: a contact is just a number.
    monkeypatch.setattr(kinds, "UNIVERSAL_CHECKS", [])
    monkeypatch.setattr(hooks, "CALENDARS", [])
    monkeypatch.setattr(hooks, "SENDERS", [Hub])


@pytest.fixture
def announced(monkeypatch):
    ids: list[int] = []
    monkeypatch.setattr(delivering, "announce", ids.extend)
    return ids


def letter(subject: str = "Please answer: how far are you?", *, to: str = ADDRESS, **fields: Any) -> Email:
    """A due mail to the contact 1 as the templates render it, with personal links of its own."""
    link, stop = f"https://hub.example.org/link/{placeholder(uuid4())}/", f"/link/{placeholder(uuid4())}/withdraw/"
    context = {
        "hub": Hub,
        "action_url": link,
        "action_label": f"Open {subject}",
        "why": "You get this because you are the music coordinator of Wren School.",
        "stop": f"To stop all our mail to you, open {stop} and confirm there.",
    }
    kind = fields.pop("kind", "letter")
    return EmailFactory(
        kind=kind,
        pace=kinds.KINDS[kind].pace,
        to_address=to,
        subject=subject,
        not_before=NOW,
        context=fields.pop("context", {"contact": 1}),
        body_text=render_to_string("emails/base.txt", context).strip() + "\n",
        body_html=render_to_string("emails/base.html", context),
        **fields,
    )


def sweep(now: datetime = NOW) -> None:
    with time_machine.travel(now, tick=False):
        services.sweep(now=now)


def deliver(email: Email, now: datetime = NOW) -> EmailStatus | None:
    with time_machine.travel(now, tick=False):
        return services.deliver(email_id=email.pk)


def joined() -> Email:
    return Email.objects.get(kind="joined")


def statuses() -> list[str]:
    return list(Email.objects.exclude(kind="joined").order_by("pk").values_list("status", flat=True))


def test_sweep_joins_what_is_due_to_one_address(announced):
    first, second = letter(), letter("Your meeting is soon", kind="reminder", to="Ada@School.example.org")
    other = letter(to="bob@school.example.org")

    sweep()

    email = joined()
    assert statuses() == ["joined", "joined", "queued"]
    assert list(email.parts.order_by("pk")) == [first, second]
    assert (email.to_address, email.pace, email.status) == (ADDRESS, Pace.PACED, EmailStatus.QUEUED)
    assert email.context == {"contact": 1, "contacts": [1], "parts": [first.pk, second.pk]}
    assert sorted(announced) == [other.pk, email.pk]


def test_joined_mail_goes_once_and_counts_as_one(announced):
    first, second = letter(), letter()
    sweep()

    assert [deliver(email) for email in (first, second, joined())] == [None, None, EmailStatus.SENT]

    assert len(mail.outbox) == 1
    assert Email.objects.filter(counted_on=NOW.date()).get() == joined()
    first.refresh_from_db()
    assert (first.went_at, first.sent_at) == (joined().sent_at, None)
    assert joined().went_at == joined().sent_at == NOW


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "alone"},
        {"kind": "urgent"},
        {"not_before": NOW + timedelta(minutes=1)},
        {"status": EmailStatus.CANCELLED},
        # Tried already: whether it arrived nobody knows.
        {"attempts": 1},
        # To the same person as a colleague at the hub.
        {"context": {}},
    ],
)
def test_sweep_does_not_join_what_has_to_go_by_itself(announced, fields):
    letter()
    other = letter(kind=fields.pop("kind", "letter"))
    Email.objects.filter(pk=other.pk).update(**fields)

    sweep()

    assert not Email.objects.filter(kind="joined").exists()


def test_sweep_does_not_join_a_held_mail(announced, officer):
    letter()
    letter(status=EmailStatus.HELD, held_at=NOW, held_by=officer)

    sweep()

    assert statuses() == ["queued", "held"]


def test_sweep_does_not_join_what_no_longer_applies(announced):
    letter()
    OVER.add(letter().pk)

    sweep()

    assert statuses() == ["queued", "queued"]


def test_sweep_joins_only_what_may_go_today(announced, settings):
    settings.MAIL_DAILY_LIMIT = 2
    letter(), letter(), letter()

    sweep()

    assert statuses() == ["joined", "joined", "queued"]


def test_mails_queued_together_go_together(announced, django_capture_on_commit_callbacks):
    with time_machine.travel(NOW, tick=False), django_capture_on_commit_callbacks(execute=True):
        for number in range(2):
            services.queue_email(
                kind="letter", dedupe_key=f"{number}", to_address=ADDRESS, subject="S", body_text="T", body_html=""
            )

    assert (statuses(), announced) == (["joined", "joined"], [joined().pk])


def test_joined_mail_to_two_people_at_one_address_names_neither(announced):
    letter(to_name="Ada", context={"contact": 1})
    letter(to_name="Hal", context={"contact": 2})

    sweep()

    assert (joined().to_name, joined().context["contacts"]) == ("", [1, 2])


def test_joined_mail_carries_the_files_of_its_parts(announced):
    for name in ("a.txt", "b.txt"):
        letter().attachments.create(
            position=1, filename=name, content_type="text/plain", content=name.encode(), sha256=f"of {name}"
        )

    sweep()

    files = [(file.position, file.filename, bytes(file.content), file.sha256) for file in joined().attachments.all()]
    assert files == [(1, "a.txt", b"a.txt", "of a.txt"), (2, "b.txt", b"b.txt", "of b.txt")]


@pytest.mark.parametrize("size, expected", [(3, ["joined", "joined"]), (4, ["queued", "queued"])])
def test_sweep_does_not_join_what_would_be_too_large(announced, monkeypatch, size, expected):
    monkeypatch.setattr(joining, "ATTACHMENTS_AT_MOST", 6)
    for content in (b"abc", b"x" * size):
        letter().attachments.create(position=1, filename="a", content_type="text/plain", content=content, sha256="")

    sweep()

    assert statuses() == expected


def test_joined_text_has_each_message_under_its_number_with_its_own_links(announced):
    first, second = letter("Please answer: how far are you?"), letter("Your form")
    sweep()

    text = joined().body_text
    assert text.startswith(
        "There are two messages for you in this e-mail:\n\n1. Please answer: how far are you?\n2. Your form\n\n"
    )
    for number, part in enumerate((first, second), start=1):
        message, closing = part.body_text.removesuffix("\n").split("\n\n--\n")
        message = message.removesuffix(SIGN_OFF).strip()
        assert f"MESSAGE {number} OF 2: {part.subject}\n\n{message}\n\n{closing}\n" in text
    # Who signs stands once, at the end, above the lines that say why there is one mail.
    assert text.count(SIGN_OFF) == 1
    assert text.rpartition("\n--\n")[0].endswith(SIGN_OFF + "\n")


def test_joined_text_keeps_sign_offs_that_differ(announced):
    letter()
    other = letter()
    Email.objects.filter(pk=other.pk).update(body_text="Dear Ada,\n\nAll the best\nOlive\n\n--\nTo stop, say so.\n")

    sweep()

    text = joined().body_text
    assert (text.count(SIGN_OFF), text.count("All the best\nOlive")) == (1, 1)


class Outline(HTMLParser):
    """What a page is made of, and whether every element that was opened is closed in turn."""

    VOID = ("meta", "br", "img", "hr")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []
        self.counts: Counter[str] = Counter()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.counts[tag] += 1
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings.append(f"{self.open[-1]} {data}")


def test_joined_html_is_one_page_with_a_heading_for_each_message(announced):
    first = letter("Please answer: A & B")
    html = first.body_html.replace("<!-- message -->", "<!-- message --><h2>Priorities</h2>")
    Email.objects.filter(pk=first.pk).update(body_html=html)
    second = letter("Your form")
    sweep()

    outline = Outline(joined().body_html)
    assert outline.open == []
    assert {tag: outline.counts[tag] for tag in ("html", "body", "h1", "title")} == dict.fromkeys(
        ("html", "body", "h1", "title"), 1
    )
    assert outline.headings == [
        "h1 Two messages in one e-mail",
        "h2 Message 1 of 2: Please answer: A & B",
        "h3 Priorities",
        "h2 Message 2 of 2: Your form",
    ]
    for part in (first, second):
        for link in set(kinds_of_links(part.body_html)):
            assert link in joined().body_html
    assert joined().body_html.count("music@hub.example.org</a>") == 1


def kinds_of_links(html: str) -> list[str]:
    return [f"[[personal-link:{piece[:36]}]]" for piece in html.split("[[personal-link:")[1:]]


def test_joined_html_of_a_part_without_marks_shows_its_text(announced):
    letter()
    plain = letter()
    Email.objects.filter(pk=plain.pk).update(body_html="<p>Old</p>", body_text="1 < 2\n\nSecond\n\n--\nStop & go\n")

    sweep()

    html = joined().body_html
    assert "<p>1 &lt; 2</p>" in html
    assert "<p>Stop &amp; go</p>" in html


def test_joined_mail_sends_the_tokens_of_every_part(announced, settings):
    links = [uuid4(), uuid4()]
    for link in links:
        email = letter()
        context = {"contact": 1, "link": str(link)}
        Email.objects.filter(pk=email.pk).update(body_text=f"/link/{placeholder(link)}/", body_html="", context=context)
    sweep()

    deliver(joined())

    tokens = [derive_token(link_id=link, secret=settings.SECRET_KEY) for link in links]
    assert [token in mail.outbox[0].body for token in tokens] == [True, True]


@pytest.mark.parametrize(
    "subjects, expected",
    [
        (["Your form", "B"], "Your form – and one more message"),
        (["Please answer: how far?", "B", "C"], "Please answer: how far? – and two more messages"),
    ],
)
def test_joined_subject_names_the_first_and_counts_the_others(subjects, expected):
    assert joined_subject(subjects) == expected


@pytest.mark.parametrize("length", [1, 178, 179, 180, 200])
def test_joined_subject_fits_into_two_hundred_characters(length):
    subject = joined_subject(["x" * length, "y"])

    assert len(subject) <= 200
    assert subject.endswith("– and one more message")


def test_joined_mail_with_a_part_that_is_over_is_cancelled_and_the_others_go_alone(announced):
    parts = [letter("A"), letter("B"), letter("C")]
    sweep()
    OVER.add(parts[1].pk)

    assert deliver(joined()) == EmailStatus.CANCELLED

    assert (joined().last_error, joined().counted_on) == ("One of its messages no longer applies. It is over.", None)
    assert statuses() == ["queued", "cancelled", "queued"]
    assert Email.objects.get(pk=parts[1].pk).last_error == "It is over."
    later = NOW + timedelta(minutes=2)
    sweep(later)
    assert deliver(Email.objects.get(kind="joined", status="queued"), later) == EmailStatus.SENT
    assert statuses() == ["joined", "cancelled", "joined"]


def test_joined_mail_failing_for_a_while_keeps_its_parts(announced, monkeypatch):
    def refuse(message):
        raise ConnectionRefusedError

    letter(), letter()
    sweep()
    with monkeypatch.context() as patch:
        patch.setattr("hubportal.mail.services.delivering.EmailMultiAlternatives.send", refuse)
        assert deliver(joined()) == EmailStatus.QUEUED

    assert deliver(joined(), NOW + timedelta(minutes=2)) == EmailStatus.SENT
    assert (statuses(), len(mail.outbox)) == (["joined", "joined"], 1)


def test_joining_that_breaks_off_leaves_everything_as_it_was(announced, monkeypatch):
    def crash(*args):
        raise KeyboardInterrupt

    letter(), letter()
    with monkeypatch.context() as patch:
        patch.setattr(joining, "_carry_over", crash)
        with pytest.raises(KeyboardInterrupt):
            sweep()

    assert (statuses(), Email.objects.filter(kind="joined").count()) == (["queued", "queued"], 0)
    sweep()
    assert statuses() == ["joined", "joined"]


def test_taking_apart_that_breaks_off_is_done_by_the_next_worker(announced, monkeypatch):
    def crash(**arguments):
        raise KeyboardInterrupt

    first, _ = letter(), letter()
    sweep()
    OVER.add(first.pk)
    with monkeypatch.context() as patch:
        patch.setattr(delivering, "separate", crash)
        with pytest.raises(KeyboardInterrupt):
            deliver(joined())

    assert (joined().status, statuses()) == (EmailStatus.SENDING, ["joined", "joined"])
    sweep(NOW + timedelta(minutes=20))
    assert deliver(joined(), NOW + timedelta(minutes=20)) == EmailStatus.CANCELLED
    assert statuses() == ["cancelled", "queued"]


def test_joined_mail_does_not_hold_a_school_day_mail_back_for_the_number(announced, settings):
    letter(), letter(kind="reminder")
    sweep()
    settings.MAIL_DAILY_LIMIT = 0

    assert deliver(joined()) is None

    assert (joined().status, statuses()) == (EmailStatus.CANCELLED, ["queued", "queued"])
    announced.clear()
    sweep(NOW + timedelta(minutes=2))
    assert announced == [Email.objects.get(kind="reminder").pk]


def test_the_same_parts_can_come_together_again(announced, settings):
    letter(), letter(kind="reminder")
    sweep()
    settings.MAIL_DAILY_LIMIT = 0
    deliver(joined())
    settings.MAIL_DAILY_LIMIT = 5

    sweep(NOW + timedelta(minutes=2))

    first, second = Email.objects.filter(kind="joined").order_by("pk")
    assert (first.status, second.status) == (EmailStatus.CANCELLED, EmailStatus.QUEUED)
    assert second.dedupe_key == f"{first.dedupe_key}:1"


def test_cancel_queued_cancels_the_joined_mail_and_its_parts(announced):
    letter(), letter()
    sweep()

    services.cancel_queued(to_address=ADDRESS, reason="Withdrew.")

    assert (joined().status, statuses()) == (EmailStatus.CANCELLED, ["cancelled", "cancelled"])


def test_cancel_queued_after_the_joined_mail_went_leaves_its_parts(announced):
    letter(), letter()
    sweep()
    deliver(joined())

    assert services.cancel_queued(to_address=ADDRESS, reason="Withdrew.") == 0
    assert statuses() == ["joined", "joined"]


@pytest.mark.django_db(transaction=True)
def test_sweeps_and_workers_at_once_join_and_send_each_mail_once(monkeypatch):
    monkeypatch.setattr(delivering, "announce", lambda email_ids: None)
    parts = [letter(f"Letter {number}", to=f"t{number % 4}@school.example.org") for number in range(8)]
    sent: list[str] = []
    monkeypatch.setattr(
        "hubportal.mail.services.delivering.EmailMultiAlternatives.send", lambda message: sent.append(message.body)
    )
    together = threading.Barrier(4)

    def work(number: int) -> None:
        together.wait()
        try:
            if number < 2:
                services.sweep(now=NOW)
            for email in Email.objects.filter(status=EmailStatus.QUEUED):
                services.deliver(email_id=email.pk)
        finally:
            connection.close()

    with time_machine.travel(NOW, tick=False):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        for email in Email.objects.filter(status=EmailStatus.QUEUED):
            services.deliver(email_id=email.pk)

    # "Letter 3" stands once as a heading or as the one button of a mail of its own.
    assert Counter(part.subject for part in parts for body in sent if f"Open {part.subject}:" in body) == Counter(
        part.subject for part in parts
    )
