"""A corrected certificate, where somebody chose to send it: the school's own page has it in any case."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from awards.models import AwardStatus, Certificate
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email
from hubportal.mail.services import Attachment
from schools.emails import SIGN_OFF, mail_contact
from schools.models import Contact

CORRECTED_FOLDER = "awards/emails/corrected_certificate"


def corrected_no_longer_applies(email: Email) -> str | None:
    """The award was withdrawn or superseded, or the certificate corrected once more, while the mail waited."""
    certificates = Certificate.objects.filter(pk=email.context["certificate"], award__status=AwardStatus.CURRENT)
    if not certificates.exists():
        return "The award no longer counts."
    is_replaced = not certificates.filter(replaced_by__isnull=True).exists()
    return "A newer correction has taken its place." if is_replaced else None


CORRECTED_CERTIFICATE = register(
    MailKind(
        key="corrected_certificate",
        name="Corrected certificate",
        no_longer_applies=corrected_no_longer_applies,
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "We have corrected the certificate of {school}. The new one is attached.",
                facts=("school", "contact", "hub", "award_name"),
            ),
            SIGN_OFF,
        ),
    )
)


def mail_corrected_certificate(*, certificate: Certificate, contact: Contact, filename: str) -> Email:
    """The corrected certificate as a file, to one of the people whom the outcome pack would go to."""
    email, _ = mail_contact(
        contact=contact,
        kind=CORRECTED_CERTIFICATE.key,
        dedupe_key=f"{CORRECTED_CERTIFICATE.key}:{certificate.pk}:{contact.pk}",
        folder=CORRECTED_FOLDER,
        destination=reverse("my_school"),
        context=corrected_context(certificate),
        check={"certificate": certificate.pk},
        attachments=(Attachment(filename, "application/pdf", bytes(certificate.pdf)),),
    )
    return email


def corrected_context(certificate: Certificate) -> dict[str, Any]:
    """What the templates get beside the contact and the links: the certificate's own words, and no reason."""
    replaced = certificate.replaces
    return {
        "number": certificate.number,
        "printed_name": certificate.school_name,
        "level": certificate.award.get_level_display(),
        "old_number": replaced.number if replaced else "",
        "verify_url": settings.HUB_BASE_URL + reverse("verify_certificate", args=[certificate.key]),
        "action_label": "Open your school’s page",
    }
