"""A thousand certificates through the background batch, over two worker processes, beside fpdf2.

What the product's time holds: two real processes issue the certificates (`issue_certificate`: set, numbered, stored in
PostgreSQL with fingerprint, constraints, triggers and timeline, a transaction each), a member of staff asks for the
batch of the term (`ask_for_batch`), and the two pack its parts (`pack_part`: each certificate is read back and held
against its fingerprint). What it leaves out: starting the processes and setting a first certificate in each; the broker
(this program hands out the parts itself); the schools, audits and awards, which are there before. Each worker issues
in a year of its own, because certificates of one year get their numbers one after the other.

What fpdf2's time holds: one process sets the same texts in the same fonts, and nothing else: no tags, no medal, no
database, no ZIP. The two take turns, a few hundred each, so that a busy machine is busy for both.

Memory: the highest resident size of each worker after its first stretch of either work beside that after its last, and
of this program before and after it streams the finished ZIP file.
"""

import hashlib
import io
import json
import os
import queue
import resource
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from bench import migrate, verdict
from bench.certificate_parts.reference import facts, start_fpdf2

PROJECT = Path(__file__).resolve().parent.parent.parent
CERTIFICATES = 1_000
WORKERS = 2
LIMIT = 2.0
STRETCH = 50
TURNS = 4
# What an allocator keeps or gives back from one page to the next; a leak of a certificate each would be tens of it.
GROWTH_LIMIT_MB = 24
CHECK_EVERY = 20


# --- A worker ----------------------------------------------------------------------------------------------------


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def work() -> int:
    """Do what the lines of standard input say, and answer each with a line: until there are no more."""
    import django

    django.setup()
    from django.utils import timezone

    from awards.models import Award
    from awards.services import pack_part
    from awards.services.certificates import issue_certificate
    from hubportal.accounts.models import User

    by, answers = User.objects.get(), sys.stdout
    with redirect_stdout(io.StringIO()):
        for line in sys.stdin:
            task = json.loads(line)
            if "part" in task:
                assert pack_part(part_id=task["part"])
            else:
                at = datetime(task["year"], 11, 20, tzinfo=timezone.get_current_timezone())
                for award in Award.objects.filter(pk__in=task["awards"]).select_related("school", "audit__framework"):
                    issue_one(issue_certificate, award=award, by=by, at=at)
            print(json.dumps({"peak": peak_mb()}), file=answers, flush=True)
    return 0


def issue_one(issue: Any, **details: Any) -> None:
    """In a transaction of its own, as one decision is."""
    from django.db import transaction

    with transaction.atomic():
        issue(**details)


@dataclass
class Worker:
    """A process that issues and packs; `peaks` is its highest size in megabytes after each task, by kind of work."""

    number: int
    environment: dict[str, str]
    peaks: dict[str, list[float]] = field(default_factory=dict)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.certificates", "--work"],
            cwd=PROJECT, env=self.environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def do(self, kind: str, **task: Any) -> None:
        print(json.dumps(task), file=_open(self.process.stdin), flush=True)
        answer = _open(self.process.stdout).readline()
        assert answer, "a worker has died"
        self.peaks.setdefault(kind, []).append(json.loads(answer)["peak"])

    def stop(self) -> None:
        _open(self.process.stdin).close()
        self.process.wait(timeout=60)

    @property
    def growth(self) -> float:
        """From its first stretch of each kind to the last of that kind, and to the end: the larger of the two."""
        return max(peaks[-1] - peaks[0] for peaks in self.peaks.values())


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream
    return stream


def share_out(workers: Sequence[Worker], kind: str, tasks: Iterable[dict[str, Any]]) -> None:
    """Each worker takes the next task when it has done one."""
    left: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    for task in tasks:
        left.put(task)

    def go(worker: Worker) -> None:
        while True:
            try:
                task = left.get_nowait()
            except queue.Empty:
                return
            worker.do(kind, **({"year": 2026 + worker.number} if kind == "issue" else {}), **task)

    threads = [threading.Thread(target=go, args=[worker]) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# --- The hub -----------------------------------------------------------------------------------------------------


def build_hub(texts: list[dict[str, Any]]) -> list[int]:
    """Schools with a decided award each, in the order of `texts`; their certificates are still to be issued."""
    from django.core.management import call_command
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from audits.models import Audit, Framework
    from awards.models import Award
    from hubportal.accounts.models import Role, User
    from meetings.models import Meeting, MeetingKind
    from schools.models import AuditOffer, HubProfile, School

    call_command("load_frameworks", verbosity=0, stdout=io.StringIO())
    by = User.objects.create(email="officer@hub.example.org", name="Officer", role=Role.OFFICER)
    one = texts[0]
    HubProfile.objects.update_or_create(
        pk=1,
        defaults={key: one[key] for key in ("signatory_name", "signatory_role")} | {"name": one["hub_name"]},
    )
    framework = Framework.objects.published().get(phase="primary")
    schools = School.objects.bulk_create(
        School(
            urn=900_000 + number, name=text["school_name"], la_code="855", la_name="Here",
            audit_offer=AuditOffer.PRIMARY,
        )
        for number, text in enumerate(texts)
    )  # fmt: skip
    begin = datetime(2026, 9, 7, tzinfo=UTC)
    meetings = Meeting.objects.bulk_create(
        Meeting(
            school=school, officer=by, booked_by=by, kind=MeetingKind.QUALITY_CONVERSATION,
            period=DateTimeTZRange(begin + timedelta(minutes=number), begin + timedelta(minutes=number + 1)),
        )
        for number, school in enumerate(schools)
    )  # fmt: skip
    audits = Audit.objects.bulk_create(Audit(meeting=one, framework=framework, started_by=by) for one in meetings)
    awards = Award.objects.bulk_create(
        Award(
            school=school, audit=audit, level=text["level"], rules_level=text["level"], reason="Measured.", decision={},
            awarded_on=date(2026, 9, 7), expires_on=date(2029, 9, 7), decided_by=by,
        )
        for school, audit, text in zip(schools, audits, texts, strict=True)
    )  # fmt: skip
    return [award.pk for award in awards]


def same_texts(award_ids: Sequence[int], texts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the product has just set for these awards, for fpdf2 to set as well."""
    from django.conf import settings
    from django.urls import reverse

    from awards.models import Certificate

    found = Certificate.objects.filter(award__in=award_ids).defer("pdf").select_related("award__audit__framework")
    issued = {certificate.award_id: certificate for certificate in found}
    return [
        text | text_of(issued[pk], settings.HUB_BASE_URL, reverse) for pk, text in zip(award_ids, texts, strict=True)
    ]


def text_of(certificate: Any, hub: str, reverse: Any) -> dict[str, Any]:
    award = certificate.award
    return {
        "awarded_on": award.awarded_on, "expires_on": award.expires_on, "number": certificate.number,
        "framework_title": award.audit.framework.title, "framework_version": award.audit.framework.version,
        "verify_url": hub + reverse("verify_certificate", args=[certificate.key]),
    }  # fmt: skip


# --- Measuring ---------------------------------------------------------------------------------------------------


@dataclass
class Times:
    """Seconds, of all turns together."""

    issuing: float = 0
    packing: float = 0
    fpdf2: float = 0
    download: float = 0

    @property
    def ratio(self) -> float:
        return (self.issuing + self.packing) / self.fpdf2


def prepare(address: str) -> None:
    """The product's tables in an empty database, and the product set up to use it."""
    migrate(address)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="hubportal.settings", DATABASE_URL=address, DEBUG="false",
        REDIS_URL="memory://localhost",
        # fontTools tells the log of every table it cuts: that would be held against fpdf2.
        SECRET_KEY=secrets.token_hex(25), HUB_BASE_URL="https://hub.example.org", LOG_LEVEL="WARNING",
    )  # fmt: skip
    import django

    django.setup()


def measure(certificates: int) -> bool:
    """Both sides, in turns; prints what was measured and says whether all of it is within its limits."""
    texts = facts(certificates + WORKERS)
    award_ids = build_hub(texts)
    workers = [Worker(number, dict(os.environ)) for number in range(WORKERS)]
    for worker in workers:
        worker.start()
    try:
        # Loading the product and its fonts is measured as a cold process.
        for worker in workers:
            worker.do("first", year=2026 + worker.number, awards=[award_ids.pop()])
        times, batch, peak = run(workers, award_ids, texts[:certificates])
        return report(times, workers, batch, certificates, peak)
    finally:
        for worker in workers:
            worker.stop()


def run(workers: Sequence[Worker], award_ids: list[int], texts: list[dict[str, Any]]) -> tuple[Times, Any, float]:
    from awards.rules.terms import Term
    from awards.services import ask_for_batch
    from hubportal.accounts.models import User

    times, set_by_fpdf2 = Times(), start_fpdf2()
    set_by_fpdf2(texts[0])
    turn = -(-len(award_ids) // TURNS)
    for start in range(0, len(award_ids), turn):
        ids, words = award_ids[start : start + turn], texts[start : start + turn]
        began = time.perf_counter()
        stretches = range(0, len(ids), STRETCH)
        share_out(workers, "issue", ({"awards": ids[place : place + STRETCH]} for place in stretches))
        times.issuing += time.perf_counter() - began
        same = same_texts(ids, words)
        began = time.perf_counter()
        for fact in same:
            set_by_fpdf2(fact)
        times.fpdf2 += time.perf_counter() - began
    began = time.perf_counter()
    batch = ask_for_batch(term=Term(date(2026, 9, 1), date(2027, 1, 3)), by=User.objects.get())
    share_out(workers, "pack", ({"part": pk} for pk in batch.parts.values_list("pk", flat=True)))
    times.packing = time.perf_counter() - began
    batch.refresh_from_db()
    assert batch.state == "ready", batch.state
    return times, batch, peak_mb()


def report(times: Times, workers: Sequence[Worker], batch: Any, certificates: int, peak: float) -> bool:
    wrong = problems_of_batch(batch, certificates, times)
    count = batch.total
    print(f"background batch: {count:,} certificates over {WORKERS} worker processes")
    print(
        f"  issued in {times.issuing:.1f} s, packed in {times.packing:.1f} s; fpdf2 {times.fpdf2:.1f} s in one process"
    )
    print(f"  the finished ZIP file streamed in {times.download:.1f} s")
    for worker in workers:
        sizes = ", ".join(f"{kind} {peaks[0]:.0f} to {peaks[-1]:.0f}" for kind, peaks in worker.peaks.items())
        print(f"  worker {worker.number + 1}, highest resident size in MB after the first task and the last: {sizes}")
    passed = verdict("ratio to fpdf2", times.ratio, LIMIT)
    for worker in workers:
        passed &= verdict(f"worker {worker.number + 1} grew by", worker.growth, GROWTH_LIMIT_MB, " MB")
    passed &= verdict("this program, streaming the file, grew by", peak_mb() - peak, GROWTH_LIMIT_MB, " MB")
    print(f"  every file held against its fingerprint, every {CHECK_EVERY}th read back: {len(wrong)} problems")
    for line in wrong[:20]:
        print(f"    {line}")
    return passed and not wrong


def problems_of_batch(batch: Any, certificates: int, times: Times) -> list[str]:
    """Stream the finished file to the disk, then look at all that is in it."""
    import tempfile

    from awards.models import Certificate
    from awards.queries import batch_zip
    from hubportal.tests.tagged_pdf import problems_of

    issued = dict(Certificate.objects.values_list("number", "sha256"))
    found = []
    with tempfile.TemporaryFile() as target:
        began = time.perf_counter()
        for piece in batch_zip(batch, today=date(2026, 12, 1)):
            target.write(piece)
        times.download = time.perf_counter() - began
        with ZipFile(target) as file:
            names = [name for name in file.namelist() if name.endswith(".pdf")]
            if len(names) != batch.total or batch.total != certificates + WORKERS:
                found.append(f"{len(names)} files of {batch.total}")
            for place, name in enumerate(names):
                content, number = file.read(name), name[-len("dqa-2026-0001.pdf") : -len(".pdf")].upper()
                if hashlib.sha256(content).hexdigest() != issued[number]:
                    found.append(f"{name}: not as issued")
                if place % CHECK_EVERY == 0:
                    found += [f"{name}: {problem}" for problem in problems_of(content)]
    return found
