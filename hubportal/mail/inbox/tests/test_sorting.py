"""What a letter is."""

import pytest

from hubportal.mail.inbox.rules import Bounce, Sort, Sorted, read_letter, sort_letter
from hubportal.mail.inbox.tests.letters import OURS, delivery_report, letter
from hubportal.mail.models import IncomingSort


def sort(raw: bytes) -> Sorted:
    return sort_letter(read_letter(raw))


def test_sorts_are_those_of_the_database():
    assert [sort.value for sort in Sort] == IncomingSort.values


@pytest.mark.parametrize(
    "subject",
    [
        "Withdraw",
        "withdraw",
        "WITHDRAW!",
        "Re: Your meeting on 3 March WITHDRAW",
        "Withdraw Re: Your meeting is booked",
        "RE: AW: withdraw",
        "[EXTERNAL] Withdraw",
        "I withdraw my consent",
        "Please withdraw me from your mailing list",
        "Withdraw, no more mail please",
        "Withdraw: I no longer wish to hear from you",
    ],
)
def test_subject_that_says_withdraw_withdraws(subject):
    assert sort(letter(subject=subject)) == Sorted(Sort.WITHDRAWAL)


@pytest.mark.parametrize(
    "subject",
    [
        "Please do not withdraw us",
        "Don’t withdraw me",
        "Withdraw not meant",
        "How do I withdraw",
        "Withdraw?",
        "Should I write withdraw here? Please tell me",
        "Undo withdraw",
        "Withdraw from the meeting on Thursday",
        "Withdraw our request",
        "withdraw my meeting request",
        "Fwd: Withdraw",
        "Re: FW: Withdraw",
        "Withdrawal from whole-class lessons",
        "We withdrew",
    ],
)
def test_subject_that_may_mean_something_else_goes_to_a_person(subject):
    assert sort(letter(subject=subject)) == Sorted(Sort.OTHER, is_unclear=True)


@pytest.mark.parametrize("subject", ["", "Hello", "A withdrawn child", "with draw"])
def test_subject_without_the_word_does_not_withdraw(subject):
    assert sort(letter(subject=subject)).sort is Sort.OTHER


def test_word_in_the_text_alone_does_not_withdraw():
    assert sort(letter(subject="Hello", text="Withdraw")) == Sorted(Sort.OTHER)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation); x=y"},
        {"X_Auto_Response_Suppress": "All"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"List_Id": "<news.example.org>"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"subject": "Automatic reply: Withdraw"},
        {"subject": "Out of office Re: Withdraw"},
        {"subject": "Re: Auto-reply: withdraw"},
    ],
)
def test_automatic_answer_never_withdraws(headers):
    assert sort(letter(**{"subject": "Re: Withdraw"} | headers)) == Sorted(Sort.AUTOMATIC)


def test_mail_that_says_it_is_not_automatic_withdraws():
    assert sort(letter(Auto_Submitted="No")) == Sorted(Sort.WITHDRAWAL)


def test_delivery_report_of_a_failure_is_a_bounce():
    assert sort(delivery_report()) == Sorted(
        Sort.BOUNCE,
        bounce=Bounce(
            recipient="music@school.example.org",
            status="5.1.1",
            reason="550 5.1.1 the address: Recipient address rejected: User unknown",
            is_address_dead=True,
        ),
    )


@pytest.mark.parametrize(
    ("status", "diagnostic", "is_dead"),
    [
        ("5.1.1", "", True),
        ("5.1.10", "", True),
        ("5.1.2", "", True),
        ("5.2.1", "", True),
        ("5.4.1", "", True),
        ("5.0.0", "", True),
        ("5.5.0", "", True),
        # The server's own words say more than a status that says nothing.
        ("5.0.0", "smtp; 554 5.7.1 Message rejected as spam", False),
        ("", "smtp; 550 no such user", True),
        ("", "", False),
        # What is wrong with the mail, with us or for a while says nothing about the address.
        ("5.1.8", "", False),
        ("5.2.2", "", False),
        ("5.3.4", "", False),
        ("5.4.6", "", False),
        ("5.6.1", "", False),
        ("5.7.1", "", False),
        ("5.7.26", "", False),
        ("4.4.7", "", False),
        ("4.2.2", "", False),
    ],
)
def test_only_some_codes_say_that_the_address_is_dead(status, diagnostic, is_dead):
    found = sort(delivery_report(status=status, diagnostic=diagnostic))

    assert found.sort is Sort.BOUNCE
    assert found.bounce
    assert found.bounce.is_address_dead is is_dead


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", "the address is not known there (5.1.1)"),
        ("5.2.1", "the mailbox takes no mail (5.2.1)"),
        ("5.7.1", "no reason given (5.7.1)"),
        ("x", "no reason given"),
    ],
)
def test_bounce_without_words_gets_plain_ones(status, reason):
    found = sort(delivery_report(status=status, diagnostic=""))

    assert found.bounce
    assert found.bounce.reason == reason


@pytest.mark.parametrize("action", ["delayed", "Delayed"])
def test_delivery_report_of_a_delay_is_no_bounce(action):
    assert sort(delivery_report(action=action, status="4.4.1")) == Sorted(Sort.DELAY)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_delivery_report_of_success_needs_nobody(action):
    assert sort(delivery_report(action=action, status="2.0.0")) == Sorted(Sort.AUTOMATIC)


def test_read_receipt_needs_nobody():
    raw = letter(subject="Read: Withdraw").replace(
        b"Content-Type: text/plain",
        b'Content-Type: multipart/report; report-type=disposition-notification; boundary="x"\nX-Was: text/plain',
    )

    assert sort(raw) == Sorted(Sort.AUTOMATIC)


def test_complaint_about_our_mail_goes_to_a_person():
    raw = letter(subject="Complaint").replace(
        b"Content-Type: text/plain",
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="x"\nX-Was: text/plain',
    )

    assert sort(raw) == Sorted(Sort.OTHER)


FREE_FORM = f"""\
Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<music@school.example.org>:
Sorry, no mailbox here by that name. {{code}}

--- Below this line is a copy of the message.

Message-ID: {OURS}
Subject: Your meeting
"""


@pytest.mark.parametrize(
    ("code", "status", "is_dead"),
    [("(#5.1.1)", "5.1.1", True), ("", "5.0.0", True), ("(#5.7.1)", "5.7.1", False), ("(#4.2.1)", "4.2.1", False)],
)
def test_free_form_report_of_a_mail_server_is_a_bounce(code, status, is_dead):
    raw = letter(sender="MAILER-DAEMON@mx.example.org", subject="failure notice", text=FREE_FORM.format(code=code))
    found = sort(raw)

    assert found.sort is Sort.BOUNCE
    assert found.bounce
    assert (found.bounce.recipient, found.bounce.status, found.bounce.is_address_dead) == (
        "music@school.example.org", status, is_dead,
    )  # fmt: skip


def test_free_form_report_of_a_delay_is_no_bounce():
    raw = letter(sender="postmaster@mx.example.org", subject="Warning: message delayed 24 hours", text="Still trying.")

    assert sort(raw) == Sorted(Sort.DELAY)


def test_person_who_quotes_a_report_is_a_person():
    raw = letter(subject="Undelivered mail?", text=FREE_FORM.format(code="(#5.1.1)"))

    assert sort(raw) == Sorted(Sort.OTHER)
