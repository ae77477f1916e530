"""Predecessors and successors from the national register's links file: recorded for people to see, never acted on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from schools.models import School, SchoolLink
from schools.rules import Link, Rejected, read_link
from schools.rules.linking import LINK_COLUMNS, LINK_NEEDED

from .school_file import ImportRefused, SchoolFile, Truncated, read_header, read_records
from .sorting import Line

ROWS_A_TIME = 2000
KEY = ("school", "linked_urn", "link_type")
FACTS = ("linked_name", "established_on")
Key = tuple[int, int, str]


@dataclass(frozen=True)
class LinkCounts:
    """What became of the records of a links file; `outside` are links of schools that the register does not have."""

    added: int
    updated: int
    unchanged: int
    rejected: int
    outside: int
    lines: list[Line]

    @property
    def summary(self) -> str:
        words = ("added", "updated", "unchanged", "rejected", "outside")
        return ", ".join(f"{word} {getattr(self, word)}" for word in words)


def import_links(file: SchoolFile) -> LinkCounts:
    """Record the links of the register's schools, inside the caller's transaction. None is ever removed.

    Raises:
        ImportRefused: the file is not a links file, or breaks off.
    """
    schools = dict(School.objects.values_list("urn", "pk"))
    wanted, lines, outside = _read(file, schools)
    existing = {
        (school, urn, kind): (name, day)
        for school, urn, kind, name, day in SchoolLink.objects.values_list(*KEY, *FACTS).iterator()
    }
    new = [link for key, link in wanted.items() if key not in existing]
    changed = [link for key, link in wanted.items() if key in existing and _facts(link) != existing[key]]
    SchoolLink.objects.bulk_create(
        [*new, *changed], batch_size=ROWS_A_TIME, update_conflicts=True, unique_fields=KEY, update_fields=FACTS
    )
    return LinkCounts(
        added=len(new),
        updated=len(changed),
        unchanged=len(wanted) - len(new) - len(changed),
        rejected=len(lines),
        outside=outside,
        lines=lines,
    )


def _facts(link: SchoolLink) -> tuple[str, date | None]:
    return link.linked_name, link.established_on


def _read(file: SchoolFile, schools: Mapping[int, int]) -> tuple[dict[Key, SchoolLink], list[Line], int]:
    """The links to record by their key, the records that cannot be used, and how many are of other schools."""
    records = read_records(file)
    layout = read_header(records, columns=LINK_COLUMNS, needed=LINK_NEEDED)
    wanted: dict[Key, SchoolLink] = {}
    lines: list[Line] = []
    outside = 0
    try:
        for number, cells in records:
            if cells is None or any(map(str.strip, cells)):
                padded = [*(cells or ()), *[""] * (layout.width + 1 - len(cells or ()))]
                link = read_link(layout.pick(padded))
                if isinstance(link, Rejected):
                    lines.append(Line(number, padded[0][:20], True, link.reason))
                elif link.urn not in schools:
                    outside += 1
                else:
                    row = _row(link, schools[link.urn])
                    wanted.setdefault((row.school_id, row.linked_urn, row.link_type), row)
    except Truncated as error:
        raise ImportRefused("The links file breaks off in its last record. Download it again.") from error
    return wanted, lines, outside


def _row(link: Link, school_id: int) -> SchoolLink:
    return SchoolLink(
        school_id=school_id,
        linked_urn=link.linked_urn,
        link_type=link.link_type,
        linked_name=link.linked_name,
        established_on=link.established_on,
    )
