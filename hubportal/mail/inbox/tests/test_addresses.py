"""The setting that says where the mailbox is."""

import pytest

from hubportal.mail.inbox.rules import InboxAddress, Security, read_inbox_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "imaps://music%40hub.example.org:p%40ss%2Fw%3Ard@imap.example.org",
            InboxAddress("imap.example.org", 993, "music@hub.example.org", "p@ss/w:rd", "INBOX", Security.TLS),
        ),
        (
            "imaps://u:p@imap.example.org:1993/INBOX/Answers%20to%20us",
            InboxAddress("imap.example.org", 1993, "u", "p", "INBOX/Answers to us", Security.TLS),
        ),
        (
            "imap://u:p@imap.example.org/?starttls=1",
            InboxAddress("imap.example.org", 143, "u", "p", "INBOX", Security.STARTTLS),
        ),
        (
            "imap://u:p@localhost:10143/INBOX",
            InboxAddress("localhost", 10143, "u", "p", "INBOX", Security.NONE),
        ),
    ],
)
def test_inbox_url_names_server_user_and_folder(url, expected):
    assert read_inbox_url(url) == expected


LIKE = "imaps://user:password@imap.example.org/INBOX"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("secret", f"INBOX_URL must begin with imaps:// or imap:// and name a server, like {LIKE}."),
        ("https://u:secret@x.org", f"INBOX_URL must begin with imaps:// or imap:// and name a server, like {LIKE}."),
        ("imaps://x.org", f"INBOX_URL must name a user and a password, like {LIKE}."),
        ("imaps://secret@x.org", f"INBOX_URL must name a user and a password, like {LIKE}."),
        ("imaps://u:secret@x.org:port", f"INBOX_URL cannot be read: write it like {LIKE}, with percent-encoded signs."),
        ("imaps://u:sec/ret@x.org", f"INBOX_URL cannot be read: write it like {LIKE}, with percent-encoded signs."),
        ("imaps://u:secret%0d%0a@x.org", "INBOX_URL holds a line break or another sign that no mailbox takes."),
        (
            "imap://u:secret@x.org",
            "INBOX_URL would send the password in the open: use imaps://, or add ?starttls=1.",
        ),
    ],
)
def test_wrong_inbox_url_is_refused_in_a_sentence_without_the_password(url, sentence):
    with pytest.raises(ValueError) as refused:
        read_inbox_url(url)

    assert str(refused.value) == sentence
    assert refused.value.__cause__ is None


def test_password_is_not_in_what_is_printed_of_an_address():
    assert "secret" not in repr(read_inbox_url("imaps://u:secret@x.org"))
