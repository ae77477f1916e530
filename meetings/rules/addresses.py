"""E-mail addresses: which ones several people read, and which ones speak for a school."""

import re
from collections.abc import Collection

from schools.rules import FREE_MAIL, mail_domain, website_domain

# Letters of a person's name, as the database keeps it.
NAME_AT_MOST = 120
# What stands before the @ of an address that several people read.
SHARED_NAMES = frozenset(
    [
        "admin", "administration", "administrator", "bursar", "contact", "contactus", "enquiries",
        "enquiry", "finance", "general", "head", "headteacher", "hello", "help", "info",
        "information", "mail", "mailbox", "mainoffice", "office", "principal", "reception",
        "school", "schooladmin", "schooloffice", "secretary", "staff", "theoffice",
    ]
)  # fmt: skip


def is_shared_address(email: str) -> bool:
    """True for addresses such as office@ or head.teacher@, which are read by whoever is on duty.

    The first word decides, so somebody called J. Head (j.head@) is not taken for one. It only leads to a
    question, never to a refusal.
    """
    local = email.partition("@")[0].partition("+")[0].lower()
    words = [word for word in re.split(r"[^a-z]+", local) if word]
    return bool(words) and (words[0] in SHARED_NAMES or "".join(words) in SHARED_NAMES)


def is_likely_of_school(address: str, *, website: str, known_addresses: Collection[str]) -> bool:
    """True when an address has the domain of the school's website, or of somebody the hub knows to be there.

    A domain of one's own is cheap, so no other domain counts. It proposes whom to invite; an officer decides.
    """
    address, known = address.lower(), {known.lower() for known in known_addresses}
    if address in known:
        return True
    school_domains = {website_domain(website), *map(mail_domain, known)} - {""}
    return mail_domain(address) in school_domains - FREE_MAIL
