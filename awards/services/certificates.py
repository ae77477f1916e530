"""Certificates: numbered without a gap, set once, kept as the bytes that were issued."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.urls import reverse
from django.utils import timezone

from awards.models import Award, AwardStatus, Certificate, new_certificate_key
from hubportal.accounts.models import User
from schools.models import TimelineKind
from schools.queries import hub_profile
from schools.timeline import record_event

if TYPE_CHECKING:
    from awards.pdf import CertificateText

# Two certificates issued in the same instant ask for their number one after the other (with the year as second key).
NUMBERS_LOCK = 7_301
NUMBER_PREFIX = "DQA"


def issue_certificate(
    *, award: Award, by: User, at: datetime, replaces: Certificate | None = None, reason: str = ""
) -> Certificate:
    """Set the certificate of an award and keep it for good. Inside the caller's transaction.

    The number is the next of its year (DQA-2026-0001): it is taken under a lock that ends with the transaction, so
    that no number is given twice and none is left out when something fails.
    """
    # Here, not above: WeasyPrint takes a second to load, and only who sets a certificate should wait for it.
    from awards.pdf import render_certificate

    key, number = new_certificate_key(), _next_number(timezone.localdate(at).year)
    pdf = render_certificate(_text(award, key=key, number=number))
    certificate = Certificate.objects.create(
        award=award,
        number=number,
        key=key,
        school_name=award.school.name,
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        issued_at=at,
        issued_by=by,
        replaces=replaces,
        reason=reason,
    )
    text = f"Certificate {number} issued" + (f" in place of {replaces.number}." if replaces else ".")
    record_event(school=award.school, kind=TimelineKind.AWARD, text=text, by=by, at=at)
    return certificate


@transaction.atomic
def reissue_certificate(*, award: Award, reason: str, by: User) -> Certificate:
    """Issue a corrected certificate (the school's name has changed, say). The one before stays as it was, and its
    verify page names the new one.

    Raises:
        ValidationError: the award is no longer current, or has no certificate to correct.
    """
    award = Award.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=award.pk)
    latest = award.certificates.filter(replaced_by__isnull=True).first()
    if latest is None or award.status != AwardStatus.CURRENT:
        raise ValidationError("Only a current award with a certificate can have it corrected.")
    return issue_certificate(award=award, by=by, at=timezone.now(), replaces=latest, reason=reason)


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERS_LOCK, year])
    prefix = f"{NUMBER_PREFIX}-{year}-"
    serial = Cast(Substr("number", len(prefix) + 1), IntegerField())
    issued = Certificate.objects.filter(number__startswith=prefix).aggregate(last=Max(serial))
    return f"{prefix}{(issued['last'] or 0) + 1:04d}"


def _text(award: Award, *, key: str, number: str) -> "CertificateText":
    from awards.pdf import CertificateText

    hub, framework = hub_profile(), award.audit.framework
    return CertificateText(
        hub_name=hub.name,
        scheme_name=hub.award_name,
        school_name=award.school.name,
        level=award.level,
        level_label=award.get_level_display(),
        awarded_on=award.awarded_on,
        expires_on=award.expires_on,
        number=number,
        framework_title=framework.title,
        framework_version=framework.version,
        signatory_name=hub.signatory_name,
        signatory_role=hub.signatory_role,
        verify_url=settings.HUB_BASE_URL + reverse("verify_certificate", args=[key]),
    )
