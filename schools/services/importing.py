"""The import of a school file into the register: all of it in one transaction, or nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format

from hubportal.accounts.models import User
from schools.models import ImportRun, School, SchoolStatus, TimelineEvent, TimelineKind
from schools.rules import Why

from .areas import areas_by_district
from .linking import LinkCounts, import_links
from .merging import Change, fill_register, merge, stage
from .school_file import ImportRefused, SchoolFile, examine, read_header, read_records
from .sorting import Line, Sorting

# Any number will do, as long as nothing else in this database locks it.
IMPORT_LOCK = 4_201_119
# Schools that are named in a note; more are counted.
MOST_NAMED = 20


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or with `is_dry_run` would do.

    Every record of the file counts once, but for repeated and blank ones: `added` to the register, `updated` in it,
    `unchanged`, `closed` (it was open in the register), `rejected` (it cannot be used; `lines` says why) or
    `outside`: sound, but none of the register's business. That is a school of another local authority, a record of
    something that is no school (a children's centre), a school that is not open yet, and one that had closed before
    the register knew it; `outside_because` tells them apart.
    """

    added: int
    updated: int
    unchanged: int
    closed: int
    rejected: int
    outside: int
    outside_because: Mapping[Why, int]
    lines: list[Line]
    is_dry_run: bool
    links: LinkCounts | None = None

    @property
    def summary(self) -> str:
        words = ("added", "updated", "unchanged", "closed", "rejected", "outside")
        return ", ".join(f"{word} {getattr(self, word)}" for word in words)


def import_schools(
    *, path: Path, links_path: Path | None = None, by: User | None = None, force: bool = False, dry_run: bool = False
) -> ImportReport:
    """Bring the register up to date with a file of Get Information About Schools, and its links with a second file.

    Schools are known by their URN alone. What the hub adds to a school (its area, an audit it chose, contacts, audits,
    awards, history) is never touched; no school is ever deleted, and one that the file does not mention stays as it
    is. `force` accepts a file that breaks off or that lacks many schools of the register; `dry_run` changes nothing.

    Raises:
        ImportRefused: the file is not a school file, breaks off, lacks too many schools, or another import is
            running. Nothing has changed then.
    """
    now = timezone.now()
    file = examine(path)
    links_file = examine(links_path) if links_path else None
    with transaction.atomic():
        _lock()
        sorting, added, changes = _import_file(file, force=force, now=now)
        closed = sum(change.status == SchoolStatus.CLOSED != change.old_status for change in changes)
        report = ImportReport(
            added=added,
            updated=len(changes) - closed,
            unchanged=len(sorting.taken) - added - len(changes),
            closed=closed,
            rejected=sorting.rejected,
            outside=sorting.outside.total(),
            outside_because=dict(sorting.outside),
            lines=[*sorting.report(), *_absent(sorting)],
            is_dry_run=dry_run,
            links=import_links(links_file) if links_file else None,
        )
        _tell_timelines(changes, by=by, now=now)
        _record_run(file, report, records=sorting.records, by=by, started_at=now)
        transaction.set_rollback(dry_run)
    return report


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [IMPORT_LOCK])
        if not cursor.fetchone()[0]:
            raise ImportRefused("Another import is running. Wait until it has finished, then try again.")


def _import_file(file: SchoolFile, *, force: bool, now: datetime) -> tuple[Sorting, int, list[Change]]:
    records = read_records(file)
    sorting = Sorting(
        layout=read_header(records),
        authorities=frozenset(settings.HUB_LOCAL_AUTHORITIES),
        known={
            urn: status != SchoolStatus.CLOSED for urn, status in School.objects.values_list("urn", "status").iterator()
        },
    )
    areas = {district: area.pk for district, area in areas_by_district().items()}
    if not sorting.known:
        added = fill_register(sorting.entries(records), areas=areas, now=now)
        _refuse_suspicious(sorting, force=force)
        return sorting, added, []
    stage(sorting.entries(records), areas=areas, now=now)
    _refuse_suspicious(sorting, force=force)
    added, changes = merge(sorting.layout)
    return sorting, added, changes


def _refuse_suspicious(sorting: Sorting, *, force: bool) -> None:
    """Refuse a file that breaks off, says nothing, or has far fewer schools of an authority than the register."""
    if not sorting.records:
        raise ImportRefused("The file has a header but no records.")
    if force:
        return
    if sorting.is_truncated:
        raise ImportRefused("The file breaks off in its last record. Download it again, or insist with --force.")
    open_schools = School.objects.open().filter(la_code__in=sorting.authorities).order_by()
    known = open_schools.values("la_code").annotate(number=Count("pk")).values_list("la_code", "la_name", "number")
    for code, name, number in known:
        present = sorting.present[code]
        if present < settings.IMPORT_MINIMUM_SHARE * number:
            raise ImportRefused(
                f"The file has {present} schools of {name or 'local authority'} ({code}) and the register {number}. "
                "That looks like part of a file. Download it again, or insist with --force."
            )


def _absent(sorting: Sorting) -> list[Line]:
    """A note on the open schools of the register that the file does not mention; nothing happens to them."""
    absent = sorted(urn for urn, is_open in sorting.known.items() if is_open and not sorting.mentions(urn))
    if not absent:
        return []
    named = ", ".join(map(str, absent[:MOST_NAMED])) + (" and more" if len(absent) > MOST_NAMED else "")
    which = (
        "1 open school of the register is not in this file and stays as it is"
        if len(absent) == 1
        else f"{len(absent)} open schools of the register are not in this file and stay as they are"
    )
    return [Line(None, "", False, f"{which}: URN {named}")]


def _tell_timelines(changes: list[Change], *, by: User | None, now: datetime) -> None:
    TimelineEvent.objects.bulk_create(
        (
            TimelineEvent(school_id=change.school_id, kind=TimelineKind.REGISTER, text=text, by=by, at=now)
            for change in changes
            for text in _news(change)
        ),
        batch_size=1000,
    )


def _news(change: Change) -> Iterator[str]:
    """What a school's timeline says about a change in the national register."""
    if change.name != change.old_name:
        yield f"Renamed in the national register, from “{change.old_name}” to “{change.name}”."
    if change.status == change.old_status:
        return
    if change.status == SchoolStatus.CLOSED:
        when = f" on {date_format(change.closed_on)}" if change.closed_on else ""
        why = f" ({change.closed_reason})" if change.closed_reason else ""
        yield f"Closed{when}{why}, says the national register."
    elif change.status == SchoolStatus.CLOSING:
        yield "Proposed to close, says the national register."
    else:
        yield "Open, says the national register."


def _record_run(file: SchoolFile, report: ImportReport, *, records: int, by: User | None, started_at: datetime) -> None:
    ImportRun.objects.create(
        file_name=file.path.name[:200],
        sha256=file.sha256,
        rows=records,
        added=report.added,
        updated=report.updated,
        unchanged=report.unchanged,
        closed=report.closed,
        rejected=report.rejected,
        outside=report.outside,
        report=[asdict(line) for line in report.lines],
        started_at=started_at,
        finished_at=timezone.now(),
        by=by,
    )
