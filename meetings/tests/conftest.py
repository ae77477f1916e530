"""A fixed day, and people who are signed in."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.test import Client

from hubportal.accounts.models import User
from schools.models import School
from schools.tests.factories import SchoolFactory


@pytest.fixture
def friday(time_machine):
    """Friday 20 November 2026, ten o'clock, and no visits counted yet."""
    time_machine.move_to(datetime(2026, 11, 20, 10, 0, tzinfo=UTC), tick=False)
    cache.clear()


@pytest.fixture
def sign_in(client: Client):
    """Signs a member of staff in, instead of whoever was."""

    def sign(user: User | None) -> Client:
        client.logout()
        if user:
            client.force_login(user)
        return client

    return sign


@pytest.fixture
def school() -> School:
    """The school that asks by the public form."""
    return SchoolFactory(name="Anstey Primary School", town="Anstey", postcode="LE7 7AA", head_name="Mrs H Known")
