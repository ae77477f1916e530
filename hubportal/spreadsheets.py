"""A list as a file that a spreadsheet opens, with nothing in it that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, "CSV Injection").
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_response(*, filename: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The rows as a CSV download in UTF-8, with the mark by which Excel knows the encoding."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return response


def harmless(cell: object) -> object:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front, so that it stays a text."""
    is_formula = isinstance(cell, str) and cell.lstrip(" ").startswith(STARTS_FORMULA)
    return f"'{cell}" if is_formula else cell
