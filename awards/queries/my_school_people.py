"""Who is who on a school's own page: in which roles this person is here, and who else the hub writes to."""

from dataclasses import dataclass

from awards.queries.people import reflection_recipient
from schools.models import Contact
from schools.queries import ROLE_ORDER, own_entries


@dataclass(frozen=True)
class Colleague:
    """Somebody of the school as the others read it: never with their whole address."""

    name: str
    role: str
    address: str
    is_you: bool
    gets_mail: bool


@dataclass(frozen=True)
class MyPeople:
    """The person who is here, their other schools, and everybody the hub knows at this one.

    `asked` is whom the hub writes to first about reflections and forms; None when it can write to nobody.
    """

    contact: Contact
    entries: tuple[Contact, ...]
    colleagues: tuple[Colleague, ...]
    asked: Contact | None

    @property
    def roles(self) -> str:
        """In which roles the person is here: "music coordinator and head teacher"."""
        here = [entry.get_role_display().lower() for entry in self.entries if entry.school_id == self.contact.school_id]
        return " and ".join(here)

    @property
    def elsewhere(self) -> tuple[Contact, ...]:
        """One entry for each other school of the person."""
        found: dict[int, Contact] = {}
        for entry in self.entries:
            if entry.school_id != self.contact.school_id:
                found.setdefault(entry.school_id, entry)
        return tuple(found.values())

    @property
    def is_asked(self) -> bool:
        """Whether it is this person whom the hub asks first."""
        return self.asked is not None and self.asked.email.lower() == self.contact.email.lower()

    @property
    def is_head(self) -> bool:
        return "head teacher" in self.roles


def my_people(contact: Contact) -> MyPeople:
    """What the school's page says of people to one of them."""
    known = contact.school.contacts.filter(left_at__isnull=True, confirmed_at__isnull=False).order_by("name", "pk")
    here = sorted(known, key=lambda one: ROLE_ORDER[one.role])
    return MyPeople(
        contact=contact,
        entries=tuple(own_entries(contact)),
        colleagues=tuple(_colleague(one, contact) for one in here),
        asked=reflection_recipient([one for one in here if one.is_reachable]),
    )


def _colleague(entry: Contact, reader: Contact) -> Colleague:
    is_you = entry.email.lower() == reader.email.lower()
    return Colleague(
        name=entry.name,
        role=entry.get_role_display(),
        address=entry.email if is_you else shortened(entry.email),
        is_you=is_you,
        gets_mail=entry.is_reachable,
    )


def shortened(address: str) -> str:
    """Enough of an address for somebody who knows it to know it again: m…@hillside.example.org."""
    name, _, place = address.partition("@")
    return f"{name[:1]}…@{place}"
