"""Where the portal keeps something about a person: each app declares its own tables, and export and erasure use them.

A test walks every text column of every table and fails for one that is neither declared here nor excused with a
reason, and another looks for a person's name in all of them after an erasure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import Model, Q

from schools.rules import Traces

NOTHING: Mapping[str, object] = MappingProxyType({})
NOBODY = Q(pk__in=())


@dataclass(frozen=True)
class Person:
    """Whom an export or an erasure is about: everybody's entries under one address, at every school."""

    traces: Traces
    contact_ids: tuple[int, ...]
    school_ids: tuple[int, ...]
    school_names: tuple[str, ...]

    @property
    def address(self) -> str:
        return self.traces.address


def nobody(person: Person) -> Q:
    return NOBODY


@dataclass(frozen=True)
class Holding:
    """One table, and what of it is about people.

    `own`: the rows that are about a person, or by them. An export shows their `shown` fields under `title`; an
    erasure sets `replaced`, or deletes them (`is_deleted`).
    `texts`: columns of words in which people may be named: in the person's own rows, in the rows of `may_name` (those
    of their schools), and wherever their address stands.
    `names` and `phones`: the columns of `own` rows from which the person's names and numbers are known.
    `rewrite` takes the person out of what is no column of words, such as a file.
    """

    model: type[Model]
    title: str
    own: Callable[[Person], Q] = nobody
    shown: tuple[str, ...] = ()
    replaced: Mapping[str, object] = field(default_factory=dict)
    is_deleted: bool = False
    texts: tuple[str, ...] = ()
    may_name: Callable[[Person], Q] = nobody
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    rewrite: Callable[[Any, Traces], None] | None = field(default=None, repr=False)


Forget = Callable[[date], int]

HOLDINGS: list[Holding] = []
# What each app forgets by itself when its time is over: called as of a day, returns how many rows it forgot.
FORGETTERS: list[Forget] = []
# Text columns in which no person of a school can stand, or in which they have to stay; by label, with the reason.
EXCUSED: dict[str, str] = {}


def register_personal_data(*holdings: Holding) -> None:
    HOLDINGS.extend(holdings)


def register_forgetting(forget: Forget) -> Forget:
    FORGETTERS.append(forget)
    return forget


def excuse(reason: str, *columns: str) -> None:
    EXCUSED.update(dict.fromkeys(columns, reason))
