"""What a record of a school file becomes: an entry for the register, or the reason why there is none."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Why(StrEnum):
    """Why a sound record is none of the register's business."""

    ELSEWHERE = "in another local authority"
    NOT_A_SCHOOL = "not a school"
    PROPOSED = "not open yet"
    CLOSED_BEFORE = "closed before the register knew it"


class Entry(NamedTuple):
    """What an import writes about a school, under the names of `schools.models.School`; text first."""

    name: str
    la_code: str
    la_name: str
    establishment_number: str
    type_code: str
    type_name: str
    phase_code: str
    phase_name: str
    status: str
    street: str
    locality: str
    address3: str
    town: str
    county: str
    postcode: str
    website: str
    telephone: str
    head_name: str
    closed_reason: str
    audit_offer: str
    search_text: str
    urn: int
    low_age: int | None
    high_age: int | None
    pupils: int | None
    fsm_percent: Decimal | None
    opened_on: date | None
    closed_on: date | None


class Reading(NamedTuple):
    """A record that the register takes, and what had to be left out of it, a sentence each."""

    entry: Entry
    remarks: tuple[str, ...]


class Rejected(NamedTuple):
    """A record that cannot be used as it is, and why."""

    reason: str


class Outside(NamedTuple):
    """A sound record that is none of the register's business, with the school's number where it has one."""

    why: Why
    urn: int | None
