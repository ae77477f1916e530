"""What had to be left out of a record, in words for the person who imports the file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .entries import Entry, Reading
from .layout import COLUMNS, Cells
from .values import POSTCODE, read_age, read_website, tidy

# Fields that keep nothing of a cell they cannot read: where the cell stands, what it is, what it should have been.
READ_OR_LEFT = {
    "phase_code": ("PhaseOfEducation (code)", "phase code", "a phase code from 0 to 7"),
    "low_age": ("StatutoryLowAge", "lowest age", "an age"),
    "high_age": ("StatutoryHighAge", "highest age", "an age"),
    "pupils": ("NumberOfPupils", "number of pupils", "a number up to 99,999"),
    "fsm_percent": ("PercentageFSM", "percentage of free school meals", "a percentage"),
    "postcode": ("Postcode", "postcode", "a postcode"),
    "website": ("SchoolWebsite", "website", "an http or https address"),
    "telephone": ("TelephoneNum", "telephone number", "a telephone number"),
    "opened_on": ("OpenDate", "open date", "a date"),
    "closed_on": ("CloseDate", "close date", "a date"),
}
# How many characters the register keeps of each text that has no shorter form of its own.
LENGTHS = {
    "name": 200, "la_name": 80, "type_name": 100, "street": 200, "locality": 200, "address3": 200, "town": 100,
    "county": 100, "head_name": 150, "closed_reason": 100,
}  # fmt: skip
ADDRESS = ("street", "locality", "address3", "town", "county")


def suspects(columns: Mapping[str, Sequence[str]], fields: Mapping[str, Sequence[Any]]) -> list[int]:
    """The places of records worth a closer look, because a cell says something and its field nothing, or too much.

    Rather one too many than one too few: cells that say "unknown" are among them.
    """
    places: set[int] = set()
    for field, (column, _, _) in READ_OR_LEFT.items():
        cells, values = columns[column], fields[field]
        # Most often as many cells are blank as values are, and there is nothing to look for.
        if cells.count("") != values.count("") + values.count(None):
            pairs = zip(cells, values, strict=True)
            places.update(place for place, (cell, value) in enumerate(pairs) if cell and value in ("", None))
    for field, length in LENGTHS.items():
        if max(map(len, fields[field])) > length:
            places.update(place for place, text in enumerate(fields[field]) if len(text) > length)
    return sorted(places)


def mended(cells: Cells, entry: Entry) -> Reading:
    """The entry as the register can keep it, with a sentence for all that is not as it stood in the file."""
    if is_out_of_step(cells, entry):
        nothing: dict[str, Any] = dict.fromkeys((*ADDRESS, "postcode", "website", "telephone", "head_name"), "")
        sentence = "its address stands in the wrong columns; address, website, telephone and head teacher were left out"
        return Reading(entry._replace(**nothing), (sentence,))
    remarks = list(_left_out(cells, entry))
    cut: dict[str, Any] = {
        field: getattr(entry, field)[:length].rstrip()
        for field, length in LENGTHS.items()
        if len(getattr(entry, field)) > length
    }
    remarks += [f"its {field.replace('_', ' ')} was cut to {LENGTHS[field]} characters" for field in cut]
    return Reading(entry._replace(**cut) if cut else entry, tuple(remarks))


def is_out_of_step(cells: Cells, entry: Entry) -> bool:
    """Whether the address columns have shifted, as happens where a spreadsheet lost blank cells: no postcode where it
    belongs, but a postcode or a web address in another line of the address."""
    if entry.postcode or not tidy(cells[COLUMNS.index("Postcode")]):
        return False
    lines = [getattr(entry, field) for field in ADDRESS]
    return any(POSTCODE.fullmatch(line) or read_website(line) for line in lines)


def _left_out(cells: Cells, entry: Entry) -> Iterator[str]:
    for field, (column, label, expected) in READ_OR_LEFT.items():
        cell = cells[COLUMNS.index(column)]
        if getattr(entry, field) not in (None, "") or not tidy(cell):
            continue
        if field == "closed_on" and entry.status != "closed":
            continue
        if field in ("low_age", "high_age") and read_age(cell) is not None:
            if field == "low_age":
                yield "its lowest age is above its highest; both were left out"
            continue
        yield f"its {label} “{tidy(cell)[:60]}” was left out: it is not {expected}"
