"""Read the framework files and publish what is new in them."""

from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audits.models import Framework
from audits.queries import definition_of, published_framework
from audits.rules import FrameworkDefinition, FrameworkInvalid, compare_frameworks, parse_framework_text
from audits.services import check_may_follow, publish_framework

DEFAULT_DIRECTORY = Path(__file__).resolve().parents[2] / "frameworks"


@dataclass(frozen=True)
class FrameworkFile:
    """One file as read: its name, what it says, and its plain data as it will be kept."""

    name: str
    definition: FrameworkDefinition
    data: dict[str, Any]

    @property
    def called(self) -> str:
        return f"{self.name}: {self.definition.phase} framework {self.definition.version}"


class Command(BaseCommand):
    help = "Validate the framework files, show what has changed, and publish new versions (all of them or none)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=DEFAULT_DIRECTORY, help="folder of *.yaml files")
        parser.add_argument("--dry-run", action="store_true", help="only look: publish nothing")

    def handle(self, *args: Any, directory: Path, dry_run: bool, **options: Any) -> None:
        files = read_directory(directory)
        changed = self.show_changes(files)
        if dry_run:
            self.stdout.write("Only looked: nothing was published.")
            return
        with transaction.atomic():
            for file in changed:
                publish_framework(definition_data=file.data, by=None)
        for file in changed:
            self.stdout.write(self.style.SUCCESS(f"Published {file.definition.phase} {file.definition.version}."))

    def show_changes(self, files: list[FrameworkFile]) -> list[FrameworkFile]:
        """Print what each file would change, and return those that change something."""
        changed, problems = [], []
        for file in files:
            published = published_framework(file.definition.phase)
            if not self.show_change(file, published):
                continue
            changed.append(file)
            try:
                check_may_follow(file.definition, published)
            except ValidationError as error:
                problems += [f"{file.name}: {sentence}" for sentence in error.messages]
        if problems:
            raise refusal(problems)
        return changed

    def show_change(self, file: FrameworkFile, published: Framework | None) -> bool:
        """Print what one file would change; whether it changes anything."""
        if published is None:
            sections = len(file.definition.sections)
            self.stdout.write(f"{file.called} is new: {len(file.definition.criteria)} criteria in {sections} sections.")
            return True
        changes = compare_frameworks(definition_of(published), file.definition)
        if not changes:
            self.stdout.write(f"{file.called} is unchanged.")
            return False
        things = "1 thing" if len(changes) == 1 else f"{len(changes)} things"
        self.stdout.write(f"{file.called} differs from the published {published.version} in {things}:")
        for change in changes:
            self.stdout.write(f"  - {change.sentence}")
        return True


def read_directory(directory: Path) -> list[FrameworkFile]:
    """Every framework file of the folder; a CommandError lists everything that is wrong with any of them."""
    if not directory.is_dir():
        raise CommandError(f"There is no folder {directory}.")
    paths = sorted(path for path in directory.iterdir() if path.suffix in {".yaml", ".yml"})
    if not paths:
        raise CommandError(f"There is no framework file (*.yaml) in {directory}.")
    files: list[FrameworkFile] = []
    problems: list[str] = []
    for path in paths:
        try:
            files.append(read_file(path))
        except FrameworkInvalid as error:
            problems += [f"{path.name}: {sentence}" for sentence in error.problems]
    problems += phases_used_twice(files)
    if problems:
        raise refusal(problems)
    return files


def read_file(path: Path) -> FrameworkFile:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FrameworkInvalid([f"The file cannot be read as UTF-8 text ({type(error).__name__})."]) from error
    definition = parse_framework_text(text)
    return FrameworkFile(name=path.name, definition=definition, data=yaml.safe_load(text))


def phases_used_twice(files: list[FrameworkFile]) -> list[str]:
    first: dict[str, str] = {}
    problems = []
    for file in files:
        phase = file.definition.phase
        if phase in first:
            problems.append(
                f"{file.name}: {first[phase]} is the {phase} framework already; a folder holds one for each phase."
            )
        first.setdefault(phase, file.name)
    return problems


def refusal(problems: list[str]) -> CommandError:
    listed = "\n".join(f"  - {problem}" for problem in problems)
    return CommandError(f"Nothing was changed. Please mend this first:\n{listed}")
