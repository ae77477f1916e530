"""How a promise stands, in the words that both sides read."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PromiseState:
    """One or two words with their tone, and the rest of the sentence: "Late", "promised for 5 May 2027"."""

    word: str
    tone: str
    detail: str

    @property
    def sentence(self) -> str:
        """All of it as plain text."""
        return f"{self.word}: {self.detail}"


def promise_state(*, status: str, due_on: date, settled_on: date | None, today: date) -> PromiseState:
    """How a promise with this status stands today. It is late from the day after the day it was promised for."""
    if status == "kept" and settled_on:
        return PromiseState("Done", "success", _day(settled_on))
    if status == "given_up" and settled_on:
        return PromiseState("Given up", "neutral", _day(settled_on))
    if due_on < today:
        return PromiseState("Late", "danger", f"promised for {_day(due_on)}")
    return PromiseState("To come", "info", f"by {_day(due_on)}")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
