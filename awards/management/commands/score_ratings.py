"""Try the award rules on ratings from a file, for example a hub's past audits. Nothing is stored."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

import audits
from audits.rules import FrameworkDefinition, FrameworkInvalid, Rating, parse_framework_text
from awards.rules import decide

FRAMEWORKS = Path(audits.__file__).parent / "frameworks"
# Files from spreadsheets and other tools write it short.
ALSO_WRITTEN = {"na": Rating.NOT_APPLICABLE}


class CaseInvalid(ValueError):
    """One case cannot be scored; the message is a sentence that says why."""


@dataclass(frozen=True)
class Case:
    """One school's agreed ratings, to be held against one framework."""

    name: str
    framework: FrameworkDefinition
    ratings: Mapping[str, Any]
    priorities: list[str]


class Command(BaseCommand):
    help = (
        "Work out the award for each case in a JSON file and print one JSON object a line. A case names a set "
        "(the framework's file: primary, secondary), its ratings by criterion code (red, amber, green, na, "
        "not_discussed) and its priorities. Needs no database and stores nothing."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="A JSON list of cases.")
        parser.add_argument(
            "--frameworks",
            type=Path,
            default=FRAMEWORKS,
            help="A folder of framework files (primary.yaml, secondary.yaml), to try other thresholds.",
        )

    def handle(self, *, file: Path, frameworks: Path, **options: Any) -> None:
        known = read_frameworks(frameworks)
        lines, problems = [], []
        for number, data in enumerate(read_cases(file), start=1):
            try:
                lines.append(score(data, known))
            except CaseInvalid as error:
                problems.append(f"{called(number, data)}: {error}")
        # All or nothing: a list with gaps could pass for a complete one.
        if problems:
            raise CommandError("\n".join(problems))
        for line in lines:
            self.stdout.write(json.dumps(line, ensure_ascii=False))


def read_frameworks(folder: Path) -> dict[str, FrameworkDefinition]:
    """Every framework in the folder by the name of its file. Raises CommandError when one cannot be used."""
    found = {}
    try:
        for path in sorted(folder.glob("*.yaml")):
            found[path.stem] = parse_framework_text(path.read_text(encoding="utf-8-sig"))
    except FrameworkInvalid as error:
        raise CommandError("\n".join(f"{path.name}: {problem}" for problem in error.problems)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {reason_in_words(error)}.") from error
    if not found:
        raise CommandError(f"There is no framework file (such as primary.yaml) in {folder}.")
    return found


def read_cases(path: Path) -> list[object]:
    """The list in the file. Raises CommandError, with a sentence, when there is none."""
    try:
        cases = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=without_repeats)
    except json.JSONDecodeError as error:
        raise CommandError(f"{path} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from error
    except CaseInvalid as error:
        raise CommandError(f"{path}: {error}") from error
    except RecursionError as error:
        raise CommandError(f"{path} is not a list of cases: it is nested too deeply.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {reason_in_words(error)}.") from error
    if not isinstance(cases, list):
        raise CommandError(f"{path} must hold a list of cases, in square brackets.")
    return cases


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; refused when it names something twice, of which JSON would silently keep the last."""
    named = dict(pairs)
    if len(named) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise CaseInvalid(f"'{twice}' is there twice in one place.")
    return named


def reason_in_words(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)


def called(number: int, data: object) -> str:
    """What to call a case in a sentence."""
    name = data.get("name") if isinstance(data, Mapping) else None
    return f"Case {number} ({name})" if isinstance(name, str) and name else f"Case {number}"


def score(data: object, known: Mapping[str, FrameworkDefinition]) -> dict[str, object]:
    """The line for one case. Raises CaseInvalid."""
    case = checked_case(data, known)
    ratings = {code: ALSO_WRITTEN.get(rating, rating) for code, rating in case.ratings.items()}
    try:
        decision = decide(framework=case.framework, ratings=ratings, priorities=case.priorities)
    except ValueError as error:
        raise CaseInvalid(str(error)) from error
    return {"name": case.name, **decision.as_data()}


def checked_case(data: object, known: Mapping[str, FrameworkDefinition]) -> Case:
    if not isinstance(data, Mapping):
        raise CaseInvalid("a case must be an object with name, set, ratings and priorities.")
    name, framework = data.get("name", ""), data.get("set")
    ratings, priorities = data.get("ratings"), data.get("priorities", [])
    if not isinstance(name, str):
        raise CaseInvalid("name must be text.")
    if not isinstance(framework, str) or framework not in known:
        raise CaseInvalid(f"set must be one of {', '.join(known)}.")
    if not isinstance(ratings, Mapping) or not all(isinstance(rating, str) for rating in ratings.values()):
        raise CaseInvalid('ratings must be an object of criterion codes and ratings, such as {"P-INT-01": "red"}.')
    if not isinstance(priorities, list) or not all(isinstance(code, str) for code in priorities):
        raise CaseInvalid("priorities must be a list of criterion codes.")
    return Case(name=name, framework=known[framework], ratings=ratings, priorities=priorities)
