"""Digital credentials: what a certificate's says, and the documents that go with all of them."""

from typing import Any

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse

from audits.models import Framework, FrameworkStatus
from audits.queries import definition_of
from awards.models import AwardLevel, AwardStatus, Certificate
from awards.rules import level_requirements
from awards.rules.credentials import Achievement, Credential, Issuer
from hubportal.signing import public_jwk, published_keys, thumbprint
from schools.models import HubProfile
from schools.queries import hub_profile


def credential_issuer() -> Issuer:
    """The hub as the issuer of credentials, from its profile."""
    return _issuer(hub_profile())


def achievement_of(framework: Framework, level: str) -> Achievement | None:
    """A level of a published framework as an achievement; None for one that has no certificate."""
    return _achievement(framework, level, hub_profile())


def find_achievement(*, phase: str, version: str, level: str) -> Achievement | None:
    """The achievement at this address, or None: a framework that was never published has none."""
    published = Framework.objects.exclude(status=FrameworkStatus.DRAFT)
    framework = published.filter(phase=phase, version=version).first()
    return achievement_of(framework, level) if framework else None


def credential_of(certificate: Certificate) -> Credential:
    """What the credential of this certificate says; to be signed once."""
    award, hub = certificate.award, hub_profile()
    achievement = _achievement(award.audit.framework, award.level, hub)
    assert achievement, "a certificate is of a level that has one"
    return Credential(
        address=_address("credential", certificate.key),
        number=certificate.number,
        page_address=_address("verify_certificate", certificate.key),
        badge_address=_address("badge", certificate.key),
        school_urn=award.school.urn,
        school_name=certificate.school_name,
        awarded_on=award.awarded_on,
        expires_on=award.expires_on,
        issuer=_issuer(hub),
        achievement=achievement,
        status_address=status_address(),
        place=certificate.pk,
    )


def status_address() -> str:
    return _address("credential_status")


def key_address(key_id: str) -> str:
    """Where the public half of a key is published by itself: what a credential's header names."""
    return _address("credential_key", key_id)


def published_jwks() -> dict[str, list[dict[str, Any]]]:
    """All keys that check what the hub signed, as a JSON Web Key Set; empty without a key."""
    return {"keys": [public_jwk(key, kid=key_address(thumbprint(key))) for key in published_keys()]}


def published_jwk(key_id: str) -> dict[str, Any] | None:
    """One of these keys by its thumbprint."""
    return next((jwk for jwk in published_jwks()["keys"] if jwk["kid"] == key_address(key_id)), None)


def credentials_that_ended() -> tuple[list[int], int]:
    """Which places of the status list no longer count, and the last place that is given.

    A certificate's place is its own number in the database. It no longer counts where the verify page says so:
    a corrected one stands in its place, or its award is withdrawn or superseded. That an award expires, the
    credential says itself.
    """
    ended = Q(replaced_by__isnull=False) | ~Q(award__status=AwardStatus.CURRENT)
    places = list(Certificate.objects.filter(ended).order_by("pk").values_list("pk", flat=True))
    return places, Certificate.objects.aggregate(last=Max("pk"))["last"] or 0


def _issuer(hub: HubProfile) -> Issuer:
    website = hub.website or settings.HUB_BASE_URL
    return Issuer(address=_address("credential_issuer"), name=hub.name, website=website, email=hub.contact_email)


def _achievement(framework: Framework, level: str, hub: HubProfile) -> Achievement | None:
    rule = next((one for one in definition_of(framework).scoring.levels if one.level == level), None)
    if rule is None or level == AwardLevel.WORKING_TOWARDS:
        return None
    return Achievement(
        address=_address("credential_achievement", framework.phase, framework.version, level),
        scheme_name=hub.award_name,
        level_label=AwardLevel(level).label,
        framework_title=framework.title,
        framework_version=framework.version,
        requirements=level_requirements(rule),
        guide_address=_address("award_guide"),
    )


def _address(name: str, *args: str) -> str:
    return f"{settings.HUB_BASE_URL}{reverse(name, args=args)}"
