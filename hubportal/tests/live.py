"""The real product, for tests that drive it from outside: web and worker processes on a database of their own.

Use the fixture `running_product`; conftest.py makes it known to every test.
"""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg2
import pytest
from psycopg2 import sql

from hubportal.embedded import DEFAULT_BASE, Servers
from hubportal.embedded.valkey import Valkey
from hubportal.processes import ROOT, Processes, Program
from hubportal.run import is_ready, web, worker

START_SECONDS = 60
STOP_SECONDS = 20


class RunningProduct:
    """A portal that answers at `url`, writes its mails to `mail_dir` and takes management commands.

    It has no beat: a test moves time itself, by `manage("queue_due_mail", "--as-of", …)`.
    """

    def __init__(self, *, folder: Path, environment: dict[str, str], port: int, queue: Valkey) -> None:
        self.url = f"http://localhost:{port}"
        self.mail_dir = folder / "mail"
        self.environment = environment
        self._port = port
        self._queue = queue
        self._output: list[str] = []
        self._processes = Processes(environment, self._note)

    @property
    def output(self) -> str:
        """Everything web and worker have printed so far."""
        return "\n".join(self._output)

    def manage(self, *arguments: str) -> str:
        """Run `manage.py` against this product's database; what it printed. Fails the test if it fails."""
        return self._run("manage.py", *arguments)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What this product's database answers, without starting a program of Django's for the question."""
        connection = _connect(self.environment["DATABASE_URL"])
        try:
            cursor = connection.cursor()
            cursor.execute(query)
            return list(cursor.fetchall())
        finally:
            connection.close()

    def wait_for(self, is_true: Callable[[], object], *, seconds: float = 20, what: str = "it") -> None:
        """Wait until something the worker does in its own time has happened."""
        deadline = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < deadline, f"Waited {seconds} seconds for {what}.\n{self.output[-3000:]}"
            time.sleep(0.1)

    def mails(self) -> list[Path]:
        """The mails sent so far, oldest first."""
        return sorted(self.mail_dir.glob("**/*.eml"), key=lambda path: path.stat().st_mtime_ns)

    def kill_worker(self) -> None:
        """End the worker as a power cut would."""
        self._processes.kill("worker")

    def start_worker(self) -> None:
        self._processes.start(worker())

    def kill_queue(self) -> None:
        """End the Redis server; what it held is gone."""
        self._processes.kill("queue")

    def start_queue(self) -> None:
        # A process of ours, not a daemon: it ends with us, even if we are killed.
        self._processes.start(Program("queue", self._queue.command(save="")))

    def start(self) -> None:
        # What `make run` does before it starts its processes.
        self._run("-c", "from hubportal.run import collect_static, prepare_data; prepare_data(); collect_static()")
        self.start_queue()
        self._processes.start(web())
        self.start_worker()
        self.wait_for(lambda: self._processes.ended() or is_ready(self._port), seconds=START_SECONDS, what="the web")
        assert self._processes.ended() is None, self.output

    def stop(self) -> None:
        self._processes.stop(seconds=STOP_SECONDS)

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        result = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert result.returncode == 0, f"{' '.join(arguments)}:\n{result.stdout}{result.stderr}"
        return result.stdout

    def _note(self, name: str, line: str) -> None:
        self._output.append(f"{name}: {line}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _connect(database_url: str) -> psycopg2.extensions.connection:
    address = urlsplit(database_url)
    parent, _, name = address.path.rpartition("/")
    return psycopg2.connect(
        # A folder in the address is that of the server's socket.
        host=parent.removeprefix("/") if parent else address.hostname,
        port=address.port,
        user=address.username,
        password=address.password,
        dbname=name,
    )


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """The address of an empty database on the same server, dropped afterwards."""
    # With our process number, so that the next run knows what a killed one has left.
    name = f"live_{os.getpid()}_{secrets.token_hex(4)}"
    address = urlsplit(server_url)
    parent, _, _ = address.path.rpartition("/")

    def administer(statement: sql.Composable) -> list[tuple[str]]:
        connection = _connect(urlunsplit(address._replace(path=f"{parent}/postgres")))
        connection.autocommit = True
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    for (left,) in administer(sql.SQL("SELECT datname FROM pg_database WHERE datname LIKE 'live\\_%\\_%'")):
        if not psutil.pid_exists(int(left.split("_")[1])):
            administer(drop.format(sql.Identifier(left)))
    administer(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(address._replace(path=f"{parent}/{name}"))
    finally:
        administer(drop.format(sql.Identifier(name)))


@contextmanager
def product(**changes: str) -> Iterator[RunningProduct]:
    """A running product in a folder of its own; `changes` are environment variables that differ."""
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="hubportal-live-") as name,
        new_database(os.environ["DATABASE_URL"]) as database_url,
    ):
        folder = Path(name)
        queue = Servers(folder).valkey
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "REDIS_URL": queue.url,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "HUB_BASE_URL": f"http://localhost:{port}",
            "PORT": str(port),
            "MAIL_DIR": str(folder / "mail"),
            # Pages as production shows them; the collected files stay for the next run. Each of pytest's workers
            # collects its own: two that do so at once would take each other's files away.
            "DEBUG": "false",
            "STATIC_ROOT": str(DEFAULT_BASE / "test" / f"static-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"),
            "SECOND_FACTOR_REQUIRED": "false",
            "PYTHONUNBUFFERED": "1",
            # What pytest makes of warnings is not what the product does with them.
            "PYTHONWARNINGS": "default",
            **changes,
        }
        running = RunningProduct(folder=folder, environment=environment, port=port, queue=queue)
        try:
            running.start()
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def running_product() -> Iterator[RunningProduct]:
    """One product for all browser tests of a run; a test makes the records it needs and names them its own way."""
    with product() as running:
        yield running
