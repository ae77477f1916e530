"""What must hold of mail that came in, whatever the code does: each constraint of its table, broken once."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from hubportal.mail.models import IncomingEmail
from hubportal.mail.tests.factories import IncomingEmailFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("mail_incomingemail_sort_known", {"sort": "gossip"}),
        ("mail_incomingemail_handled_in_full", {"handled_at": timezone.now()}),
        ("mail_incomingemail_message_id", {"message_id": "<1@school.example.org>"}),
    ],
)
def test_database_refuses_what_must_not_be(constraint, changes):
    IncomingEmailFactory(message_id="<1@school.example.org>")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        IncomingEmailFactory(**changes)


def test_every_constraint_of_the_table_is_broken_once():
    (parameters,) = (mark.args[1] for mark in test_database_refuses_what_must_not_be.pytestmark)

    assert {each.name for each in IncomingEmail._meta.constraints} - {name for name, _ in parameters} == set()
