"""How entries of a school file get into the register's table: by COPY, and for a register in use by one merge in SQL.

Cleaning is done before (`schools.rules`); what is here only compares and stores, many rows at a time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from itertools import islice, repeat
from typing import Any, NamedTuple

from django.db import connection
from psycopg2 import sql

from schools.models import School
from schools.rules import Entry, Layout, is_stated, postcode_district

REGISTER = sql.Identifier(School._meta.db_table)
INCOMING = sql.Identifier("incoming_schools")
CHANGED = sql.Identifier("changed_schools")
# What a new school gets besides its entry.
HUB_FIELDS = ("area_id", "has_own_audit_offer", "created_at", "updated_at")
COLUMNS = sql.SQL(", ").join(map(sql.Identifier, (*Entry._fields, *HUB_FIELDS)))
SEARCH_INDEX = next(index for index in School._meta.indexes if index.name == "schools_school_search")
ROWS_A_TIME = 200
# How COPY writes an unknown value.
NULL = "\\N"
# Where in an entry the texts end, and numbers and dates begin.
FIRST_VALUE = Entry._fields.index("urn")
POSTCODE = Entry._fields.index("postcode")


class Change(NamedTuple):
    """A known school that an import changed: what it was and what it is now."""

    school_id: int
    old_status: str
    old_name: str
    status: str
    name: str
    closed_on: date | None
    closed_reason: str


class _CopyStream:
    """Entries as the file that COPY reads, made while it reads: never more than a few hundred rows in memory."""

    def __init__(self, entries: Iterable[Entry], *, areas: Mapping[str, int], now: datetime) -> None:
        self._entries = iter(entries)
        self._area_of = lru_cache(lambda postcode: str(areas.get(postcode_district(postcode), NULL)))
        self._tail = f"f\t{now.isoformat()}\t{now.isoformat()}\n"
        # The driver would hide what went wrong in here behind an error of its own.
        self.error: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return "".join(self._lines(list(islice(self._entries, ROWS_A_TIME)))).encode()
        except Exception as error:
            self.error = error
            return b""

    def _lines(self, entries: Sequence[Entry]) -> Iterable[str]:
        if not entries:
            return ()
        columns = list(zip(*entries, strict=True))
        # Texts hold no tabs or line breaks: reading them has made these spaces.
        texts = ["\t".join(texts).replace("\\", "\\\\") for texts in zip(*columns[:FIRST_VALUE], strict=True)]
        values = [[NULL if value is None else str(value) for value in column] for column in columns[FIRST_VALUE:]]
        areas = map(self._area_of, columns[POSTCODE])
        return map("\t".join, zip(texts, *values, areas, repeat(self._tail), strict=False))


def fill_register(entries: Iterable[Entry], *, areas: Mapping[str, int], now: datetime) -> int:
    """Copy the entries into a register that is still empty. Returns how many there were.

    The search index is built afterwards in one go, which takes a third of the time of keeping it up row by row.
    """
    with connection.cursor() as cursor, _without_search_index():
        _copy(cursor, REGISTER, entries, areas=areas, now=now)
        return School.objects.count()


def stage(entries: Iterable[Entry], *, areas: Mapping[str, int], now: datetime) -> None:
    """Copy the entries into a temporary table, from which `merge` takes them in the same transaction."""
    with connection.cursor() as cursor:
        for table in (INCOMING, CHANGED):
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(table))
        cursor.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                INCOMING, COLUMNS, REGISTER
            )
        )
        _copy(cursor, INCOMING, entries, areas=areas, now=now)


def merge(layout: Layout) -> tuple[int, list[Change]]:
    """Take over what was staged: update the known schools that differ, add the new ones.

    Fields that rest on columns which the file does not have stay as they are, and so does an audit that the hub chose.
    Returns how many schools were added, and what changed.
    """
    fields = [field for field in Entry._fields if field != "urn" and is_stated(field, layout.missing)]
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE TEMPORARY TABLE {} ON COMMIT DROP AS "
                "SELECT s.id, s.status AS old_status, s.name AS old_name FROM {} s JOIN {} n USING (urn) WHERE {}"
            ).format(CHANGED, REGISTER, INCOMING, sql.SQL(" OR ").join(map(_differs, fields)))
        )
        cursor.execute(
            sql.SQL(
                "UPDATE {} s SET {}, updated_at = n.updated_at FROM {} c, {} n WHERE s.id = c.id AND n.urn = s.urn "
                "RETURNING s.id, c.old_status, c.old_name, s.status, s.name, s.closed_on, s.closed_reason"
            ).format(REGISTER, sql.SQL(", ").join(map(_assignment, fields)), CHANGED, INCOMING)
        )
        changes = [Change(*row) for row in cursor.fetchall()]
        cursor.execute(
            sql.SQL(
                "INSERT INTO {register} ({columns}) SELECT {columns} FROM {incoming} n "
                "WHERE NOT EXISTS (SELECT FROM {register} s WHERE s.urn = n.urn)"
            ).format(register=REGISTER, columns=COLUMNS, incoming=INCOMING)
        )
        return cursor.rowcount, changes


def _differs(field: str) -> sql.Composed:
    pattern = "s.{0} IS DISTINCT FROM n.{0}"
    if field == "audit_offer":
        pattern = "(s.{0} <> n.{0} AND NOT s.has_own_audit_offer)"
    return sql.SQL(pattern).format(sql.Identifier(field))


def _assignment(field: str) -> sql.Composed:
    pattern = "{0} = n.{0}"
    if field == "audit_offer":
        pattern = "{0} = CASE WHEN s.has_own_audit_offer THEN s.{0} ELSE n.{0} END"
    return sql.SQL(pattern).format(sql.Identifier(field))


def _copy(
    cursor: Any, table: sql.Identifier, entries: Iterable[Entry], *, areas: Mapping[str, int], now: datetime
) -> None:
    stream = _CopyStream(entries, areas=areas, now=now)
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(table, COLUMNS)
    cursor.copy_expert(command, stream)
    if stream.error:
        raise stream.error
    # Only texts with accents have more bytes than letters.
    fold = "UPDATE {} SET search_text = unaccent(search_text) WHERE octet_length(search_text) <> length(search_text)"
    cursor.execute(sql.SQL(fold).format(table))


@contextmanager
def _without_search_index() -> Iterator[None]:
    with connection.schema_editor(atomic=False) as editor:
        editor.remove_index(School, SEARCH_INDEX)
    yield
    with connection.cursor() as cursor:
        # An index cannot be made while checks of foreign keys are waiting.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor(atomic=False) as editor:
        editor.add_index(School, SEARCH_INDEX)
