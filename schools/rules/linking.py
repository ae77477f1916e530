"""One record of a links file: which school follows which."""

from datetime import date
from typing import NamedTuple

from .entries import Rejected
from .layout import Cells
from .values import read_date, read_urn, tidy

LINK_COLUMNS = ("URN", "LinkURN", "LinkType", "LinkName", "LinkEstablishedDate")
LINK_NEEDED = ("URN", "LinkURN", "LinkType")
LONGEST_NAME = 200
LONGEST_TYPE = 60


class Link(NamedTuple):
    """That one school is linked to another, seen from the first."""

    urn: int
    linked_urn: int
    link_type: str
    linked_name: str
    established_on: date | None


def read_link(cells: Cells) -> Link | Rejected:
    """Read one record, its cells in the order of `LINK_COLUMNS`. A link without a date is as good as one with."""
    urn, linked_urn = read_urn(cells[0]), read_urn(cells[1])
    if urn is None or linked_urn is None:
        return Rejected("its URN or the linked URN is not a number")
    if urn == linked_urn:
        return Rejected("it links a school to itself")
    link_type = tidy(cells[2])[:LONGEST_TYPE]
    if not link_type:
        return Rejected("it does not say what kind of link it is")
    return Link(urn, linked_urn, link_type, tidy(cells[3])[:LONGEST_NAME], read_date(cells[4]))
