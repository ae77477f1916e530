"""Open Badges 3.0: a certificate as a document that programs can check, about a school and never about a person.

Sources: Open Badges Specification 3.0 (1EdTech), section 8.2 for the claims of the JWT proof; Verifiable Credentials
Data Model 2.0 and Bitstring Status List 1.0 (W3C).
"""

import base64
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")
CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
# The government's own page about a school: what the URN stands for, as an address.
SCHOOL_ADDRESS = "https://get-information-schools.service.gov.uk/Establishments/Establishment/Details/{urn}"
# The least that the standard allows, so that a place in the list says nothing of how many there are.
STATUS_LIST_SIZE = 131_072
# A copy of the list older than this counts for nothing: nobody can show an old one in place of today's.
STATUS_LIST_LASTS = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """The hub. `address` is where its profile is published, and what it is known by."""

    address: str
    name: str
    website: str
    email: str

    @property
    def document(self) -> dict[str, Any]:
        profile = {"id": self.address, "type": ["Profile"], "name": self.name, "url": self.website, "email": self.email}
        return {key: value for key, value in profile.items() if value}


@dataclass(frozen=True, kw_only=True)
class Achievement:
    """A level of one version of a framework, with all that it asks."""

    address: str
    scheme_name: str
    level_label: str
    framework_title: str
    framework_version: str
    requirements: tuple[str, ...]
    guide_address: str

    @property
    def document(self) -> dict[str, Any]:
        audit = f"the {self.framework_title}, version {self.framework_version}"
        return {
            "id": self.address,
            "type": ["Achievement"],
            "achievementType": "Award",
            "name": f"{self.scheme_name}: {self.level_label}",
            "description": (
                "For the quality of the music a school offers all its pupils, as agreed by the school and the hub "
                f"in a conversation along {audit}."
            ),
            "criteria": {
                "id": self.guide_address,
                "narrative": f"{self.level_label} by {audit}, asks: {'; '.join(self.requirements)}.",
            },
            "inLanguage": "en-GB",
        }


@dataclass(frozen=True, kw_only=True)
class Credential:
    """All that a credential says. Addresses are absolute; `place` is its place in the status list, from 0."""

    address: str
    number: str
    page_address: str
    badge_address: str
    school_urn: int
    school_name: str
    awarded_on: date
    expires_on: date
    issuer: Issuer
    achievement: Achievement
    status_address: str
    place: int


def credential_claims(credential: Credential) -> dict[str, Any]:
    """The credential as the payload of its JWT: the document itself, and the registered claims that must agree with it.

    It is valid from the beginning of the day of the award to the end of its last day, by the clock of London.
    """
    begins, ends = _begin_of(credential.awarded_on), _end_of(credential.expires_on)
    subject = SCHOOL_ADDRESS.format(urn=credential.school_urn)
    years = f"{credential.awarded_on.year} – {credential.expires_on.year}"
    return {
        "@context": [CREDENTIALS_CONTEXT, BADGES_CONTEXT],
        "id": credential.address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{credential.achievement.document['name']}, {years}",
        "issuer": credential.issuer.document,
        "validFrom": _instant(begins),
        "validUntil": _instant(ends),
        "awardedDate": _instant(begins),
        "image": {"id": credential.badge_address, "type": "Image", "caption": "The award’s badge as it stands today"},
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                _identity(credential.school_name, "name"),
                _identity(str(credential.school_urn), "identifier"),
            ],
            "achievement": credential.achievement.document,
        },
        "evidence": [
            {
                "id": credential.page_address,
                "type": ["Evidence"],
                "name": f"Certificate {credential.number}",
                "description": "The certificate as it stands today, for people to read.",
            }
        ],
        "credentialStatus": {
            "id": f"{credential.status_address}#{credential.place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(credential.place),
            "statusListCredential": credential.status_address,
        },
        "iss": credential.issuer.address,
        "sub": subject,
        "jti": credential.address,
        "nbf": int(begins.timestamp()),
        "exp": int(ends.timestamp()),
    }


def status_list_claims(
    *, address: str, issuer: Issuer, revoked: Iterable[int], highest: int, now: datetime
) -> dict[str, Any]:
    """The list of credentials that no longer count, as the payload of its own JWT: a bit a credential.

    `highest` is the last place that is given.
    """
    now = now.astimezone(UTC).replace(microsecond=0)
    ends = now + STATUS_LIST_LASTS
    return {
        "@context": [CREDENTIALS_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.address,
        "validFrom": _instant(now),
        "validUntil": _instant(ends),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_list(revoked, highest=highest),
        },
        "iss": issuer.address,
        "jti": address,
        "nbf": int(now.timestamp()),
        "exp": int(ends.timestamp()),
    }


def encoded_list(revoked: Iterable[int], *, highest: int) -> str:
    """Places as a bit string, the first bit of the first byte being place 0: packed by gzip, then base64url after the
    letter u that names it."""
    size = (highest // STATUS_LIST_SIZE + 1) * STATUS_LIST_SIZE
    bits = bytearray(size // 8)
    for place in revoked:
        bits[place // 8] |= 0b1000_0000 >> place % 8
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _identity(value: str, kind: str) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON).astimezone(UTC)


def _end_of(day: date) -> datetime:
    """The last second of a day."""
    return _begin_of(day + timedelta(days=1)) - timedelta(seconds=1)


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
