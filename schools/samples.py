"""Made-up people, a made-up school and the mails to them, for staff to look at. Nothing here is ever saved."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from hubportal.accounts.models import User
from hubportal.mail.kinds import Sample, register_samples
from schools.emails import PERSONAL_LINK, contact_context
from schools.models import Contact, ContactLink, ContactRole, School


def sample_school() -> School:
    return School(
        urn=100000,
        name="Hillside Primary School",
        street="Church Lane",
        town="Anytown",
        postcode="AB1 2CD",
        phase_name="Primary",
        pupils=214,
        head_name="Mr Peter Hall",
    )


def sample_contact(*, role: ContactRole = ContactRole.MUSIC_COORDINATOR) -> Contact:
    """The music coordinator of the made-up school, or its head teacher."""
    name, email = (
        ("Peter Hall", "head@hillside.example.org")
        if role == ContactRole.HEAD_TEACHER
        else ("Maya Singh", "maya.singh@hillside.example.org")
    )
    return Contact(school=sample_school(), name=name, role=role, email=email)


def sample_officer() -> User:
    return User(
        name="Olive Hart", email="olive.hart@hub.example.org", job_title="Area Music Leader", phone="01632 960 001"
    )


def contact_sample(
    folder: str,
    *,
    context: Mapping[str, Any] | None = None,
    role: ContactRole = ContactRole.MUSIC_COORDINATOR,
    case: str = "",
) -> Sample:
    """A mail to a contact of the made-up school; `context` is what the mail's own function gives `mail_contact`."""
    contact = sample_contact(role=role)
    link = ContactLink.mint(destination=reverse("my_school"), contact=contact)
    shared = contact_context(contact=contact, link_url=link.mail_url, withdraw_url=link.mail_withdraw_url)
    return Sample(folder=folder, context={**shared, **(context or {})}, case=case)


@register_samples(PERSONAL_LINK)
def personal_link_samples() -> list[Sample]:
    return [contact_sample("schools/emails/personal_link", context={"action_label": "Open your school’s page"})]
