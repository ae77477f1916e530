"""Who opens the pages in tests: members of staff, and contacts who came in by their link. Known to every test."""

from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client

from hubportal.accounts.models import Role, User
from schools.models import Contact, ContactLink
from schools.permissions import SESSION_KEY
from schools.tests.factories import UserFactory


@pytest.fixture
def officer(client: Client) -> User:
    """The client is signed in as an officer."""
    user = UserFactory(name="Olga Officer")
    client.force_login(user)
    return user


@pytest.fixture
def as_role(client: Client) -> Callable[[Role | None], Client]:
    """Signs the client in as somebody of this role; None signs nobody in."""

    def sign_in(role: Role | None) -> Client:
        if role:
            client.force_login(UserFactory(role=role))
        return client

    return sign_in


@pytest.fixture
def as_contact(client: Client) -> Callable[[Contact], Client]:
    """Lets the client in as this contact, as pressing the button behind a personal link does."""

    def enter(contact: Contact) -> Client:
        link = ContactLink.mint(destination="/my-school/", contact=contact)
        link.save()
        session = client.session
        session[SESSION_KEY] = str(link.pk)
        session.save()
        return client

    return enter


def said(response: HttpResponse) -> list[str]:
    """The messages that the next page shows."""
    return [str(message) for message in get_messages(response.wsgi_request)]
