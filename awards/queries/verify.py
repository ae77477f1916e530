"""Is this certificate real? What anybody may know of it; nothing here is about a person."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from awards.models import Certificate, ShownStatus
from hubportal.signing import can_sign


@dataclass(frozen=True)
class VerifiedCertificate:
    """A certificate as issued, and what it is worth on a given day.

    `newer` names the certificate that stands in its place, if there is one. `has_credential`: whether a digital
    credential is to be had.
    """

    number: str
    school_name: str
    level: str
    level_label: str
    awarded_on: date
    expires_on: date
    framework: str
    status: ShownStatus
    key: str = ""
    has_credential: bool = False
    newer_number: str = ""
    newer_key: str = ""

    @property
    def is_valid(self) -> bool:
        return self.status == ShownStatus.CURRENT


def find_certificate(text: str) -> str | None:
    """The key of the certificate meant by what somebody typed: its number, its key, or the address in its code.

    Numbers follow one another and can be guessed: by its number a certificate is found once its school has heard of
    it, by what stands in its code at any time.
    """
    wanted = text.strip().rstrip("/").rpartition("/")[2]
    number = re.sub(r"[\s–—_-]+", "-", wanted).upper()
    certificates = Certificate.objects.only("key")
    released = certificates.filter(award__outcome_pack__isnull=False)
    found = released.filter(number=number).first() or certificates.filter(key=wanted).first()
    return found.key if found else None


def find_certificate_file(content: bytes) -> str | None:
    """The key of the certificate that this file is, byte for byte; None for a file we did not issue."""
    found = Certificate.objects.only("key").filter(sha256=hashlib.sha256(content).hexdigest()).first()
    return found.key if found else None


def verified_certificate(key: str, *, today: date) -> VerifiedCertificate | None:
    """The certificate with this key as it stands today, or None when we never issued it."""
    found = Certificate.objects.with_replacement().select_related("award__audit__framework", "credential")
    certificate = (
        found.defer("pdf", "replaced_by__pdf", "award__audit__framework__definition", "credential__jwt")
        .filter(key=key)
        .first()
    )
    if certificate is None:
        return None
    award, newer = certificate.award, _newest(certificate)
    status = _status(certificate, today=today)
    return VerifiedCertificate(
        number=certificate.number,
        school_name=certificate.school_name,
        level=award.level,
        level_label=award.get_level_display(),
        awarded_on=award.awarded_on,
        expires_on=award.expires_on,
        framework=f"{award.audit.framework.title}, version {award.audit.framework.version}",
        status=status,
        key=certificate.key,
        has_credential=hasattr(certificate, "credential") or (can_sign() and status == ShownStatus.CURRENT),
        newer_number=newer.number if newer else "",
        newer_key=newer.key if newer else "",
    )


def _status(certificate: Certificate, *, today: date) -> ShownStatus:
    status = certificate.award.status_on(today)
    if certificate.is_replaced and status != ShownStatus.WITHDRAWN:
        return ShownStatus.SUPERSEDED
    return status


def _newest(certificate: Certificate) -> Certificate | None:
    """The last in a row of corrections."""
    newest = None
    while certificate.is_replaced:
        newest = certificate = certificate.replaced_by
    return newest
