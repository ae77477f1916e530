"""A school file on disk: which encoding it has, and its records one by one. Reads as a stream, however large."""

import codecs
import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError

from schools.rules import COLUMNS, Layout, WrongHeader, read_layout
from schools.rules.layout import NEEDED

CHUNK = 1 << 20
# Bytes that mean nothing in Windows-1252.
UNDEFINED_IN_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
# What files begin with that people take for CSV.
OTHER_KINDS = {
    b"PK\x03\x04": "a spreadsheet or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel spreadsheet",
    b"%PDF": "a PDF",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"\x1f\x8b": "a compressed file",
}


class ImportRefused(ValidationError):
    """A file that must not be imported. Its one message is a sentence for the person who tried; nothing has changed."""


@dataclass(frozen=True)
class SchoolFile:
    """A file that can be read as text: its encoding, its fingerprint, and whether its last line is a whole line."""

    path: Path
    encoding: str
    sha256: str
    ends_with_line_break: bool


# One record of a CSV file, with its number: the header is record 1, and a record may span several lines. Its cells are
# an empty list for an empty line, and None where the quotation marks make no sense.
Record = tuple[int, list[str] | None]


class Truncated(Exception):
    """The file ends inside a quoted cell, or in a last record with too few columns and no line break."""


def examine(path: Path) -> SchoolFile:
    """Read the whole file once to learn whether and how it can be read as text.

    Raises:
        ImportRefused: the file cannot be opened, is empty, is not text, or is in no encoding that GIAS uses.
    """
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    is_utf8 = is_cp1252 = True
    first = last = b""
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                first, last = first or chunk[:4], chunk[-1:]
                _refuse_binary(chunk, first)
                digest.update(chunk)
                is_utf8 = is_utf8 and _decodes(decoder, chunk)
                is_cp1252 = is_cp1252 and len(chunk) == len(chunk.translate(None, UNDEFINED_IN_CP1252))
    except OSError as error:
        raise ImportRefused(f"The file cannot be read: {error.strerror}.") from error
    if not first:
        raise ImportRefused("The file is empty.")
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    if not is_utf8 and (first.startswith(codecs.BOM_UTF8) or not is_cp1252):
        raise ImportRefused("The file is neither UTF-8 nor Windows-1252 text, so its letters cannot be known.")
    return SchoolFile(path, "utf-8-sig" if is_utf8 else "cp1252", digest.hexdigest(), last in b"\r\n")


def _refuse_binary(chunk: bytes, first: bytes) -> None:
    kind = next((kind for start, kind in OTHER_KINDS.items() if first.startswith(start)), "")
    if kind:
        raise ImportRefused(f"This is {kind}, not CSV. Download or save it as CSV and try again.")
    if b"\0" in chunk:
        raise ImportRefused("This is not a text file. Download or save it as CSV and try again.")


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    if chunk.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def read_records(file: SchoolFile) -> Iterator[Record]:
    """The records of a file, the header first.

    Raises:
        Truncated: after the last whole record, when the file breaks off in the one that follows.
        ImportRefused: a quotation mark that is not closed has swallowed too much to go on.
    """
    with file.path.open(encoding=file.encoding, newline="") as stream:
        reader = csv.reader(stream, strict=True)
        number, width = 0, 0
        held: Record | None = None
        while True:
            try:
                for cells in reader:
                    number += 1
                    if held:
                        yield held
                        held = None
                    width = width or len(cells)
                    if len(cells) < width and cells and not file.ends_with_line_break:
                        # Only if nothing follows has it been cut short.
                        held = number, cells
                    else:
                        yield number, cells
                if held:
                    raise Truncated
                return
            except csv.Error as error:
                number += 1
                if held:
                    yield held
                    held = None
                if "unexpected end of data" in str(error):
                    raise Truncated from error
                if "field larger than" in str(error):
                    sentence = f"The file is damaged: a quotation mark in record {number} is never closed."
                    raise ImportRefused(sentence) from error
                yield number, None


def read_header(
    records: Iterator[Record], *, columns: Sequence[str] = COLUMNS, needed: Sequence[str] = NEEDED
) -> Layout:
    """Take the first record and find the columns in it.

    Raises:
        ImportRefused: there is none, or it does not name the columns that are needed.
    """
    unreadable = "This is not a school file: its first line cannot be read as CSV."
    try:
        _, header = next(records)
        if header == []:
            raise ImportRefused("The first line is empty: it should name the columns.")
        if header is None:
            raise ImportRefused(unreadable)
        return read_layout(header, columns=columns, needed=needed)
    except WrongHeader as error:
        raise ImportRefused(str(error)) from error
    except Truncated as error:
        raise ImportRefused(unreadable) from error
