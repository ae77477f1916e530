"""How long a certificate takes, beside fpdf2 setting the same words in the same fonts.

    python -m bench.certificates

Three ways: a cold process (started, and its first certificate written; ours starts the whole portal), a
warm worker (one certificate after another, each timed alone) and a batch of 300. The reference, fpdf2, gets
a new document for each certificate, as its manual has it: it cuts a loaded font down in place when it
writes, so a font object serves one document only. It is spared what the product does besides: no tags, no
medal, no frame but two rectangles, no fitting of names. Warm and batch must take at most 2.5 times as long
as fpdf2, and each file must be a valid tagged one of its own.
"""

import argparse
import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    # So that `python bench/certificates.py` works as well.
    sys.path.insert(0, str(PROJECT))

LIMIT = 2.5
BATCH = 300
WARM = 40
WARMING_UP = 3
COLD = 3
# Reading a file's text back is slow: the words of every so manieth are compared, the structure of all.
READ_EVERY = 15

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


# --- The product -----------------------------------------------------------------------------------------------


def start_product() -> Callable[[dict[str, Any]], bytes]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubportal.settings")
    # fontTools tells the log of every table it cuts: that would be held against fpdf2.
    os.environ["LOG_LEVEL"] = "WARNING"
    import django

    django.setup()
    from awards.pdf import CertificateText, render_certificate

    return lambda fact: render_certificate(CertificateText(**fact))


def product_batch(all_facts: list[dict[str, Any]]) -> Iterable[bytes]:
    from awards.pdf import CertificateText, render_certificates

    return render_certificates(CertificateText(**fact) for fact in all_facts)


# --- The reference ---------------------------------------------------------------------------------------------


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


MAKERS = {"product": start_product, "fpdf2": start_fpdf2}


# --- Timing ----------------------------------------------------------------------------------------------------


def cold(maker: str) -> float:
    """Milliseconds from the start of a process to the end of its first certificate; the best of a few."""

    def once() -> float:
        began = time.perf_counter()
        command = [sys.executable, str(PROJECT / "bench" / "certificates.py"), "--first", maker]
        subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        return (time.perf_counter() - began) * 1000

    return min(once() for _ in range(COLD))


def warm(makers: dict[str, Callable[[dict[str, Any]], bytes]]) -> tuple[dict[str, float], dict[str, list[bytes]]]:
    """The median of single certificates, the two taking turns so that a busy machine is busy for both."""
    took: dict[str, list[float]] = {name: [] for name in makers}
    made: dict[str, list[bytes]] = {name: [] for name in makers}
    for number, fact in enumerate(facts(WARMING_UP + WARM)):
        for name, make in makers.items():
            began = time.perf_counter()
            content = make(fact)
            if number >= WARMING_UP:
                took[name].append((time.perf_counter() - began) * 1000)
                made[name].append(content)
    return {name: median(times) for name, times in took.items()}, made


def batch(make: Callable[[list[dict[str, Any]]], Iterable[bytes]]) -> tuple[float, list[bytes]]:
    """Milliseconds for each of a batch, all included."""
    all_facts = facts(BATCH)
    began = time.perf_counter()
    made = list(make(all_facts))
    return (time.perf_counter() - began) * 1000 / BATCH, made


# --- What was made ---------------------------------------------------------------------------------------------


def problems(made: list[bytes], of: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the product's files: each must be a valid tagged one, and nobody else's."""
    from hubportal.tests.tagged_pdf import problems_of

    found = [
        f"{fact['number']}: {problem}"
        for content, fact in zip(made, of, strict=True)
        for problem in problems_of(content)
    ]
    if len({hashlib.sha256(content).digest() for content in made}) != len(made):
        found.append("two certificates have the same bytes")
    return found + unread(made, of)


def unread(made: list[bytes], of: list[dict[str, Any]]) -> list[str]:
    """Which words of the certificate cannot be read back from its page."""
    import pypdf

    missing = []
    for content, fact in list(zip(made, of, strict=True))[::READ_EVERY]:
        page = "".join(pypdf.PdfReader(BytesIO(content)).pages[0].extract_text().split()).lower()
        wanted = ("hub_name", "school_name", "level_label", "number", "framework_title", "signatory_name", "verify_url")
        missing += [f"{fact['number']}: no {key}" for key in wanted if "".join(fact[key].split()).lower() not in page]
    return missing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", choices=MAKERS, help="write one certificate and stop: a cold process")
    arguments = parser.parse_args()
    if arguments.first:
        MAKERS[arguments.first]()(facts(1)[0])
        return 0

    cold_times = {name: cold(name) for name in MAKERS}
    makers = {name: start() for name, start in MAKERS.items()}
    warm_times, warm_files = warm(makers)
    product_time, product_files = batch(product_batch)
    fpdf2_time, fpdf2_files = batch(lambda all_facts: map(makers["fpdf2"], all_facts))

    rows = [
        ("cold process", cold_times["product"], cold_times["fpdf2"], None),
        ("warm worker", warm_times["product"], warm_times["fpdf2"], LIMIT),
        (f"batch of {BATCH}", product_time, fpdf2_time, LIMIT),
    ]
    print("milliseconds a certificate    product      fpdf2   ratio to fpdf2")
    passed = True
    for name, ours, theirs, limit in rows:
        ratio = ours / theirs
        passed = passed and (limit is None or ratio <= limit)
        note = f"   (at most {limit})" if limit else ""
        print(f"{name:26} {ours:10.1f} {theirs:10.1f} {ratio:16.2f}{note}")

    wrong = problems(warm_files["product"], facts(WARMING_UP + WARM)[WARMING_UP:]) + problems(
        product_files, facts(BATCH)
    )
    wrong += [f"fpdf2 {line}" for line in unread(fpdf2_files, facts(BATCH))]
    print(f"{WARM + BATCH} files read back, each one page, tagged PDF/UA-1, fonts embedded: {len(wrong)} problems")
    for line in wrong[:20]:
        print(f"  {line}")
    passed = passed and not wrong
    print("PASS" if passed else "FAIL")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
