"""Where the columns stand in a school file. Files differ in number and order of columns, so they go by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

Cells = tuple[str, ...]

# A file without these cannot be a school file.
NEEDED = (
    "URN",
    "EstablishmentName",
    "LA (code)",
    "EstablishmentStatus (code)",
    "PhaseOfEducation (code)",
    "TypeOfEstablishment (code)",
)
# The other columns we read, when a file has them.
OPTIONAL = (
    "LA (name)",
    "EstablishmentNumber",
    "TypeOfEstablishment (name)",
    "PhaseOfEducation (name)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "NumberOfPupils",
    "PercentageFSM",
    "Street",
    "Locality",
    "Address3",
    "Town",
    "County (name)",
    "Postcode",
    "SchoolWebsite",
    "TelephoneNum",
    "HeadTitle (name)",
    "HeadFirstName",
    "HeadLastName",
    "OpenDate",
    "CloseDate",
    "ReasonEstablishmentClosed (name)",
)
COLUMNS = NEEDED + OPTIONAL


class WrongHeader(ValueError):
    """The first record does not name the columns a file must have. Its text is a sentence for a person."""


@dataclass(frozen=True)
class Layout:
    """How to take a record of one file apart."""

    # Columns in the header, and how many of them a record must have to reach the last one we read.
    width: int
    reach: int
    # The cells of `COLUMNS`, in that order, of a record padded to `width` with one more blank cell.
    pick: Callable[[Sequence[str]], Cells]
    missing: frozenset[str]


def _key(name: str) -> str:
    return "".join(name.split()).casefold()


def read_layout(header: Sequence[str], *, columns: Sequence[str] = COLUMNS, needed: Sequence[str] = NEEDED) -> Layout:
    """Find the columns by name, whatever their order, spaces and capitals. Of two with the same name the first counts.

    Raises:
        WrongHeader: needed columns are missing; the sentence names them.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        places.setdefault(_key(name), place)
    missing = [name for name in needed if _key(name) not in places]
    if missing:
        raise WrongHeader(_missing_sentence(header, missing, needed))
    blank = len(header)
    found = [places.get(_key(name), blank) for name in columns]
    return Layout(
        width=blank,
        reach=max(place for place in found if place < blank) + 1,
        pick=itemgetter(*found),
        missing=frozenset(name for name, place in zip(columns, found, strict=True) if place == blank),
    )


def _missing_sentence(header: Sequence[str], missing: Sequence[str], needed: Sequence[str]) -> str:
    only = header[0] if len(header) == 1 else ""
    if (separator := next((mark for mark in ";\t|" if mark in only), "")) and needed[0] in only:
        name = {";": "semicolons", "\t": "tabs", "|": "bars"}[separator]
        return f"The columns are parted by {name}, not by commas. Save the file again as CSV with commas."
    names = ", ".join(f"“{name}”" for name in missing)
    if len(missing) == len(needed):
        return f"This is not a school file: its first line names none of the columns {names}."
    return f"The first line does not name the column{'s' if len(missing) > 1 else ''} {names}."
