"""Makes offers of the support that the published frameworks suggest."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from support.services import seed_offers


class Command(BaseCommand):
    help = "Make an offer of each line of support in the published frameworks that was not taken before."

    def handle(self, *args: Any, **options: Any) -> None:
        done = seed_offers(by=None, now=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{done.offers} offers added from {done.suggestions} lines of support.")
