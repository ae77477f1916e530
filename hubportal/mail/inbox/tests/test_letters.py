"""Reading mails: all that is needed of good ones, and nothing bad from the others."""

import base64
from email import message_from_bytes

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hubportal.mail.inbox.rules import Letter, Report, letters, read_letter, sort_letter
from hubportal.mail.inbox.rules.letters import (
    ADDRESS_LENGTH,
    ID_LENGTH,
    IDS_AT_MOST,
    RAW_HEADER_LENGTH,
    RAW_LENGTH,
    SUBJECT_LENGTH,
    TEXT_LENGTH,
    beginning,
)
from hubportal.mail.inbox.tests.letters import NOT_KNOWN, OURS, delivery_report, letter


def test_letter_is_read_with_what_it_answers():
    raw = letter(
        sender='"Lee, Ada" <ada@school.example.org>',
        subject="=?utf-8?q?Caf=C3=A9?= music",
        In_Reply_To=OURS,
        References=f"<0@other.example.org> {OURS}",
    )

    assert read_letter(raw) == Letter(
        message_id="<1@school.example.org>",
        from_address="ada@school.example.org",
        subject="Café music",
        text="Please stop.",
        answered_ids=(OURS, "<0@other.example.org>"),
        report_type="",
        reports=(),
        says_automatic=False,
    )


@pytest.mark.parametrize("original_type", ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"])
def test_report_names_the_mail_of_ours_that_it_holds(original_type):
    found = read_letter(delivery_report(original_type=original_type))

    assert found.answered_ids == (OURS,)
    assert found.report_type == "delivery-status"
    assert found.reports == (
        Report(recipient="music@school.example.org", action="failed", status="5.1.1", diagnostic=NOT_KNOWN),
    )


def test_report_that_was_sent_encoded_is_read():
    raw = delivery_report()
    status = raw.partition(b"message/delivery-status\r\n\r\n")[2].partition(b"\r\n--limit")[0]
    encoded = b"message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(status)

    found = read_letter(raw.replace(b"message/delivery-status\r\n\r\n" + status, encoded))

    assert [(report.action, report.status) for report in found.reports] == [("failed", "5.1.1")]


def test_words_of_the_mail_inside_a_report_are_not_its_own():
    found = read_letter(delivery_report())

    assert found.text == "I am sorry to have to inform you that your message could not be delivered."


def test_html_letter_is_read_as_lines_of_text():
    raw = letter(text="x").replace(b"text/plain", b"text/html")
    raw = raw.replace(b"\nx\n", b"\n<style>p {}</style><p>Please <b>stop</b>.</p><div>Ada</div><![x[\n")

    assert read_letter(raw).text == "Please stop .\nAda"


def test_letter_without_message_id_gets_one_of_its_bytes():
    one, other = letter(message_id=""), letter(message_id="", text="Another")

    assert read_letter(one).message_id == read_letter(one).message_id
    assert read_letter(one).message_id != read_letter(other).message_id
    assert read_letter(one).message_id.endswith("@no-message-id.invalid>")


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "nobody",
        "ada@school.example.org, bea@school.example.org",
        f"{'a' * 300}@school.example.org",
        "ada@localhost",
        "Ada <ada@school.example.org> <bea@school.example.org>",
    ],
)
def test_sender_in_doubt_is_nobody(sender):
    raw = letter(sender="x@example.org").replace(b"From: x@example.org", f"From: {sender}".encode())

    assert read_letter(raw).from_address == ""


def test_two_senders_headers_are_nobody():
    raw = b"From: ada@school.example.org\r\n" + letter(sender="bea@school.example.org")

    assert read_letter(raw).from_address == ""


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"Subject: Caf\xc3\xa9", "Café"),
        (b"Subject: Caf\xe9", "Caf\ufffd"),
        (b"Subject: =?x-unknown?q?Caf=C3=A9?=", "Café"),
        (b"Subject: =?utf-8?b?w?=", "=?utf-8?b?w?="),
        (b"Subject: a\0b\x07c", "a\ufffdb\ufffdc"),
        (b"Subject: " + b"x" * 5000, "x" * SUBJECT_LENGTH),
    ],
)
def test_odd_subject_survives(header, subject):
    assert read_letter(header + b"\r\n\r\nHello").subject == subject


def test_quoted_personal_link_is_not_kept():
    token = "A1b2-" * 8 + "xyz"
    text = f"> https://hub.example.org/link/{token}/\n> https://hub.example.org/withdraw/\n> {token}/ stays http://x.org/a/"

    assert read_letter(letter(text=text)).text == (
        "> https://hub.example.org/link/[not shown]/\n> https://hub.example.org/withdraw/[not shown]/ stays http://x.org/a/"
    )


def test_deeply_nested_letter_is_read_in_part():
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(600)
    )

    assert read_letter(b"Subject: Deep\r\n" + nested).from_address == ""


# --- Mails made to keep the portal busy ------------------------------------------------------------------------------

HEAD = b"From: ada@school.example.org\nMessage-ID: <1@school.example.org>\nSubject: Hello\n"


def nested(depth: int, *, name: bytes = b"boundary", lines: int = 0) -> bytes:
    """A mail of parts in parts, with empty lines in the innermost."""
    parts = (b"Content-Type: multipart/mixed; %s=b%d\n\n--b%d\n" % (name, part, part) for part in range(depth))
    return HEAD + b"".join(parts) + b"Content-Type: text/plain\n\nHello" + b"\n" * lines


@pytest.fixture
def parsed(monkeypatch) -> list[int]:
    """How many lines the library was given to read, for each time it was asked."""
    asked = []

    def count(raw: bytes, **options):
        asked.append(len(raw.splitlines()))
        return message_from_bytes(raw, **options)

    monkeypatch.setattr(letters, "message_from_bytes", count)
    return asked


@pytest.mark.parametrize("name", [b"boundary", b"BOUNDARY*0*", b"boundary\t \x1c"])
def test_letter_of_parts_in_parts_without_end_is_not_taken_apart(parsed, name):
    raw = nested(31, name=name, lines=200_000)

    found = read_letter(raw)

    assert parsed == []
    assert (found.from_address, found.subject) == ("", "")
    assert found.text.startswith("From: ada@school.example.org")
    assert found.message_id == read_letter(raw).message_id


def test_letter_of_as_many_parts_as_mails_have_is_read(parsed):
    found = read_letter(nested(30))

    assert (found.from_address, found.text, len(parsed)) == ("ada@school.example.org", "Hello", 1)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_only_the_first_lines_of_a_letter_are_read(parsed, line_end):
    read_letter(HEAD + b"Content-Type: text/plain\n\nHello" + line_end * 200_000)

    assert parsed == [5000]


def test_only_the_first_bytes_of_a_letter_are_read():
    assert beginning(b"x" * (RAW_LENGTH + 1)) == b"x" * RAW_LENGTH


def test_report_of_blocks_without_end_is_read_in_part(parsed, monkeypatch):
    texts = []
    read = letters._headers_in
    monkeypatch.setattr(letters, "_headers_in", lambda text: texts.append(text) or read(text))

    found = read_letter(HEAD + b"Content-Type: message/delivery-status\n\n" + b"A: b\n\n" * 300_000)

    assert (parsed, len(texts)) == ([5000], 20)
    assert (found.from_address, found.reports) == ("ada@school.example.org", ())


def test_status_after_too_many_blocks_is_not_looked_for():
    blocks = b"A: b\n\n" * 19 + b"Action: failed\n\n" * 2

    found = read_letter(HEAD + b"Content-Type: message/delivery-status\n\n" + blocks)

    assert [report.action for report in found.reports] == ["failed"]


@pytest.mark.parametrize("value", [b'"' + b";" * 200_000, b";" * 200_000, b"x\n " * 4000])
def test_header_is_cut_before_it_is_taken_apart(monkeypatch, value):
    lengths = []
    cut = letters.ShortHeaders.header_source_parse

    def watch(self, lines: list[str]) -> tuple[str, str]:
        header = cut(self, lines)
        lengths.append(len(header[1]))
        return header

    monkeypatch.setattr(letters.ShortHeaders, "header_source_parse", watch)

    found = read_letter(HEAD + b"Content-Type: multipart/mixed; " + value + b"\n\nHello")

    assert (found.from_address, max(lengths)) == ("ada@school.example.org", RAW_HEADER_LENGTH)


def test_headers_that_came_encoded_are_read_without_the_parts_they_speak_of(monkeypatch):
    hidden = base64.encodebytes(b"Message-ID: " + OURS.encode() + b"\n" + nested(100))
    read, kept = letters._headers_in, []
    monkeypatch.setattr(letters, "_headers_in", lambda text: kept.append(read(text)) or kept[-1])

    found = read_letter(HEAD + b"Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n" + hidden)

    assert (found.answered_ids, [each.is_multipart() for each in kept]) == ((OURS,), [False])


# --- Whatever comes ------------------------------------------------------------------------------------------------

ODD = st.binary(max_size=400)
HEADER_NAMES = (
    "From",
    "Subject",
    "Message-ID",
    "References",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Auto-Submitted",
)
PIECES = st.one_of(
    ODD,
    st.sampled_from(
        [
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n",
            b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: ",
            b"Content-Type: message/rfc822\r\n\r\n",
            b"Content-Type: text/plain; charset*=utf-8''%FF\r\n",
            b"Content-Type: text/html; charset=utf-7\r\n\r\n+2AA-<![if",
            b"=?utf-8?q?=ff?= =?idna?b?//8?=",
            b"\r\n\r\n",
            b"\r\n--x\r\n",
        ]
    ),
    st.tuples(st.sampled_from(HEADER_NAMES), ODD).map(lambda pair: pair[0].encode() + b": " + pair[1] + b"\r\n"),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=12).map(b"".join))
@example(b"")
@example(b"\0")
@example(delivery_report().replace(b"multipart/report;", b"multipart/report; charset*=idna''x;"))
def test_whatever_comes_is_read_within_bounds(raw):
    found = read_letter(raw)

    sort_letter(found)
    texts = [found.message_id, found.from_address, found.subject, found.text, *found.answered_ids]
    texts += [text for report in found.reports for text in (report.recipient, report.status, report.diagnostic)]
    assert "\0" not in "".join(texts)
    # What PostgreSQL takes.
    assert "".join(texts).encode()
    assert 3 <= len(found.message_id) <= ID_LENGTH
    assert len(found.from_address) <= ADDRESS_LENGTH
    assert len(found.subject) <= SUBJECT_LENGTH
    assert len(found.text) <= TEXT_LENGTH
    assert len(found.answered_ids) <= IDS_AT_MOST


def test_letter_that_the_library_cannot_read_is_still_kept(monkeypatch):
    def fail(raw: bytes, **options: object) -> None:
        raise RecursionError

    monkeypatch.setattr("hubportal.mail.inbox.rules.letters.message_from_bytes", fail)
    found = read_letter(b"Subject: x\r\n\r\nHello \xff\0")

    assert found.text == "Subject: x\r\n\r\nHello \ufffd\ufffd"
    assert message_from_bytes(b"").get_payload() == ""
