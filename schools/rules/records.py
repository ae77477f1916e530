"""One record of a school file: what the register takes from it, or why it takes nothing."""

from collections.abc import Collection

from .entries import Entry, Outside, Reading, Rejected, Why
from .layout import Cells
from .mending import may_have_lost, mended
from .offers import PHASE_NAMES, audit_offer
from .search import search_text
from .values import (
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


_tidy = remembered(tidy)


def read_record(cells: Cells, *, authorities: Collection[str]) -> Reading | Rejected | Outside:
    """Read one record, its cells in the order of `layout.COLUMNS`.

    `authorities` are the codes of the local authorities that the hub serves. Whether a school is new, known or comes
    twice is for the caller to find out: this sees one record only.
    """
    urn_cell, name_cell, la_cell, status_cell, _, type_cell = cells[:6]
    urn = read_urn(urn_cell)
    la_code = read_code(la_cell, 3)
    if la_code and la_code not in authorities:
        return Outside(Why.ELSEWHERE, urn)
    if urn is None:
        text = tidy(urn_cell)
        return Rejected(f"its URN “{text[:40]}” is not a number" if text else "a school is known by its URN alone")
    if not la_code:
        return Rejected("it has no local authority code")
    if read_code(type_cell, 2) in NOT_SCHOOLS:
        return Outside(Why.NOT_A_SCHOOL, urn)
    status_code = status_cell.strip()
    if status_code == PROPOSED_TO_OPEN:
        return Outside(Why.PROPOSED, urn)
    status = STATUS_OF_CODE.get(status_code)
    if status is None:
        return Rejected(f"its status code “{status_code[:40]}” is not one of 1, 2, 3 and 4")
    name = tidy(name_cell)
    if not name:
        return Rejected("it has no name")
    return _read_school(cells, urn=urn, name=name, la_code=la_code, status=status)


def _read_school(cells: Cells, *, urn: int, name: str, la_code: str, status: str) -> Reading:
    # fmt: off
    (_, _, _, _, phase_cell, type_cell, la_name, number, type_name, phase_name, low_cell, high_cell, pupils_cell,
     fsm_cell, street, locality, address3, town_cell, county, postcode_cell, website_cell, telephone_cell, title,
     first_name, last_name, open_cell, close_cell, reason) = cells
    is_closed = status == "closed"
    phase_code, type_code = phase_cell.strip(), read_code(type_cell, 2)
    low_age, high_age = read_age(low_cell), read_age(high_cell)
    if low_age is not None and high_age is not None and low_age > high_age:
        low_age = high_age = None
    town, postcode = _tidy(town_cell), read_postcode(postcode_cell)
    # By position: naming twenty-eight fields for each of fifty thousand records takes longer than reading them.
    entry = Entry(
        name, la_code, _tidy(la_name), read_code(number, 4), type_code, _tidy(type_name),
        phase_code if phase_code in PHASE_NAMES else "", PHASE_NAMES.get(phase_code) or _tidy(phase_name), status,
        tidy_address(street), tidy_address(locality), tidy_address(address3), town, _tidy(county), postcode,
        read_website(website_cell), read_telephone(telephone_cell), _tidy(f"{title} {first_name} {last_name}"),
        _tidy(reason) if is_closed else "",
        audit_offer(phase_code=phase_code, type_code=type_code, low_age=low_age, high_age=high_age),
        search_text(name=name, town=town, postcode=postcode, urn=urn),
        urn, low_age, high_age, read_count(pupils_cell), read_percent(fsm_cell),
        read_date(open_cell), read_date(close_cell) if is_closed else None,
    )
    # fmt: on
    if may_have_lost(cells, entry):
        return mended(cells, entry)
    return Reading(entry, ())
