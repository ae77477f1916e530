"""`manage.py make_credential_key`: a key of the hub's own, to sign digital credentials with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hubportal.signing import can_sign, new_key, public_half


class Command(BaseCommand):
    help = (
        "Print a new key that signs digital credentials, as lines for the environment. Nothing is stored: who has the "
        "private key can sign in the hub's name. The public half of the key in use is printed with it, so that what it "
        "signed can still be checked."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        old = settings.CREDENTIAL_OLD_KEYS
        if can_sign():
            old = [public_half(settings.CREDENTIAL_KEY), *old]
        self.stdout.write(f"CREDENTIAL_KEY={new_key()}")
        if old:
            self.stdout.write(f"CREDENTIAL_OLD_KEYS={','.join(old)}")
