"""Plain made-up schools and people for tests. Nothing random: a second object differs by its number only."""

import hashlib

import factory
from django.utils import timezone

from hubportal.accounts.models import Role, User
from schools.models import Area, AuditOffer, Contact, ContactRole, HubPicture, School
from schools.rules import search_text


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda number: f"officer{number}@hub.example.org")
    name = factory.Sequence(lambda number: f"Officer {number}")
    role = Role.OFFICER


class AreaFactory(factory.django.DjangoModelFactory[Area]):
    class Meta:
        model = Area

    name = factory.Sequence(lambda number: f"Area {number}")
    leader = factory.SubFactory(UserFactory)


class SchoolFactory(factory.django.DjangoModelFactory[School]):
    class Meta:
        model = School

    urn = factory.Sequence(lambda number: 900000 + number)
    name = factory.Sequence(lambda number: f"School {number}")
    la_code = "855"
    la_name = "Leicestershire"
    phase_code = "2"
    phase_name = "Primary"
    town = "Leicester"
    postcode = "LE1 1AA"
    low_age = 4
    high_age = 11
    audit_offer = AuditOffer.PRIMARY
    area = factory.SubFactory(AreaFactory)
    search_text = factory.LazyAttribute(lambda school: search_text(school.name, school.town))


class ContactFactory(factory.django.DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    school = factory.SubFactory(SchoolFactory)
    name = factory.Sequence(lambda number: f"Coordinator {number}")
    role = ContactRole.MUSIC_COORDINATOR
    email = factory.Sequence(lambda number: f"music{number}@school.example.org")
    consent_wording = "We may write to you about this meeting."
    consented_at = factory.LazyFunction(timezone.now)
    confirmed_at = factory.LazyFunction(timezone.now)


def make_hub_picture(kind: str, content: bytes, *, width: int = 600, height: int = 200) -> HubPicture:
    """The hub's logo or signature as it is kept, without the checks of an upload."""
    fingerprint = hashlib.sha256(content).hexdigest()
    return HubPicture.objects.create(kind=kind, content=content, sha256=fingerprint, width=width, height=height)
