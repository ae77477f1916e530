"""What a person's e-mail address says about where they work."""

import re

# Anybody can have an address there, so it says nothing about who they work for. The list can never be complete: where
# trust hangs on a domain, `belongs_to_school` asks for a domain that is known to be a school's.
FREE_MAIL = frozenset(
    [
        "aol.co.uk", "aol.com", "blueyonder.co.uk", "btinternet.com", "btopenworld.com", "fastmail.com", "gmail.com",
        "gmx.co.uk", "gmx.com", "gmx.net", "googlemail.com", "hotmail.co.uk", "hotmail.com", "icloud.com", "live.co.uk",
        "live.com", "mac.com", "mail.com", "me.com", "msn.com", "ntlworld.com", "o2.co.uk", "outlook.co.uk",
        "outlook.com", "pm.me", "proton.me", "protonmail.com", "rocketmail.com", "sky.com", "talktalk.net",
        "tiscali.co.uk", "tuta.com", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "yandex.com", "ymail.com",
        "zoho.com",
    ]
)  # fmt: skip
# Given to schools alone (Nominet, rules of registration for .sch.uk).
FOR_SCHOOLS = ".sch.uk"


def mail_domain(address: str) -> str:
    """What follows the @, in small letters; empty where nothing does."""
    return address.rpartition("@")[2].strip().lower().rstrip(".") if "@" in address else ""


def website_domain(website: str) -> str:
    """The domain of a website as the register gives it, without "www."; empty where it gives none."""
    host = re.sub(r"^(https?://)?(www\.)?", "", website.strip().lower())
    return re.split(r"[:/?#]", host)[0].rstrip(".")


def belongs_to_school(address: str, *, website: str, colleague: str, is_shared: bool) -> bool:
    """Whether an address is certainly the school's: nobody outside it can have one at this domain.

    It is where the register's website of the school is; or, for a `colleague` whom an officer has confirmed, at the
    same domain as theirs, as long as that ends in .sch.uk and nobody at another school has an address there
    (`is_shared`: a trust's or a county's domain says which school somebody works for no better than a free provider's).
    """
    domain = mail_domain(address)
    if not domain or domain in FREE_MAIL:
        return False
    is_colleague = domain == mail_domain(colleague) and domain.endswith(FOR_SCHOOLS) and not is_shared
    return domain == website_domain(website) or is_colleague
