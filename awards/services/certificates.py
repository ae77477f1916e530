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

from awards.emails import mail_corrected_certificate
from awards.models import Award, AwardStatus, Certificate, OutcomePack, new_certificate_key
from awards.queries import certificate_filename, outcome_recipients
from hubportal.accounts.models import User
from schools.models import Contact, HubPictureKind, TimelineKind
from schools.queries import hub_picture_files, hub_profile
from schools.timeline import record_event

if TYPE_CHECKING:
    from awards.pdf import CertificateText

# Two certificates issued in the same instant ask for their number one after the other (with the year as second key).
NUMBERS_LOCK = 7_301
NUMBER_PREFIX = "DQA"
UNCHANGED = (
    "Certificate {number} names the school “{name}” already, in the same design. Change the name as it should be "
    "printed, or leave the certificate as it is."
)
NOT_SENT_YET = (
    "The outcome pack has not gone yet, and it will bring the school the corrected certificate. Leave this unticked."
)
NOBODY_TO_TELL = (
    "Nobody at this school can be written to. Leave this unticked, or add or confirm a contact of the school first."
)


def issue_certificate(
    *,
    award: Award,
    by: User,
    at: datetime,
    replaces: Certificate | None = None,
    reason: str = "",
    school_name: str = "",
) -> Certificate:
    """Set the certificate of an award and keep it for good. Inside the caller's transaction.

    It names the school as the register does, or by `school_name`.

    The number is the next of its year (DQA-2026-0001): it is taken under a lock that ends with the transaction, so
    that no number is given twice and none is left out when something fails.
    """
    # Here, not above: WeasyPrint takes a second to load, and only who sets a certificate should wait for it.
    from awards.pdf import render_certificate

    key, number = new_certificate_key(), _next_number(timezone.localdate(at).year)
    school_name = school_name or award.school.name
    words = _text(award, key=key, number=number, school_name=school_name)
    pdf = render_certificate(words)
    certificate = Certificate.objects.create(
        award=award,
        number=number,
        key=key,
        school_name=school_name,
        design=words.design,
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
def reissue_certificate(
    *, award: Award, reason: str, by: User, school_name: str = "", notify: bool = False
) -> Certificate:
    """Issue a corrected certificate (the school's name has changed, say). The one before stays as it was, and its
    verify page names the new one.

    `school_name` is the name to print, the register's when left out. `reason` is for hub staff. The school's own page
    has the new certificate at once; a mail with it goes only with `notify`, to whom the outcome pack would go today.

    Raises:
        ValidationError: the award is no longer current or has no certificate to correct, nothing would change, no
            reason is given, or there is nobody to send it to.
    """
    award = Award.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=award.pk)
    latest = award.certificates.filter(replaced_by__isnull=True).first()
    if latest is None or award.status != AwardStatus.CURRENT:
        raise ValidationError("Only a current award with a certificate can have it corrected.")
    school_name, reason = " ".join(school_name.split()) or award.school.name, reason.strip()
    if not reason:
        raise ValidationError({"reason": "Say why the certificate is corrected. The school does not read it."})
    if (latest.school_name, latest.design) == (school_name, hub_profile().certificate_design):
        raise ValidationError({"school_name": UNCHANGED.format(number=latest.number, name=school_name)})
    people = _people_to_tell(award) if notify else []
    certificate = issue_certificate(
        award=award, by=by, at=timezone.now(), replaces=latest, reason=reason, school_name=school_name
    )
    for contact in people:
        mail_corrected_certificate(certificate=certificate, contact=contact, filename=certificate_filename(certificate))
    return certificate


def _people_to_tell(award: Award) -> list[Contact]:
    if not OutcomePack.objects.filter(award=award).exists():
        raise ValidationError({"notify": NOT_SENT_YET})
    people = outcome_recipients(award.school)
    if not people:
        raise ValidationError({"notify": NOBODY_TO_TELL})
    return people


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERS_LOCK, year])
    prefix = f"{NUMBER_PREFIX}-{year}-"
    serial = Cast(Substr("number", len(prefix) + 1), IntegerField())
    issued = Certificate.objects.filter(number__startswith=prefix).aggregate(last=Max(serial))
    return f"{prefix}{(issued['last'] or 0) + 1:04d}"


def _text(award: Award, *, key: str, number: str, school_name: str) -> "CertificateText":
    from awards.pdf import CertificateText

    hub, framework, pictures = hub_profile(), award.audit.framework, hub_picture_files()
    return CertificateText(
        hub_name=hub.name,
        scheme_name=hub.award_name,
        school_name=school_name,
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
        design=hub.certificate_design,
        hub_logo=pictures.get(HubPictureKind.LOGO),
        signature=pictures.get(HubPictureKind.SIGNATURE),
    )
