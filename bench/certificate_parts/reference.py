"""The reference of bench/certificates.py: the same words in the same fonts, set by fpdf2; and made-up schools."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

PLACES = ("Anstey", "Barrow", "Coalville", "Desford", "Enderby", "Fleckney", "Groby", "Hinckley", "Ibstock", "Kegworth")
KINDS = (
    "Primary School",
    "Church of England Primary School",
    "Catholic Voluntary Academy",
    "Community Infant and Nursery School",
    "High School and Sixth Form College",
)
SAINTS = ("St Mary's", "St Peter's", "Holy Cross", "All Saints", "Queen Elizabeth's", "Oak Hill", "Brook Lane")
LEVELS = ("bronze", "silver", "gold")


def facts(count: int) -> list[dict[str, Any]]:
    """The same made-up schools each time, with short and long names and all three levels."""
    choose = random.Random(7)
    return [
        {
            "hub_name": "Soar Valley Music Education Hub",
            "school_name": f"{choose.choice(SAINTS)} {choose.choice(KINDS)}, {choose.choice(PLACES)}",
            "level": LEVELS[number % 3],
            "level_label": LEVELS[number % 3].title(),
            "awarded_on": date(2026, 1 + number % 12, 1 + number % 28),
            "expires_on": date(2029, 1 + number % 12, 1 + number % 28),
            "number": f"2026-{number:04}",
            "framework_title": "Primary music audit",
            "framework_version": "1.0",
            "signatory_name": "Alex Whitcombe",
            "signatory_role": "Head of the hub",
            "verify_url": f"https://hub.example.org/certificates/{choose.getrandbits(128):032x}/",
        }
        for number in range(count)
    ]


@dataclass(frozen=True)
class Line:
    """One line of the reference's page: millimetres from the top, font, size in points, words."""

    top: float
    family: str
    style: str
    size: float
    words: str


def start_fpdf2() -> Callable[[dict[str, Any]], bytes]:
    from importlib.resources import files

    import segno
    from fpdf import FPDF

    serif = Path(str(files("font_source_serif_pro"))) / "files"
    sans = Path(str(files("font_source_sans_pro"))) / "files"

    def set_certificate(fact: dict[str, Any]) -> bytes:
        pdf = FPDF(orientation="L", unit="mm", format="A4")
        pdf.set_auto_page_break(False)
        pdf.add_font("serif", "", serif / "SourceSerifPro-Regular.ttf")
        pdf.add_font("serif", "B", serif / "SourceSerifPro-Semibold.ttf")
        pdf.add_font("serif", "I", serif / "SourceSerifPro-It.ttf")
        pdf.add_font("sans", "", sans / "SourceSansPro-Regular.ttf")
        pdf.set_lang("en-GB")
        pdf.set_title(f"Developing Quality Award, {fact['level_label']}: {fact['school_name']}")
        pdf.set_author(fact["hub_name"])
        pdf.add_page()
        pdf.rect(11, 11, 275, 188)
        pdf.rect(13, 13, 271, 184)
        for line in lines_of(fact):
            pdf.set_font(line.family, line.style, line.size)
            pdf.set_xy(24, line.top)
            pdf.cell(249, 8, line.words, align="C")
        code = segno.make(fact["verify_url"], error="m", micro=False)
        pdf.set_fill_color(0)
        module = 24 / code.symbol_size(border=0)[0]
        for row, modules in enumerate(code.matrix):
            for start, length in runs(modules):
                pdf.rect(248 + start * module, 164 + row * module, length * module, module, style="F")
        return bytes(pdf.output())

    return set_certificate


def lines_of(fact: dict[str, Any]) -> list[Line]:
    awarded, expires = (f"{day.day} {day:%B %Y}" for day in (fact["awarded_on"], fact["expires_on"]))
    return [
        Line(32, "sans", "", 13, fact["hub_name"]),
        Line(42, "serif", "", 29, "Developing Quality Award"),
        Line(54, "serif", "I", 15, "This certificate is presented to"),
        Line(72, "serif", "B", 30, fact["school_name"]),
        Line(92, "serif", "I", 15, "which has achieved"),
        Line(104, "serif", "B", 44, fact["level_label"].upper()),
        Line(117, "serif", "I", 15, "for the quality of the music it offers all its pupils"),
        Line(126, "serif", "", 14, f"Awarded on {awarded} and valid until {expires}"),
        Line(133, "sans", "", 10, f"Criteria: {fact['framework_title']}, version {fact['framework_version']}"),
        Line(165, "serif", "", 16, fact["signatory_name"]),
        Line(172, "sans", "", 10.5, fact["signatory_role"]),
        Line(177, "sans", "", 9.5, f"Certificate number {fact['number']}"),
        Line(182, "sans", "", 9.5, "Check that it is genuine at"),
        Line(187, "sans", "", 9.5, fact["verify_url"]),
    ]


def runs(modules: Iterable[int]) -> Iterable[tuple[int, int]]:
    """The dark stretches of a row of the QR code: where each starts, and its length."""
    start = None
    for place, dark in enumerate([*modules, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None
