"""What a certificate would look like in each design, before one is issued."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.urls import reverse

from awards.models import AwardLevel
from schools.models import HubPictureKind
from schools.queries import hub_picture_files, hub_profile

SAMPLE_SCHOOL = "Sample: Ysgol Gymraeg Llŷn and St Anne’s Primary School"
SAMPLE_NUMBER = "SAMPLE"


def preview_certificate(*, design: str, today: date) -> bytes:
    """A Gold certificate in this design with the hub's names, logo and signature as they are now. It says across the
    page that it is a sample, names no school there is and leads to the page for checking, not to a certificate.

    Raises:
        ValueError: there is no such design.
    """
    # Here, not above: WeasyPrint takes a second to load, and only who sets a certificate should wait for it.
    from awards.pdf import CertificateText, render_certificate

    hub, pictures = hub_profile(), hub_picture_files()
    text = CertificateText(
        hub_name=hub.name,
        scheme_name=hub.award_name,
        school_name=SAMPLE_SCHOOL,
        level=AwardLevel.GOLD.value,
        level_label=AwardLevel.GOLD.label,
        awarded_on=today,
        expires_on=today + relativedelta(years=3),
        number=SAMPLE_NUMBER,
        framework_title="Primary music audit",
        framework_version="1.0",
        signatory_name=hub.signatory_name,
        signatory_role=hub.signatory_role,
        verify_url=settings.HUB_BASE_URL + reverse("verify"),
        design=design,
        hub_logo=pictures.get(HubPictureKind.LOGO),
        signature=pictures.get(HubPictureKind.SIGNATURE),
        is_sample=True,
    )
    return render_certificate(text)
