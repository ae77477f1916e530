"""The logos of an award."""

from awards.logos import LogoFile, logos_for
from awards.models import Award
from schools.queries import hub_profile


def logo_choices(award: Award) -> tuple[LogoFile, ...]:
    """Every logo of this award's level and years in the hub's name; none for Working towards Bronze.

    Those with `is_attached` go out with the outcome pack; the school's page offers them all. Whether the award still
    lasts is for the caller to ask.
    """
    if not award.has_certificate_level:
        return ()
    hub = hub_profile()
    return logos_for(
        award.level,
        awarded_on=award.awarded_on,
        expires_on=award.expires_on,
        hub_name=hub.name,
        scheme_name=hub.award_name,
    )
