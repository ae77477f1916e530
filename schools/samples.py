"""Made-up people, a made-up school and the mails to them, for staff to look at. Nothing here is ever saved."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.mail.kinds import Sample, register_samples
from schools.emails import (
    ERASURE_ASKED,
    ERASURE_WITHIN,
    HANDED_OVER,
    LINKS_ASKED,
    PERSONAL_LINK,
    STILL_YOU,
    STOP_STAFF,
    SUCCESSOR,
    SUCCESSOR_NOTICE,
    WHY_ADMINISTRATOR,
    WHY_OFFICER,
    WITHDRAWAL_CONFIRMED,
    contact_context,
    links_asked_context,
    withdrawal_confirmed_context,
)
from schools.models import Contact, ContactLink, ContactRole, School
from schools.queries import hub_profile


def sample_school() -> School:
    """Its name has what a template must not mangle."""
    return School(
        urn=100000,
        name="St Mary's & All Saints' School",
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
        else ("Maya O'Neill", "maya.oneill@hillside.example.org")
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


@register_samples(LINKS_ASKED)
def links_asked_samples() -> list[Sample]:
    def sample(*names: str, case: str) -> Sample:
        contact = sample_contact()
        links = [ContactLink.mint(destination=reverse("my_school"), contact=contact) for _ in names]
        schools = [(name, link.mail_url) for name, link in zip(names, links, strict=True)]
        context = links_asked_context(contact=contact, schools=schools, withdraw_url=links[0].mail_withdraw_url)
        return Sample(folder="schools/emails/links_asked", context=context, case=case)

    school = sample_school().name
    return [sample(school, case="One school"), sample(school, "Brook Infant School", case="Two schools")]


@register_samples(SUCCESSOR)
def successor_samples() -> list[Sample]:
    facts = {"former": "Tom Bell", "role": "music coordinator", "action_label": "Open your school’s page"}
    folder = "schools/emails/successor"
    return [
        contact_sample(folder, context={**facts, "is_open": True}, case="Confirmed"),
        contact_sample(folder, context={**facts, "is_open": False, "action_url": ""}, case="Waits for an officer"),
    ]


@register_samples(HANDED_OVER)
def handed_over_samples() -> list[Sample]:
    facts = {
        "successor": "Tom Bell",
        "role": "music coordinator",
        "action_url": "",
        "why": "You get this because you were the music coordinator of St Mary’s & All Saints’ School.",
    }
    return [contact_sample("schools/emails/handed_over", context=facts)]


@register_samples(STILL_YOU)
def still_you_samples() -> list[Sample]:
    facts = {"role": "music coordinator", "action_label": "Tell us"}
    return [contact_sample("schools/emails/still_you", context=facts)]


def _staff_sample(folder: str, *, why: str, case: str = "", **facts: Any) -> Sample:
    shared = {"hub": hub_profile(), "school": sample_school(), "reader": sample_officer(), "action_url": "#"}
    return Sample(folder=folder, context={**shared, "why": why, "stop": STOP_STAFF, **facts}, case=case)


@register_samples(SUCCESSOR_NOTICE)
def successor_notice_samples() -> list[Sample]:
    facts = {"role": "music coordinator", "action_label": "Open the school’s contacts"}
    folder = "schools/emails/successor_notice"
    return [
        _staff_sample(folder, why=WHY_OFFICER, case="Same mail domain", is_open=True, **facts),
        _staff_sample(folder, why=WHY_OFFICER, case="Another mail domain", is_open=False, **facts),
    ]


@register_samples(ERASURE_ASKED)
def erasure_asked_samples() -> list[Sample]:
    by_day = timezone.localdate() + ERASURE_WITHIN
    folder = "schools/emails/erasure_asked"
    return [_staff_sample(folder, why=WHY_ADMINISTRATOR, by_day=by_day, action_label="See what would go")]


@register_samples(WITHDRAWAL_CONFIRMED)
def withdrawal_confirmed_samples() -> list[Sample]:
    return [
        Sample(
            folder="schools/emails/withdrawal_confirmed",
            context=withdrawal_confirmed_context(contact=sample_contact()),
        )
    ]
