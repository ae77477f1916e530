"""The hub's duties that an offer may serve."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent.parent / "data" / "hub_duties.yaml"


@dataclass(frozen=True)
class Duty:
    """One thing that a hub is asked to do."""

    code: str
    title: str
    text: str


@cache
def hub_duties() -> tuple[Duty, ...]:
    """All duties in the order of the file, which is part of the program."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(Duty(code=row["code"], title=row["title"], text=row["text"]) for row in data["duties"])
