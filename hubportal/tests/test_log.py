import logging
import sys

from hubportal.log import RedactingFormatter, redact


def test_redact_hides_tokens_and_addresses():
    text = 'GET /link/abc-DEF_123/ and "/withdraw/xyz" by ada.lee+music@school.example.org'

    assert redact(text) == 'GET /link/[token]/ and "/withdraw/[token]" by [address]'


def test_redact_hides_the_address_of_a_private_calendar():
    assert redact("Not Found: /calendar/abc-DEF_123/meetings.ics") == "Not Found: /calendar/[token]/meetings.ics"


def test_redact_hides_the_token_of_a_saved_request():
    assert redact("POST /request-a-meeting/saved/abc-DEF_123/ 302") == "POST /request-a-meeting/saved/[token]/ 302"


def test_redacting_formatter_covers_arguments_and_tracebacks():
    try:
        raise ValueError("Key (email)=(ada@school.example.org) at /link/secret/")
    except ValueError:
        caught = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "", 1, "sent to %s", ("bea@school.example.org",), caught)

    printed = RedactingFormatter("%(message)s").format(record)

    assert printed.splitlines()[0] == "sent to [address]"
    assert printed.splitlines()[-1] == "ValueError: Key (email)=([address]) at /link/[token]/"
