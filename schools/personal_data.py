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
    """Whom an export or an erasure is about: everybody's entries under one address, at every school.

    Anybody can type any name into a public form. So what was typed counts in the person's own rows alone (`given`); in
    the rows of others they are known by the names and numbers of entries that an officer has confirmed (`vouched`), at
    the schools of these entries.
    """

    given: Traces
    vouched: Traces
    contact_ids: tuple[int, ...]
    school_ids: tuple[int, ...] = ()
    school_names: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return self.given.address

    @property
    def is_vouched(self) -> bool:
        """Whether an officer has ever confirmed the person."""
        return bool(self.school_ids)


def nobody(person: Person) -> Q:
    return NOBODY


@dataclass(frozen=True)
class Holding:
    """One table, and what of it is about people.

    `own`: the rows that are about a person, or by them, told by their address or the ids of their entries and never by
    a name. An export shows their `shown` fields under `title`; an erasure sets `replaced`, or deletes them
    (`is_deleted`). `is_theirs`: they speak of the person alone, so that any name they gave goes, and not of the
    school's work.
    `typed`: the fields that somebody may read whom no officer has confirmed: what they typed or were sent; of the
    rows of `typed_rows` where that is fewer than their own.
    `named`: rows found by the whole name of a confirmed entry, which the export of an administrator shows too.
    `texts`: columns of words in which people may be named: in the person's own rows, in the rows of `may_name` (those
    of their schools), and wherever their address stands.
    `names` and `phones`: the columns of `own` rows from which the person's names and numbers are known.
    `rewrite` takes the person out of what is no column of words, such as a file.
    """

    model: type[Model]
    title: str
    own: Callable[[Person], Q] = nobody
    shown: tuple[str, ...] = ()
    is_theirs: bool = False
    typed: tuple[str, ...] = ()
    typed_rows: Callable[[Person], Q] | None = None
    named: Callable[[Person], Q] = nobody
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
