"""Mails for tests, already in the outbox and due."""

import factory

from hubportal.mail.models import Email


class EmailFactory(factory.django.DjangoModelFactory[Email]):
    class Meta:
        model = Email

    kind = "test"
    dedupe_key = factory.Sequence(lambda number: f"test:{number}")
    to_address = factory.Sequence(lambda number: f"teacher{number}@school.example.org")
    subject = "Your meeting"
    body_text = "Dear colleague, your meeting is booked."
    body_html = "<p>Dear colleague, your meeting is booked.</p>"
    message_id = factory.Sequence(lambda number: f"<test-{number}@hub.example.org>")
