"""Digital credentials (Open Badges 3.0): signed once for a certificate, and kept as signed."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.models import Certificate, Credential, ShownStatus
from awards.queries import credential_issuer, credential_of, credentials_that_ended, key_address, status_address
from awards.rules.credentials import credential_claims, status_list_claims
from hubportal.signing import can_sign, sign, signing_key, thumbprint

NO_KEY = "This hub does not sign digital credentials."
ENDED = "This certificate no longer counts, and no digital credential was made while it did."


@transaction.atomic
def issue_credential(*, certificate: Certificate, now: datetime | None = None) -> Credential:
    """The credential of a certificate: signed when it is first asked for, and the same ever after, however many
    people ask at once. One that was signed stays to be had after the award has ended: its status says so.

    Raises:
        ValidationError: the hub has no key, or the certificate does not count any more.
    """
    # The second of two who ask at once waits here, and then finds what the first one wrote.
    locked = Certificate.objects.select_for_update(of=("self",), no_key=True).defer("pdf")
    certificate = locked.select_related("award__school", "award__audit__framework").get(pk=certificate.pk)
    issued = Credential.objects.filter(certificate=certificate).first()
    if issued:
        return issued
    if not can_sign():
        raise ValidationError(NO_KEY)
    at = now or timezone.now()
    if certificate.is_replaced or certificate.award.status_on(timezone.localdate(at)) != ShownStatus.CURRENT:
        raise ValidationError(ENDED)
    key = signing_key()
    key_id = thumbprint(key)
    token = sign(credential_claims(credential_of(certificate)), key=key, kid=key_address(key_id))
    return Credential.objects.create(certificate=certificate, jwt=token, key_id=key_id, issued_at=at)


def sign_status_list(*, now: datetime | None = None) -> str:
    """Today's list of credentials that no longer count, signed anew; it lasts a day.

    Raises:
        ValidationError: the hub has no key.
    """
    if not can_sign():
        raise ValidationError(NO_KEY)
    key, (ended, highest) = signing_key(), credentials_that_ended()
    claims = status_list_claims(
        address=status_address(), issuer=credential_issuer(), revoked=ended, highest=highest, now=now or timezone.now()
    )
    return sign(claims, key=key, kid=key_address(thumbprint(key)))
