"""The hosted badge of a certificate, as it stands on a day."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from awards.badges import Badge
from awards.models import Award, Certificate, ShownStatus
from schools.models import HubProfile
from schools.queries import hub_profile


def hosted_badge(key: str, *, today: date) -> Badge | None:
    """The badge under a certificate's key, or None when we never issued it.

    It follows the award: a corrected certificate leaves the badge of the one before as it was.
    """
    found = Certificate.objects.select_related("award").defer("pdf", "award__decision").filter(key=key).first()
    return _badge(found.award, hub_profile(), today=today) if found else None


def _badge(award: Award, hub: HubProfile, *, today: date) -> Badge:
    status = award.status_on(today)
    return Badge(
        level=award.level,
        level_label=award.get_level_display(),
        awarded_on=award.awarded_on,
        expires_on=award.expires_on,
        hub_name=hub.name,
        scheme_name=hub.award_name,
        ended="" if status == ShownStatus.CURRENT else status.label,
        ended_on=award.expires_on if status == ShownStatus.EXPIRED else None,
    )


def badge_snippet(key: str, *, ground: str = "light") -> str:
    """The HTML a school pastes into its website: the badge as a picture, leading to the page that checks it.

    The description names no level, so that it stays true after the award has ended.
    """
    picture = reverse("badge_dark" if ground == "dark" else "badge", args=[key])
    hub = hub_profile()
    return format_html(
        '<a href="{page}"><img src="{picture}" alt="{words}" width="160" height="160"></a>',
        page=settings.HUB_BASE_URL + reverse("verify_certificate", args=[key]),
        picture=settings.HUB_BASE_URL + picture,
        words=f"Our {hub.award_name} from {hub.name}: see whether it is in force",
    )
