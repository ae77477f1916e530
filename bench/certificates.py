"""How long a certificate takes, beside fpdf2 setting the same words in the same fonts.

    python -m bench.certificates

Three ways: a cold process (started, and its first certificate written; ours starts the whole portal), a
warm worker (one certificate after another, each timed alone) and a batch of 300. Then 1,000 in the background
batch, over two worker processes and into PostgreSQL (see `bench.certificate_parts.background` for what is timed
on both sides): at most twice the time of fpdf2, and with flat memory. The reference, fpdf2, gets
a new document for each certificate, as its manual has it: it cuts a loaded font down in place when it
writes, so a font object serves one document only. It is spared what the product does besides: no tags, no
medal, no frame but two rectangles, no fitting of names. Warm and batch must take at most 2.5 times as long
as fpdf2, and each file must be a valid tagged one of its own.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    # So that `python bench/certificates.py` works as well.
    sys.path.insert(0, str(PROJECT))

# Not before the path is known.
from bench import scratch_database  # noqa: E402
from bench.certificate_parts import background  # noqa: E402
from bench.certificate_parts.reference import facts, start_fpdf2  # noqa: E402

LIMIT = 2.5
BATCH = 300
WARM = 40
WARMING_UP = 3
COLD = 3
# Reading a file's text back is slow: the words of every so manieth are compared, the structure of all.
READ_EVERY = 15

# --- The product -----------------------------------------------------------------------------------------------


def start_product() -> Callable[[dict[str, Any]], bytes]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubportal.settings")
    os.environ["LOG_LEVEL"] = "WARNING"
    import django

    django.setup()
    from awards.pdf import CertificateText, render_certificate

    return lambda fact: render_certificate(CertificateText(**fact))


def product_batch(all_facts: list[dict[str, Any]]) -> Iterable[bytes]:
    from awards.pdf import CertificateText, render_certificates

    return render_certificates(CertificateText(**fact) for fact in all_facts)


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
    parser.add_argument("--work", action="store_true", help="a worker of the background batch, told what to do")
    parser.add_argument("--certificates", type=int, default=background.CERTIFICATES, help="in the background batch")
    arguments = parser.parse_args()
    if arguments.work:
        return background.work()
    if arguments.first:
        MAKERS[arguments.first]()(facts(1)[0])
        return 0

    with scratch_database(os.environ) as address:
        background.prepare(address)
        passed = measure()
        passed &= background.measure(arguments.certificates)
    print("PASS" if passed else "FAIL")
    return 0 if passed else 1


def measure() -> bool:
    """One certificate after another, in one process."""
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
    return passed and not wrong


if __name__ == "__main__":
    sys.exit(main())
