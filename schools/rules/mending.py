"""What had to be left out of a record, in words for the person who imports the file."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from .entries import Entry, Reading
from .layout import COLUMNS, Cells
from .values import POSTCODE, read_website, tidy

# Fields that keep nothing of a cell they cannot read: where the cell stands, and what it should have been.
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
SHORTEST_LENGTH = min(LENGTHS.values())
ADDRESS = ("street", "locality", "address3", "town", "county")
_cells = itemgetter(*(COLUMNS.index(column) for column, _, _ in READ_OR_LEFT.values()))
_texts = itemgetter(*(Entry._fields.index(field) for field in LENGTHS))
_values = itemgetter(*(Entry._fields.index(field) for field in READ_OR_LEFT))


def may_have_lost(cells: Cells, entry: Entry) -> bool:
    """Whether it is worth a closer look: fast, and rather once too often than not."""
    for cell, value in zip(_cells(cells), _values(entry), strict=True):
        if cell and not value:
            return True
    return max(map(len, _texts(entry))) > SHORTEST_LENGTH


def mended(cells: Cells, entry: Entry) -> Reading:
    """The entry as the register can keep it, with a sentence for all that is not as it stood in the file."""
    if is_out_of_step(cells, entry):
        nothing: dict[str, Any] = dict.fromkeys((*ADDRESS, "postcode", "website", "telephone", "head_name"), "")
        sentence = "its address stands in the wrong columns; address, website, telephone and head teacher were left out"
        return Reading(entry._replace(**nothing), (sentence,))
    remarks = list(_left_out(cells, entry))
    cut = {
        field: getattr(entry, field)[:length].rstrip()
        for field, length in LENGTHS.items()
        if len(getattr(entry, field)) > length
    }
    remarks += [f"{field.replace('_', ' ')} was cut to {LENGTHS[field]} characters" for field in cut]
    return Reading(entry._replace(**cut), tuple(remarks))


def is_out_of_step(cells: Cells, entry: Entry) -> bool:
    """Whether the address columns have shifted, as happens where a spreadsheet lost a blank cell: no postcode where it
    belongs, but a postcode or a web address in another line of the address."""
    if entry.postcode or not tidy(cells[COLUMNS.index("Postcode")]):
        return False
    lines = [getattr(entry, field) for field in ADDRESS]
    return any(POSTCODE.fullmatch(line) or read_website(line) for line in lines)


def _left_out(cells: Cells, entry: Entry) -> Iterator[str]:
    for field, (column, label, expected) in READ_OR_LEFT.items():
        text = tidy(cells[COLUMNS.index(column)])
        if not text or getattr(entry, field) not in (None, ""):
            continue
        if field == "closed_on" and entry.status != "closed":
            continue
        if field in ("low_age", "high_age") and text.isdigit() and len(text) <= 2:
            if field == "low_age":
                yield "its lowest age is above its highest; both were left out"
            continue
        yield f"its {label} “{text[:60]}” was left out: it is not {expected}"
