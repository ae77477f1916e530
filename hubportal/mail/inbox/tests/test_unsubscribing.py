"""What a mail tells a mail program's own button."""

from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as given

from hubportal.access.rules import derive_token
from hubportal.mail.inbox.rules import Sort, read_letter, sort_letter
from hubportal.mail.inbox.tests.letters import letter
from hubportal.mail.inbox.unsubscribing import unsubscribe_headers
from hubportal.mail.models import Email

LINK = "3f0c0a52-6c43-4d4f-9b6b-3d7d0a3d9b11"
INBOX = "imaps://user:secret@imap.example.org"
TO_INBOX = "<mailto:music@hub.example.org?subject=Withdraw>"


@pytest.mark.parametrize(
    ("inbox", "is_https", "ways"),
    [
        ("", False, []),
        (INBOX, False, [TO_INBOX]),
        ("", True, ["page"]),
        (INBOX, True, ["page", TO_INBOX]),
    ],
)
def test_mail_to_a_contact_names_the_ways_to_stop_that_there_are(settings, inbox, is_https, ways):
    settings.INBOX_URL, settings.IS_HTTPS, settings.HUB_BASE_URL = inbox, is_https, "https://hub.example.org"
    settings.DEFAULT_FROM_EMAIL = "Music Hub <music@hub.example.org>"
    token = derive_token(link_id=UUID(LINK), secret=settings.SECRET_KEY)
    page = f"<https://hub.example.org/withdraw/{token}/>"

    headers = unsubscribe_headers(Email(context={"contact": 1, "link": LINK}))

    expected = ", ".join(page if way == "page" else way for way in ways)
    assert headers.get("List-Unsubscribe", "") == expected
    assert headers.get("List-Unsubscribe-Post") == ("List-Unsubscribe=One-Click" if is_https else None)


def test_mail_to_staff_names_none(settings):
    settings.INBOX_URL, settings.IS_HTTPS = INBOX, True

    assert unsubscribe_headers(Email(context={})) == {}


def test_subject_that_the_button_writes_withdraws():
    assert sort_letter(read_letter(letter(subject="Withdraw"))).sort is Sort.WITHDRAWAL


def test_no_subject_of_ours_makes_its_answer_a_withdrawal():
    """An answer repeats the subject of the mail it answers."""
    subjects = {path: path.read_text() for path in Path(given.BASE_DIR, "templates").rglob("subject.txt")}
    answers = {path: read_letter(letter(subject=f"Re: {' '.join(text.split())}")) for path, text in subjects.items()}

    assert len(answers) > 10
    assert [path for path, answer in answers.items() if sort_letter(answer).sort is Sort.WITHDRAWAL] == []
