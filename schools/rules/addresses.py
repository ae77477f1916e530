"""What a person's e-mail address says about where they work."""

# Where anybody can get an address in a minute: it says nothing about the school.
OPEN_TO_EVERYBODY = frozenset(
    {
        "aol.com", "btinternet.com", "gmail.com", "gmx.com", "googlemail.com", "hotmail.co.uk", "hotmail.com",
        "icloud.com", "live.co.uk", "live.com", "mail.com", "me.com", "msn.com", "outlook.com", "proton.me",
        "protonmail.com", "sky.com", "talktalk.net", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "ymail.com",
    }
)  # fmt: skip


def shares_mail_domain(one: str, other: str) -> bool:
    """Whether two addresses belong to the same organisation: what follows the @ is the same, and is not a provider
    that gives everybody an address."""
    domain = _domain(one)
    return domain == _domain(other) and bool(domain) and domain not in OPEN_TO_EVERYBODY


def _domain(address: str) -> str:
    return address.rpartition("@")[2].strip().lower()
