import logging

from hubportal.log import RedactPersonalData, redact


def test_redact_hides_tokens_and_addresses():
    text = 'GET /link/abc-DEF_123/ and "/withdraw/xyz" by ada.lee+music@school.example.org'

    assert redact(text) == 'GET /link/[token]/ and "/withdraw/[token]" by [address]'


def test_redact_personal_data_covers_the_arguments_of_a_record():
    record = logging.LogRecord("x", logging.INFO, "", 1, "sent to %s", ("ada@school.example.org",), None)

    RedactPersonalData().filter(record)

    assert record.getMessage() == "sent to [address]"
