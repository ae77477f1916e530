"""Why a mail did not get through, in plain sentences."""

import pytest

from hubportal.mail import reasons
from hubportal.mail.reasons import Reason, reason_of


@pytest.mark.parametrize(
    ("last_error", "sentence", "is_temporary"),
    [
        ("SMTPRecipientsRefused 550: {'a@b.example.org': (550, b'5.1.1 User unknown')}", reasons.UNKNOWN, False),
        ("SMTPRecipientsRefused 550: {'a@b.example.org': (550, b'No such user here')}", reasons.UNKNOWN, False),
        ("SMTPResponseException 550: (550, b'5.1.2 Bad domain')", reasons.NO_DOMAIN, False),
        ("SMTPRecipientsRefused 550: (550, b'5.2.1 Mailbox disabled')", reasons.MOVED, False),
        ("SMTPRecipientsRefused 552: (552, b'5.2.2 Over quota')", reasons.FULL, False),
        ("SMTPRecipientsRefused 452: (452, b'4.2.2 Mailbox full')", reasons.FULL, True),
        ("SMTPDataError 552: (552, b'5.3.4 Message too big')", reasons.TOO_LARGE, False),
        ("SMTPDataError 552: (552, b'sorry')", reasons.TOO_LARGE, False),
        ("SMTPDataError 550: (550, b'5.7.1 Blocked')", reasons.REFUSED, False),
        ("SMTPDataError 554: (554, b'Looks like spam')", reasons.REFUSED, False),
        ("SMTPRecipientsRefused 550: (550, b'Go away')", reasons.REFUSED, False),
        ("SMTPRecipientsRefused 450: (450, b'4.7.1 Greylisted')", reasons.TEMPORARY, True),
        ("SMTPResponseException 451: (451, b'try later')", reasons.TEMPORARY, True),
        ("SMTPResponseException 521: (521, b'none here')", reasons.OTHER, False),
        ("SMTPServerDisconnected : gone", reasons.UNREACHED, True),
        ("ConnectionRefusedError : [Errno 111]", reasons.UNREACHED, True),
        ("TimeoutError :", reasons.UNREACHED, True),
        ("SMTPAuthenticationError 535: (535, b'5.7.8 no')", reasons.SIGN_IN, False),
        ("SMTPSenderRefused 553: (553, b'no')", reasons.SIGN_IN, False),
        ("UnicodeEncodeError: 'ascii' codec", reasons.BROKEN, False),
        ("SMTPException : odd", reasons.OTHER, False),
    ],
)
def test_reason_says_in_a_sentence_what_the_server_meant(last_error, sentence, is_temporary):
    assert reason_of(last_error) == Reason(sentence, last_error, is_temporary=is_temporary)


def test_reason_of_a_mail_that_did_not_fail_is_none():
    assert reason_of("") is None


@pytest.mark.parametrize("enhanced", [f"5.{subject}.{detail}" for subject, detail in reasons.BY_ENHANCED])
def test_reason_knows_each_enhanced_code(enhanced):
    _, subject, detail = enhanced.split(".")
    sentence = reasons.BY_ENHANCED[int(subject), int(detail)]

    assert reason_of(f"SMTPDataError 550: (550, b'{enhanced} x')").sentence == sentence
