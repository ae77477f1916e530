"""Which records of a school file the register takes, which not, and how many of each."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from schools.rules import Entry, Layout, Outside, Reading, Rejected, Why, read_record

from .school_file import Record, Truncated


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
    authorities: Collection[str]
    known: Mapping[int, bool]
    ends_with_line_break: bool
    records: int = 0
    rejected: int = 0
    is_truncated: bool = False
    outside: Counter[Why] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    # Schools the file speaks of that are open, or open in the register, by local authority: a drop is measured by it.
    present: Counter[str] = field(default_factory=Counter)
    # In which record each URN was taken, and a fingerprint of what it said.
    taken: dict[int, tuple[int, int]] = field(default_factory=dict)
    # Schools of the register whose records were not taken.
    not_taken: set[int] = field(default_factory=set)

    def mentions(self, urn: int) -> bool:
        return urn in self.taken or urn in self.not_taken

    def entries(self, records: Iterator[Record]) -> Iterator[Entry]:
        """The entries to be merged into the register, each URN once. Blank records are passed over in silence."""
        width, blank = self.layout.width, [""]
        for number, cells in self._whole(records):
            if cells is None:
                self._reject(number, "", "its quotation marks make no sense")
            elif len(cells) == width:
                entry = self._read(number, cells + blank)
                if entry is not None:
                    yield entry
            elif cells:
                entry = self._read_ragged(number, cells)
                if entry is not None:
                    yield entry

    def _whole(self, records: Iterator[Record]) -> Iterator[Record]:
        """All records but one that breaks off at the end of the file."""
        held: Record | None = None
        try:
            for record in records:
                if held is not None:
                    yield held
                held = record
        except Truncated:
            self.is_truncated = True
        else:
            is_short = held is not None and bool(held.cells) and len(held.cells or ()) < self.layout.width
            self.is_truncated = is_short and not self.ends_with_line_break
            if self.is_truncated:
                held = None
        if held is not None:
            yield held
        if self.is_truncated:
            self.records += 1
            self.rejected += 1
            self.lines.append(Line(None, "", True, "the last record breaks off"))

    def _read(self, number: int, cells: list[str]) -> Entry | None:
        outcome = read_record(self.layout.pick(cells), authorities=self.authorities)
        if isinstance(outcome, Reading):
            self.records += 1
            return self._take(number, outcome)
        if isinstance(outcome, Outside):
            self.records += 1
            self._set_aside(number, outcome)
        elif any(map(str.strip, cells)):
            self.records += 1
            self._reject(number, self._urn(cells), outcome.reason)
        return None

    def _read_ragged(self, number: int, cells: list[str]) -> Entry | None:
        """A record with more or fewer columns than the header: taken if it reaches the last column that we read."""
        width, reach = self.layout.width, self.layout.reach
        padded = [*cells[:width], *[""] * (width + 1 - min(len(cells), width))]
        if len(cells) < reach and not isinstance(self._outcome(padded), Outside):
            if any(map(str.strip, cells)):
                self.records += 1
                self._reject(number, self._urn(padded), f"it stops after {len(cells)} of {width} columns")
            return None
        entry = self._read(number, padded)
        if entry is not None:
            count, word = abs(len(cells) - width), "more" if len(cells) > width else "fewer"
            columns = "column" if count == 1 else "columns"
            self._note(number, entry.urn, f"it has {count} {columns} {word} than the header and was taken all the same")
        return entry

    def _outcome(self, cells: list[str]) -> Reading | Rejected | Outside:
        return read_record(self.layout.pick(cells), authorities=self.authorities)

    def _urn(self, cells: list[str]) -> str:
        return self.layout.pick(cells)[0].strip()[:20]

    def _take(self, number: int, reading: Reading) -> Entry | None:
        entry, remarks = reading
        is_known_open = self.known.get(entry.urn)
        if entry.status == "closed" and is_known_open is None:
            self.outside[Why.CLOSED_BEFORE] += 1
            return None
        fingerprint = hash(entry)
        first, earlier = self.taken.setdefault(entry.urn, (number, fingerprint))
        if first != number:
            if earlier == fingerprint:
                self._note(number, entry.urn, f"it repeats record {first} and was ignored")
            else:
                self._reject(number, str(entry.urn), f"it contradicts record {first}, which came first and was taken")
            return None
        if is_known_open or entry.status != "closed":
            self.present[entry.la_code] += 1
        for remark in remarks:
            self._note(number, entry.urn, remark)
        return entry

    def _set_aside(self, number: int, outcome: Outside) -> None:
        self.outside[outcome.why] += 1
        if outcome.urn is not None and outcome.urn in self.known:
            self.not_taken.add(outcome.urn)
            self._note(number, outcome.urn, f"it is now {outcome.why}; the register keeps it as it is")

    def _reject(self, number: int, urn: str, reason: str) -> None:
        self.rejected += 1
        if urn.isascii() and urn.isdigit():
            self.not_taken.add(int(urn))
        self.lines.append(Line(number, urn, True, reason))

    def _note(self, number: int, urn: int, text: str) -> None:
        self.lines.append(Line(number, str(urn), False, text))
