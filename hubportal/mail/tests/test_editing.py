"""What of a waiting mail may be edited, and what must stay."""

import pytest

from hubportal.access.rules import placeholder
from hubportal.mail.editing import (
    Block,
    MailText,
    blocks_of,
    marks_of,
    mistakes_in_message,
    mistakes_in_subject,
    parts_of,
    with_marks,
    without_marks,
)

FIRST, SECOND = "3f0c0a52-6c43-4d4f-9b6b-3d7d0a3d9b11", "0b0c0a52-6c43-4d4f-9b6b-3d7d0a3d9b12"
LINK = f"https://hub.example.org/link/{placeholder(FIRST)}/"
OTHER = f"https://hub.example.org/link/{placeholder(SECOND)}/"
STOP = f"https://hub.example.org/withdraw/{placeholder(FIRST)}/"
TEXT = f"""Dear Ada,

Please look.

Open the page:
{LINK}

Music Hub
music@hub.example.org

--
You get this because you lead music.
To stop all our mail to you, open {STOP} and confirm there.
"""


def test_parts_of_a_mail_are_message_sign_off_and_closing():
    parts = parts_of(TEXT, has_sign_off=True)

    assert parts.message == f"Dear Ada,\n\nPlease look.\n\nOpen the page:\n{LINK}"
    assert parts.sign_off == "Music Hub\nmusic@hub.example.org"
    assert parts.closing.splitlines()[0] == "You get this because you lead music."
    assert parts.with_message(parts.message) == TEXT


def test_parts_of_a_mail_without_our_frame_are_one_message():
    assert parts_of("Dear Ada,\n\nbye\n", has_sign_off=False) == MailText("Dear Ada,\n\nbye", "", "")
    assert MailText("Dear Ada,", "", "").with_message("Hello") == "Hello\n"


def test_parts_of_a_mail_with_two_lines_of_dashes_end_at_the_last():
    parts = parts_of("One\n\n--\nTwo\n\n--\nWhy", has_sign_off=False)

    assert (parts.message, parts.closing) == ("One\n\n--\nTwo", "Why")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("no link", {}),
        (f"{LINK} and {LINK}", {"[personal link]": LINK}),
        (f"({LINK}).", {"[personal link]": LINK}),
        (f"{LINK}, {OTHER}", {"[personal link 1]": LINK, "[personal link 2]": OTHER}),
        (TEXT, {"[personal link]": LINK, "[link to stop our mail]": STOP}),
    ],
)
def test_marks_stand_for_the_addresses_of_links(text, marks):
    assert marks_of(text) == marks
    assert without_marks(with_marks(text, marks=marks), marks=marks) == text


def test_marks_are_known_however_they_are_written():
    assert without_marks("See [Personal Link].", marks={"[personal link]": LINK}) == f"See {LINK}."


def test_marks_that_are_not_of_this_mail_stay_words():
    assert without_marks("[personal link 3]", marks={"[personal link]": LINK}) == "[personal link 3]"


@pytest.mark.parametrize(
    ("message", "mistakes"),
    [
        ("Open [personal link]", []),
        ("Open [PERSONAL LINK] or [personal link]", []),
        ("Open it", ["“[personal link]” is missing. Put it back where the reader should find the link."]),
        (
            "Open [personal link] or [personal link 2]",
            ["“[personal link 2]” is not a link of this e-mail. Take it out."],
        ),
        (
            "[personal link], stop [link to stop our mail]",
            ["“[link to stop our mail]” is not a link of this e-mail. Take it out."],
        ),
        (
            f"[personal link] {OTHER}",
            ["Take out what begins with “[[personal-link:”. Only the marks of this e-mail may stand here."],
        ),
        (" \n", ["Write a message. To send nothing at all, cancel the e-mail instead."]),
        (
            "[personal link]" + "x" * 20_000,
            ["Keep the message to 20,000 characters; these are 20,015."],
        ),
    ],
)
def test_mistakes_in_a_message_say_how_to_mend_them(message, mistakes):
    assert mistakes_in_message(message, marks={"[personal link]": LINK}) == mistakes


@pytest.mark.parametrize(
    ("subject", "mistakes"),
    [
        ("Our meeting", []),
        ("x" * 200, []),
        ("x" * 201, ["Keep the subject to 200 characters; these are 201."]),
        ("  ", ["Write a subject."]),
        ("[personal link]", ["A personal link cannot stand in the subject. Take it out."]),
        (placeholder(FIRST), ["A personal link cannot stand in the subject. Take it out."]),
    ],
)
def test_mistakes_in_a_subject_say_how_to_mend_them(subject, mistakes):
    assert mistakes_in_subject(subject) == mistakes


def test_blocks_of_a_message_are_what_a_reader_sees():
    message = """Dear Ada,

WHAT COMES NEXT

- a sheet
- a visit that
  takes a day
1. first
2. second

Look here.
Open the page:
[personal link]
Then ring us."""

    assert blocks_of(message) == [
        Block("paragraph", ("Dear Ada,",)),
        Block("heading", ("WHAT COMES NEXT",)),
        Block("bullets", ("a sheet", "a visit that takes a day")),
        Block("numbers", ("first", "second")),
        Block("paragraph", ("Look here.",)),
        Block("button", ("Open the page", "[personal link]")),
        Block("paragraph", ("Then ring us.",)),
    ]
