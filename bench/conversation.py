"""How fast a change of an audit is saved while 200 officers hold conversations at once.

    python -m bench.conversation

Each officer has an audit of their own and changes something once a second, for a minute: a rating, a note, a tick, as
conversation mode does, over a connection that stays open. Gunicorn runs as in production (two workers of four threads),
PostgreSQL writes every commit to the disk, and this program, which plays the officers, shares the same machine.

Afterwards the database is asked whether each acknowledged change stands in the history once, in order, and whether the
audits hold the last acknowledged values. The reference is the database alone: the same transaction (lock, insert,
update, commit) by psycopg2 over one connection, one after the other.
"""

import argparse
import asyncio
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode
from uuid import uuid4

PROJECT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    # So that `python bench/conversation.py` works as well.
    sys.path.insert(0, str(PROJECT))

# Not before the path is known.
from bench import connect, migrate, scratch_database, verdict  # noqa: E402
from hubportal.processes import Processes  # noqa: E402
from hubportal.run import is_ready, web  # noqa: E402

OFFICERS = 200
SECONDS = 60
QUERY_LIMIT = 6
# Two cores are busy with this rate, the officers' own included: a change may wait for those of the second before.
P99_LIMIT_MS = 2000
REFERENCE_CHANGES = 300
START_SECONDS = 60
# Audits for warming up, for the reference and for counting queries: their changes count for nothing.
SPARE = 22
WARM_SECONDS = 4
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Desk:
    """One officer at one school: what a browser knows of it."""

    officer: int
    audit: int
    session: str
    codes: tuple[str, ...]


@dataclass
class Tally:
    """What happened to the changes of all officers."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    repeated: int = 0
    late: int = 0
    # By audit: the acknowledged changes (id, code, field, value) in the order of their answers.
    acknowledged: dict[int, list[tuple[str, str, str, str]]] = field(default_factory=dict)


# --- The hub -----------------------------------------------------------------------------------------------------


def build_hub(officers: int) -> list[Desk]:
    """Officers who are signed in, each with an open audit of a real framework."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from audits.services import start_audit
    from hubportal.accounts.middleware import SESSION_KEY as USED_SECOND_FACTOR
    from hubportal.accounts.models import Role, User
    from meetings.models import Meeting, MeetingKind
    from schools.models import AuditOffer, School

    call_command("load_frameworks", verbosity=0, stdout=open(os.devnull, "w"))  # noqa: SIM115
    begin = datetime.now(UTC)
    desks = []
    for number in range(officers):
        user = User.objects.create(
            email=f"officer{number}@hub.example.org", name=f"Officer {number}", role=Role.OFFICER
        )
        school = School.objects.create(
            urn=900_000 + number, name=f"School {number}", la_code="855", la_name="Here", audit_offer=AuditOffer.PRIMARY
        )
        meeting = Meeting.objects.create(
            school=school,
            officer=user,
            kind=MeetingKind.QUALITY_CONVERSATION,
            period=DateTimeTZRange(begin, begin + timedelta(minutes=90)),
            booked_by=user,
        )
        audit = start_audit(meeting=meeting, phase="primary", by=user)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[USED_SECOND_FACTOR] = True
        session.create()
        codes = tuple(audit.ratings.values_list("criterion__code", flat=True))
        desks.append(Desk(officer=user.pk, audit=audit.pk, session=session.session_key or "", codes=codes))
    return desks


def queries_of_a_save(desk: Desk) -> list[int]:
    """How many queries a save asks, for each kind of field, in this process with the product's own middleware."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost")
    client.cookies["sessionid"] = desk.session
    counts = []
    for name, value in (("agreed", "amber"), ("note", "Heard it."), ("is_parked", "yes"), ("strengths", "Singing")):
        code = "" if name == "strengths" else desk.codes[-1]
        before = "not_discussed" if name == "agreed" else ""
        body = {"id": str(uuid4()), "code": code, "field": name, "value": value, "before": before}
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(f"/audits/{desk.audit}/changes/", body)
        assert answer.status_code == 200, answer.content
        # Without the transaction's own BEGIN and COMMIT, which are no queries.
        counts.append(sum(not query["sql"].startswith(("BEGIN", "COMMIT")) for query in captured.captured_queries))
    return counts


# --- The officers ------------------------------------------------------------------------------------------------


class Browser:
    """One officer's connection: it stays open, and a message without an answer is sent again, the same."""

    def __init__(self, desk: Desk, port: int, tally: Tally) -> None:
        self.desk, self.port, self.tally = desk, port, tally
        self.values: dict[tuple[str, str], str] = {}
        self.versions: dict[str, int] = {}
        self.choose = random.Random(desk.audit)
        self.token = secrets.token_hex(16)
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.codes = desk.codes[:-1]

    async def work(self, begin: float, seconds: int) -> None:
        """One change a second, each officer at a different moment of the second."""
        offset = self.choose.random()
        for number in range(seconds):
            due = begin + offset + number
            delay = due - time.perf_counter()
            if delay > 0:
                await asyncio.sleep(delay)
            else:
                self.tally.late += 1
            await self.change(number)
        if self.streams:
            self.streams[1].close()

    async def change(self, number: int) -> None:
        code = self.choose.choice(self.codes)
        name = ("agreed", "agreed", "note", "is_parked")[number % 4]
        seen = self.values.get((code, name), "not_discussed" if name == "agreed" else "")
        words = {"agreed": ["red", "amber", "green"], "is_parked": ["yes", ""], "note": [f"Heard at minute {number}."]}
        value = self.choose.choice([word for word in words[name] if word != seen])
        message = {
            "id": str(uuid4()), "code": code, "field": name, "value": value, "before": seen,
            "version": str(self.versions.get(code, 0)), "author": str(self.desk.officer),
        }  # fmt: skip
        started = time.perf_counter()
        try:
            status, answer = await asyncio.wait_for(self.send(urlencode(message).encode()), PATIENCE_SECONDS)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self.tally.errors.append(type(error).__name__)
            self.streams = None
            return
        self.tally.milliseconds.append(1000 * (time.perf_counter() - started))
        if status != 200:
            self.tally.errors.append(f"{status} {answer.get('error', '')}")
            return
        self.values[code, name], self.versions[code] = answer["value"], answer["version"]
        self.tally.acknowledged.setdefault(self.desk.audit, []).append((message["id"], code, name, value))

    async def send(self, body: bytes) -> tuple[int, dict[str, object]]:
        head = (
            f"POST /audits/{self.desk.audit}/changes/ HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
            f"Cookie: sessionid={self.desk.session}; csrftoken={self.token}\r\nX-CSRFToken: {self.token}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        for is_again in (False, True):
            self.tally.repeated += is_again
            try:
                if self.streams is None:
                    self.streams = await asyncio.open_connection("127.0.0.1", self.port)
                reader, writer = self.streams
                writer.write(head + body)
                return await read_answer(reader)
            except (ConnectionError, EOFError):
                # A worker that was replaced closes its connections: a browser opens another and asks again.
                self.streams = None
                if is_again:
                    raise
        raise AssertionError("not reached")


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, object]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status = int(head.split(" ", 2)[1])
    length = next(line.split(":")[1] for line in head.split("\r\n") if line.lower().startswith("content-length:"))
    body = await reader.readexactly(int(length))
    return status, json.loads(body) if body.startswith(b"{") else {}


async def hold_conversations(desks: list[Desk], port: int, seconds: int) -> Tally:
    tally = Tally()
    begin = time.perf_counter() + 1
    await asyncio.gather(*(Browser(desk, port, tally).work(begin, seconds) for desk in desks))
    return tally


# --- Afterwards --------------------------------------------------------------------------------------------------


def lost_changes(tally: Tally) -> Counter[str]:
    """What the database does not have as it was acknowledged: none, if all is well."""
    from audits.models import Audit, AuditChange
    from audits.services.changes import read_field

    wrong: Counter[str] = Counter()
    for audit_id, changes in tally.acknowledged.items():
        audit = Audit.objects.get(pk=audit_id)
        history = [str(key) for key in AuditChange.objects.filter(audit=audit).values_list("change_id", flat=True)]
        sent = [key for key, *_ in changes]
        known = set(sent)
        stored = [key for key in history if key in known]
        wrong["missing"] += len(known - set(history))
        wrong["out of order"] += stored != sent
        last = {(code, name): value for _, code, name, value in changes}
        ratings = {rating.criterion.code: rating for rating in audit.ratings.select_related("criterion")}
        wrong["other value"] += sum(read_field(ratings[code], name) != value for (code, name), value in last.items())
    return +wrong


def reference_milliseconds(address: str, desk: Desk) -> float:
    """The same transaction by psycopg2 alone: median milliseconds."""
    connection = connect(address)
    taken = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, criterion_id FROM audits_rating WHERE audit_id = %s LIMIT 1", [desk.audit])
        rating, criterion = cursor.fetchone() or (0, 0)
        connection.commit()
        for number in range(REFERENCE_CHANGES):
            started = time.perf_counter()
            cursor.execute("SELECT agreed, version FROM audits_rating WHERE id = %s FOR UPDATE", [rating])
            cursor.execute(
                "INSERT INTO audits_auditchange (audit_id, change_id, criterion_id, field, before, after, version,"
                " made_at, saved_at, by_id) VALUES (%s, %s, %s, 'agreed', 'red', 'amber', %s, now(), now(), %s)",
                [desk.audit, str(uuid4()), criterion, number, desk.officer],
            )
            cursor.execute("UPDATE audits_rating SET version = version + 1 WHERE id = %s", [rating])
            connection.commit()
            taken.append(1000 * (time.perf_counter() - started))
    connection.close()
    return median(taken)


def report(tally: Tally, *, seconds: int, reference: float, queries: list[int], lost: Counter[str]) -> bool:
    number = len(tally.milliseconds)
    cuts = quantiles(tally.milliseconds, n=100, method="inclusive")
    p50, p95, p99 = cuts[49], cuts[94], cuts[98]
    print(f"{number:,} saves in {seconds} s by {len(tally.acknowledged)} officers, {number / seconds:.0f} a second")
    print(f"  p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms, longest {max(tally.milliseconds):.0f} ms")
    print(f"  begun late because the one before took longer than a second: {tally.late}; sent again: {tally.repeated}")
    print(f"  psycopg2 alone, one after the other: {reference:.1f} ms; ratio of p50 to it: {p50 / reference:.1f}")
    for error, count in Counter(tally.errors).most_common(5):
        print(f"  error: {error} ({count} times)")
    for what, count in lost.items():
        print(f"  lost: {what} ({count})")
    print(f"  queries a save: {', '.join(map(str, queries))}")
    passed = verdict("errors", len(tally.errors), 0)
    passed &= verdict("lost changes", sum(lost.values()), 0)
    passed &= verdict("different numbers of queries", len(set(queries)), 1)
    passed &= verdict("queries a save", max(queries), QUERY_LIMIT)
    passed &= verdict("p99", p99, P99_LIMIT_MS, " ms")
    return passed


@contextmanager
def running_web(address: str) -> Iterator[int]:
    """Gunicorn as in production, on a free port."""
    from hubportal.tests.live import free_port

    port = free_port()
    environment = os.environ | {"DATABASE_URL": address, "PORT": str(port), "LOG_LEVEL": "WARNING"}
    output: list[str] = []
    processes = Processes(environment, lambda _, line: output.append(line))
    processes.start(web())
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready(port):
            assert processes.ended() is None, "\n".join(output)
            assert time.monotonic() < deadline, "\n".join(output)
            time.sleep(0.2)
        yield port
    finally:
        processes.stop(seconds=20)


def prepare_environment(address: str, folder: Path) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="hubportal.settings", DATABASE_URL=address, SECRET_KEY=secrets.token_hex(25),
        STATIC_ROOT=str(folder / "static"), DEMO="false", SECOND_FACTOR_REQUIRED="true", WEB_CONCURRENCY="2",
    )  # fmt: skip
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], cwd=PROJECT, check=True
    )
    subprocess.run([sys.executable, "manage.py", "createcachetable"], cwd=PROJECT, check=True)
    import django

    django.setup()


def measure(address: str, folder: Path, *, officers: int, seconds: int) -> bool:
    migrate(address)
    prepare_environment(address, folder)
    desks = build_hub(officers + SPARE)
    desks, spare = desks[:officers], desks[officers:]
    queries = queries_of_a_save(spare[0])
    reference = reference_milliseconds(address, spare[1])
    with running_web(address) as port:
        asyncio.run(hold_conversations(spare[2:], port, WARM_SECONDS))
        tally = asyncio.run(hold_conversations(desks, port, seconds))
    return report(tally, seconds=seconds, reference=reference, queries=queries, lost=lost_changes(tally))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--officers", type=int, default=OFFICERS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    options = parser.parse_args(arguments)
    with scratch_database(os.environ) as address, tempfile.TemporaryDirectory() as folder:
        return 0 if measure(address, Path(folder), officers=options.officers, seconds=options.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
