"""School files for tests: the national register's real header, and rows that say no more than a test needs."""

import csv
from pathlib import Path

from django.conf import settings

DATA = Path(__file__).parent / "data"
ODD_ROWS = DATA / "gias_odd_rows_cp1252.csv"
MIXED_ROWS = DATA / "gias_mixed_rows_cp1252.csv"
LEICESTERSHIRE = settings.BASE_DIR / "schools" / "data" / "gias_leicestershire.csv"
LEICESTERSHIRE_LINKS = settings.BASE_DIR / "schools" / "data" / "gias_links_leicestershire.csv"
HEADER = next(csv.reader([ODD_ROWS.read_text(encoding="cp1252").partition("\n")[0]]))
PLAIN = {
    "LA (code)": "855",
    "LA (name)": "Leicestershire",
    "EstablishmentName": "Example Primary School",
    "TypeOfEstablishment (code)": "01",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentStatus (code)": "1",
    "EstablishmentStatus (name)": "Open",
    "PhaseOfEducation (code)": "2",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "4",
    "StatutoryHighAge": "11",
    "Street": "1 Example Street",
    "Town": "Leicester",
    "Postcode": "LE1 1AA",
}


def row(urn: int | str, **cells: str) -> dict[str, str]:
    """An open primary school. `cells` are named by column, or by a short name where a column's is no Python name."""
    short = {
        "name": "EstablishmentName", "la": "LA (code)", "status": "EstablishmentStatus (code)",
        "phase": "PhaseOfEducation (code)", "type": "TypeOfEstablishment (code)", "low": "StatutoryLowAge",
        "high": "StatutoryHighAge", "reason": "ReasonEstablishmentClosed (name)",
    }  # fmt: skip
    return PLAIN | {"URN": str(urn)} | {short.get(name, name): cell for name, cell in cells.items()}


def write(path: Path, rows: list[dict[str, str]], *, header: list[str] = HEADER, encoding: str = "cp1252") -> Path:
    """A file of these rows with all columns of the header, each cell quoted as the Department does."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", extrasaction="ignore", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return path
