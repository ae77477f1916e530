"""One cell of a school file at a time: what it says once spaces, lost zeros and spreadsheet habits are put right.

Every function takes the cell as it stands in the file and gives back a clean value, or "" or None for "unknown".
None of them raises: whoever needs to tell a person that a value was unusable compares what came in with what came out.
The files are those of Get Information About Schools (GIAS) of the Department for Education.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

# What these files write for "unknown".
UNKNOWN = frozenset({"", "..", "…"})
LARGEST_URN_LENGTH = 7
LARGEST_COUNT = 99_999
LARGEST_AGE = 99
LONGEST_TELEPHONE = 30
FEWEST_DIGITS = 5
LONGEST_WEBSITE = 300
POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
DATE = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T].*)?")
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::[0-9]{1,5})?", re.ASCII)
WEBSITE = re.compile(r"(?:(https?)://?)?([^/?#\s\\@:]+(?::[0-9]+)?)([/?#][^\s<>\"'`{}|\\^]*)?", re.IGNORECASE)
# Most cells of most columns hold one of a few values; these caches are small and never grow.
remembered = lru_cache(maxsize=8192)


def tidy(cell: str) -> str:
    """The text with every run of spaces, no-break spaces and line breaks as one space; "" when it says "unknown"."""
    text = " ".join(cell.split())
    return "" if text in UNKNOWN else text


@remembered
def tidy_address(cell: str) -> str:
    """A line of an address; one that holds several lines has them joined by commas."""
    if "\n" in cell or "\r" in cell:
        return ", ".join(line for line in map(tidy, cell.splitlines()) if line)
    return tidy(cell)


def read_urn(cell: str) -> int | None:
    """The unique reference number of a school: up to seven digits, above zero."""
    text = cell.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= LARGEST_URN_LENGTH):
        return None
    return int(text) or None


@remembered
def read_code(cell: str, digits: int) -> str:
    """A code of so many characters; a spreadsheet may have eaten its zeros. "" when it is longer."""
    text = tidy(cell)
    if len(text) > digits:
        return ""
    return text.zfill(digits) if text.isascii() and text.isdigit() else text


@remembered
def read_count(cell: str) -> int | None:
    """A number of pupils, 0 to 99,999, perhaps with a comma for the thousands."""
    text = tidy(cell).replace(",", "")
    if not (text.isascii() and text.isdigit()):
        return None
    count = int(text[:12])
    return count if count <= LARGEST_COUNT else None


@remembered
def read_age(cell: str) -> int | None:
    """An age in whole years, 0 to 99."""
    age = read_count(cell)
    return age if age is not None and age <= LARGEST_AGE else None


@remembered
def read_percent(cell: str) -> Decimal | None:
    """A percentage from 0 to 100, to two decimal places."""
    text = tidy(cell).removesuffix("%").rstrip()
    try:
        percent = Decimal(text)
    except InvalidOperation:
        return None
    # Not-a-number compares with nothing, so it must go first.
    return round(percent, 2) if percent.is_finite() and 0 <= percent <= 100 else None


@remembered
def read_date(cell: str) -> date | None:
    """A day written dd-mm-yyyy as GIAS does, dd/mm/yyyy as a spreadsheet does, or yyyy-mm-dd."""
    found = DATE.fullmatch(tidy(cell))
    if not found:
        return None
    day, month, year, iso_year, iso_month, iso_day = found.groups()
    try:
        return date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError:
        return None


@remembered
def read_postcode(cell: str) -> str:
    """A postcode in capitals with its one space, or "" when it is none."""
    found = POSTCODE.fullmatch(tidy(cell).upper())
    return f"{found[1]} {found[2]}" if found else ""


def postcode_district(postcode: str) -> str:
    """The first half of a postcode: "LE7" of "LE7 7AW"."""
    return postcode.partition(" ")[0]


def read_districts(text: str) -> tuple[list[str], list[str]]:
    """Postcode districts from a list with commas or spaces, each once; then the pieces that are not districts."""
    pieces = list(dict.fromkeys(re.split(r"[\s,;]+", text.strip().upper()))) if text.strip() else []
    districts = [piece for piece in pieces if DISTRICT.fullmatch(piece)]
    return districts, [piece for piece in pieces if piece and piece not in districts]


@remembered
def read_telephone(cell: str) -> str:
    """A telephone number. Nine or ten digits without a leading zero have lost it in a spreadsheet."""
    text = tidy(cell)
    digits = "".join(filter(str.isdigit, text))
    if len(digits) < FEWEST_DIGITS or len(text) > LONGEST_TELEPHONE:
        return ""
    return "0" + text if text == digits and len(digits) in (9, 10) and digits[0] != "0" else text


@remembered
def read_website(cell: str) -> str:
    """A web address that is safe to link to: http or https, small letters in its host; "" for anything else."""
    text = "".join(cell.split())
    found = WEBSITE.fullmatch(text) if len(text) < LONGEST_WEBSITE else None
    if not found or not HOST.fullmatch(found[2].lower()):
        return ""
    return f"{(found[1] or 'http').lower()}://{found[2].lower()}{found[3] or ''}"
