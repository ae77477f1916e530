"""`manage.py import_schools FILE`: bring the schools register up to date with a file of the national register."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from schools.services import ImportRefused, ImportReport, import_schools


class Command(BaseCommand):
    help = (
        "Import schools from a CSV file of Get Information About Schools (get-information-schools.service.gov.uk). "
        "May be run again and again: it adds, updates and closes, and never deletes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="all establishments, as CSV")
        parser.add_argument("--links", type=Path, metavar="FILE", help="also record predecessors and successors")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
        parser.add_argument(
            "--force",
            action="store_true",
            help="import although the file breaks off or lacks many schools of the register",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_schools(
                path=options["file"],
                links_path=options["links"],
                force=options["force"],
                dry_run=options["dry_run"],
            )
        except ImportRefused as refusal:
            raise CommandError(f"{refusal.messages[0]} Nothing was changed.") from refusal
        self.tell(report)

    def tell(self, report: ImportReport) -> None:
        self.stdout.write(report.summary)
        if report.outside:
            reasons = (f"{count} {why}" for why, count in sorted(report.outside_because.items()))
            self.stdout.write(f"outside are {', '.join(reasons)}")
        for line in report.lines:
            self.stdout.write(str(line))
        if report.links:
            self.stdout.write(f"links: {report.links.summary}")
            for line in report.links.lines:
                self.stdout.write(f"links: {line}")
        if report.is_dry_run:
            self.stdout.write("This was a dry run: nothing was changed.")
