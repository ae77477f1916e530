"""Mails for tests, already in the outbox and due."""

import factory
from django.utils import timezone

from hubportal.mail.models import Email, IncomingEmail, IncomingSort


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


class IncomingEmailFactory(factory.django.DjangoModelFactory[IncomingEmail]):
    class Meta:
        model = IncomingEmail

    message_id = factory.Sequence(lambda number: f"<in-{number}@school.example.org>")
    received_at = factory.LazyFunction(timezone.now)
    from_address = factory.Sequence(lambda number: f"sender{number}@home.example.org")
    subject = "Thursday"
    body_text = "Thursday is better."
    sort = IncomingSort.OTHER
