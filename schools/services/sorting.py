"""Which records of a school file the register takes, which not, and how many of each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from schools.rules import Entry, Layout, Outside, Rejected, Why, judge, read_schools
from schools.rules.layout import Cells

from .school_file import Record, Truncated

# Few enough for a processor's cache, many enough for reading column by column to pay.
RECORDS_A_TIME = 100


@dataclass(frozen=True)
class Line:
    """One line of an import's report: a record that was rejected, or a note on one that was not taken as it stood.

    A note on the file as a whole has no record.
    """

    record: int | None
    urn: str
    is_rejected: bool
    text: str

    def __str__(self) -> str:
        where = f"record {self.record} ({f'URN {self.urn}' if self.urn else 'no URN'}): " if self.record else ""
        return f"{'rejected' if self.is_rejected else 'note'}: {where}{self.text}"


@dataclass
class Sorting:
    """Takes the records of one file in turn and keeps count. `known` says of each URN in the register if it is open."""

    layout: Layout
    authorities: frozenset[str]
    known: Mapping[int, bool]
    records: int = 0
    rejected: int = 0
    is_truncated: bool = False
    outside: Counter[Why] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    # Schools the file speaks of that are open, or open in the register, by local authority: a drop is measured by it.
    present: Counter[str] = field(default_factory=Counter)
    # In which record each URN was taken, and a fingerprint of what that said.
    taken: dict[int, int] = field(default_factory=dict)
    fingerprints: dict[int, int] = field(default_factory=dict)
    # Schools of the register whose records were not taken.
    not_taken: set[int] = field(default_factory=set)

    def report(self) -> list[Line]:
        """The lines in the order of the file; what concerns no single record comes last."""
        return sorted(self.lines, key=lambda line: (line.record is None, line.record))

    def mentions(self, urn: int) -> bool:
        return urn in self.taken or urn in self.not_taken

    def entries(self, records: Iterator[Record]) -> Iterator[Entry]:
        """The entries to be merged into the register, each URN once. Blank records are passed over in silence."""
        chosen = self._choose(records)
        while batch := list(islice(chosen, RECORDS_A_TIME)):
            entries, remarks = read_schools([cells for _, cells in batch])
            for place, entry in enumerate(entries):
                number, cells = batch[place]
                if self._take(number, entry, hash(cells)):
                    for remark in remarks.get(place, ()):
                        self._note(number, str(entry.urn), remark)
                    yield entry

    def _choose(self, records: Iterator[Record]) -> Iterator[tuple[int, Cells]]:
        """The records that can be read and are the register's business, each as the cells that we read."""
        width, pick, authorities = self.layout.width, self.layout.pick, self.authorities
        try:
            for number, cells in records:
                if cells is None:
                    self._reject(number, "", "its quotation marks make no sense")
                    continue
                if len(cells) == width:
                    # One more blank cell stands for the columns that the file does not have.
                    cells.append("")
                    picked, columns = pick(cells), width
                else:
                    picked, columns = pick(self._padded(cells)), len(cells)
                verdict = judge(picked, authorities=authorities)
                if verdict is None and columns == width:
                    yield number, picked
                elif verdict is None and columns >= self.layout.reach:
                    self._note(number, picked[0], self._difference(columns))
                    yield number, picked
                else:
                    self._refuse(number, picked[0], cells, columns, verdict)
        except Truncated:
            self.is_truncated = True
            self._reject(None, "", "the last record breaks off")

    def _refuse(
        self, number: int, urn: str, cells: Sequence[str], columns: int, verdict: Rejected | Outside | None
    ) -> None:
        """Count a record that is not taken, under the word it belongs to."""
        if isinstance(verdict, Outside):
            self._set_aside(number, verdict)
        elif not any(map(str.strip, cells)):
            return
        elif columns < self.layout.reach:
            self._reject(number, urn, f"it stops after {columns} of {self.layout.width} columns")
        elif verdict:
            self._reject(number, urn, verdict.reason)

    def _padded(self, cells: Sequence[str]) -> list[str]:
        kept = cells[: self.layout.width]
        return [*kept, *[""] * (self.layout.width + 1 - len(kept))]

    def _difference(self, columns: int) -> str:
        count, word = abs(columns - self.layout.width), "more" if columns > self.layout.width else "fewer"
        return f"it has {count} column{'s' if count > 1 else ''} {word} than the header and was taken all the same"

    def _take(self, number: int, entry: Entry, fingerprint: int) -> bool:
        """Count an entry; False for one that comes twice, or closed before it was known."""
        is_known_open = self.known.get(entry.urn)
        if entry.status == "closed" and is_known_open is None:
            self.records += 1
            self.outside[Why.CLOSED_BEFORE] += 1
            return False
        first = self.taken.setdefault(entry.urn, number)
        if first != number:
            if self.fingerprints[entry.urn] == fingerprint:
                self.records += 1
                self._note(number, str(entry.urn), f"it repeats record {first} and was ignored")
            else:
                self._reject(number, str(entry.urn), f"it contradicts record {first}, which came first and was taken")
            return False
        self.records += 1
        self.fingerprints[entry.urn] = fingerprint
        if is_known_open or entry.status != "closed":
            self.present[entry.la_code] += 1
        return True

    def _set_aside(self, number: int, outside: Outside) -> None:
        self.records += 1
        self.outside[outside.why] += 1
        if outside.urn is not None and outside.urn in self.known:
            self.not_taken.add(outside.urn)
            self._note(number, str(outside.urn), f"it is now {outside.why}; the register keeps it as it is")

    def _reject(self, number: int | None, urn: str, reason: str) -> None:
        self.records += 1
        self.rejected += 1
        urn = urn.strip()[:20]
        if urn.isascii() and urn.isdigit():
            self.not_taken.add(int(urn))
        self.lines.append(Line(number, urn, True, reason))

    def _note(self, number: int, urn: str, text: str) -> None:
        self.lines.append(Line(number, urn.strip(), False, text))
