"""Builds the demo hub in an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hubportal.demo.building import build_demo
from schools.models import School


class Command(BaseCommand):
    help = "Build the demo hub: real schools, invented people, four years of meetings. Needs an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        if School.objects.exists():
            raise CommandError("This database has schools already; the demo is for an empty one.")
        build_demo(say=self.stdout.write)
