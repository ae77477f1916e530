"""The records of a school file: which ones are the register's business, and what it takes from them.

Records are read many at a time, column by column: most columns hold few different values, and the rules for their
cells remember what they have read.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import partial
from typing import Any

from .entries import Entry, Outside, Reading, Rejected, Why
from .layout import COLUMNS, Cells
from .mending import mended, suspects
from .offers import PHASE_NAMES, audit_offer
from .search import search_text
from .values import (
    UNKNOWN,
    read_age,
    read_code,
    read_count,
    read_date,
    read_percent,
    read_postcode,
    read_telephone,
    read_urn,
    read_website,
    remembered,
    tidy,
    tidy_address,
)

# Establishment status: "open, but proposed to close" is open; "proposed to open" is no school yet.
STATUS_OF_CODE = {"1": "open", "2": "closed", "3": "closing"}
PROPOSED_TO_OPEN = "4"
# Types in the file that are not schools in England: offshore and overseas schools, service children's education,
# higher education, Welsh establishments, children's centres and their linked sites.
NOT_SCHOOLS = frozenset({"25", "26", "29", "30", "37", "47", "48"})


def read_record(cells: Cells, *, authorities: Collection[str]) -> Reading | Rejected | Outside:
    """Read one record, its cells in the order of `layout.COLUMNS`; see `judge` and `read_schools`."""
    verdict = judge(cells, authorities=frozenset(authorities))
    if verdict:
        return verdict
    (entry,), remarks = read_schools([cells])
    return Reading(entry, remarks.get(0, ()))


def judge(cells: Cells, *, authorities: frozenset[str]) -> Rejected | Outside | None:
    """Why the register takes nothing from a record, or None when it takes it.

    `authorities` are the codes of the local authorities that the hub serves. Whether a school is new, known or comes
    twice is for the caller to find out: this sees one record only.
    """
    urn_cell, name_cell, la_cell, status_cell, _, type_cell = cells[:6]
    urn = read_urn(urn_cell)
    why = _standing(la_cell, type_cell, status_cell, authorities)
    if why is Why.ELSEWHERE:
        return Outside(why, urn)
    if urn is None:
        text = tidy(urn_cell)
        return Rejected(f"its URN “{text[:40]}” is not a number" if text else "a school is known by its URN alone")
    if isinstance(why, Why):
        return Outside(why, urn)
    if why:
        return Rejected(why)
    return Rejected("it has no name") if name_cell.strip() in UNKNOWN else None


@remembered
def _standing(la_cell: str, type_cell: str, status_cell: str, authorities: frozenset[str]) -> Why | str | None:
    """Why a record is outside, or a sentence why it is wrong, by its codes."""
    la_code = _la_code(la_cell)
    if la_code and la_code not in authorities:
        return Why.ELSEWHERE
    if not la_code:
        return "it has no local authority code"
    if _type_code(type_cell) in NOT_SCHOOLS:
        return Why.NOT_A_SCHOOL
    if status_cell.strip() == PROPOSED_TO_OPEN:
        return Why.PROPOSED
    if not _status(status_cell):
        return f"its status code “{tidy(status_cell)[:40]}” is not one of 1, 2, 3 and 4"
    return None


# --- The fields of an entry, each from one or several cells -----------------------------------------------------------


@remembered
def _status(status_cell: str) -> str:
    return STATUS_OF_CODE.get(status_cell.strip(), "")


_la_code = remembered(partial(read_code, digits=3))
_establishment_number = remembered(partial(read_code, digits=4))
_type_code = remembered(partial(read_code, digits=2))


@remembered
def _phase_code(phase_cell: str) -> str:
    code = phase_cell.strip()
    return code if code in PHASE_NAMES else ""


@remembered
def _phase_name(phase_cell: str, name_cell: str) -> str:
    return PHASE_NAMES.get(phase_cell.strip()) or tidy(name_cell)[:50]


@remembered
def _low_age(low_cell: str, high_cell: str) -> int | None:
    """The youngest pupils' age, unknown when it is above the oldest."""
    low, high = read_age(low_cell), read_age(high_cell)
    return None if low is not None and high is not None and low > high else low


@remembered
def _high_age(low_cell: str, high_cell: str) -> int | None:
    low, high = read_age(low_cell), read_age(high_cell)
    return None if low is not None and high is not None and low > high else high


@remembered
def _audit_offer(phase_cell: str, type_cell: str, low_cell: str, high_cell: str) -> str:
    return audit_offer(
        phase_code=phase_cell.strip(),
        type_code=_type_code(type_cell),
        low_age=_low_age(low_cell, high_cell),
        high_age=_high_age(low_cell, high_cell),
    )


@remembered
def _full_name(title: str, first_name: str, last_name: str) -> str:
    return " ".join(filter(None, map(tidy, (title, first_name, last_name))))


@remembered
def _closed_on(status_cell: str, date_cell: str) -> date | None:
    return read_date(date_cell) if _status(status_cell) == "closed" else None


@remembered
def _closed_reason(status_cell: str, reason_cell: str) -> str:
    """Open schools have "Not applicable" here."""
    return tidy(reason_cell) if _status(status_cell) == "closed" else ""


_PHASE, _TYPE, _STATUS = "PhaseOfEducation (code)", "TypeOfEstablishment (code)", "EstablishmentStatus (code)"
_AGES = ("StatutoryLowAge", "StatutoryHighAge")
_often = remembered(tidy)
# What each field of an entry is read from and by which rule, in the order of `Entry`.
FIELDS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "name": (tidy, ("EstablishmentName",)),
    "la_code": (_la_code, ("LA (code)",)),
    "la_name": (_often, ("LA (name)",)),
    "establishment_number": (_establishment_number, ("EstablishmentNumber",)),
    "type_code": (_type_code, (_TYPE,)),
    "type_name": (_often, ("TypeOfEstablishment (name)",)),
    "phase_code": (_phase_code, (_PHASE,)),
    "phase_name": (_phase_name, (_PHASE, "PhaseOfEducation (name)")),
    "status": (_status, (_STATUS,)),
    "street": (tidy_address, ("Street",)),
    "locality": (tidy_address, ("Locality",)),
    "address3": (tidy_address, ("Address3",)),
    "town": (_often, ("Town",)),
    "county": (_often, ("County (name)",)),
    "postcode": (read_postcode, ("Postcode",)),
    "website": (read_website, ("SchoolWebsite",)),
    "telephone": (read_telephone, ("TelephoneNum",)),
    "head_name": (_full_name, ("HeadTitle (name)", "HeadFirstName", "HeadLastName")),
    "closed_reason": (_closed_reason, (_STATUS, "ReasonEstablishmentClosed (name)")),
    "audit_offer": (_audit_offer, (_PHASE, _TYPE, *_AGES)),
    "search_text": (search_text, ("EstablishmentName", "Locality", "Address3", "Town")),
    "urn": (int, ("URN",)),
    "low_age": (_low_age, _AGES),
    "high_age": (_high_age, _AGES),
    "pupils": (read_count, ("NumberOfPupils",)),
    "fsm_percent": (read_percent, ("PercentageFSM",)),
    "opened_on": (read_date, ("OpenDate",)),
    "closed_on": (_closed_on, (_STATUS, "CloseDate")),
}


def read_schools(rows: Sequence[Cells]) -> tuple[list[Entry], dict[int, tuple[str, ...]]]:
    """What the register takes from records that `judge` lets pass, in the same order.

    With them, by their place in the order, sentences about what had to be left out of some.
    """
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True))
    fields = [list(map(rule, *(columns[name] for name in names))) for rule, names in FIELDS.values()]
    entries = list(map(Entry._make, zip(*fields, strict=True)))
    remarks = {}
    for place in suspects(columns, dict(zip(FIELDS, fields, strict=True))):
        entries[place], remarks[place] = mended(rows[place], entries[place])
    return entries, remarks


def is_stated(field: str, missing: Collection[str]) -> bool:
    """Whether a file that lacks some columns still says what a field of the register should be."""
    return not any(name in missing and name != "HeadTitle (name)" for name in FIELDS[field][1])
