"""Whom at a school a mail about its award goes to."""

from collections.abc import Iterable

from schools.models import Contact, ContactRole, School

# Who answers for music first; a head teacher stands in where there is no coordinator.
REFLECTION_ROLES = (ContactRole.MUSIC_COORDINATOR, ContactRole.HEAD_TEACHER)


def outcome_recipients(school: School) -> list[Contact]:
    """The music coordinator and the head teacher, the coordinator first; one entry where they are the same person.

    Of several in one role it is the one who came last. Where neither can be written to, whoever else can is asked.
    """
    reachable = _newest_first(school.contacts.reachable())
    chosen = [person for role in REFLECTION_ROLES if (person := _first_in_role(reachable, role))]
    by_address: dict[str, Contact] = {}
    for person in chosen or reachable[:1]:
        by_address.setdefault(person.email.lower(), person)
    return list(by_address.values())


def reflection_recipient(reachable: Iterable[Contact]) -> Contact | None:
    """Of a school's contacts who may be written to (`Contact.objects.reachable`) the one whom a reflection sheet goes
    to; None when there is neither a coordinator nor a head teacher."""
    newest_first = _newest_first(reachable)
    return next((person for role in REFLECTION_ROLES if (person := _first_in_role(newest_first, role))), None)


def _newest_first(contacts: Iterable[Contact]) -> list[Contact]:
    return sorted(contacts, key=lambda person: (person.created_at, person.pk), reverse=True)


def _first_in_role(contacts: Iterable[Contact], role: str) -> Contact | None:
    return next((person for person in contacts if person.role == role), None)
