"""`make run`: the whole portal on one machine, from an empty checkout to an address and a login.

Starts the database and the queue (unless `DATABASE_URL` and `REDIS_URL` name others), migrates, loads the award
frameworks, builds the demo hub in an empty database, and runs web, worker and beat until Ctrl-C.
"""

import contextlib
import fcntl
import hashlib
import io
import os
import secrets
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

import environ
import psutil

from hubportal.embedded import DEFAULT_BASE, EmbeddedError, Servers, services
from hubportal.processes import ROOT, Processes, Program

LOCAL = DEFAULT_BASE
READY_SECONDS = 60
STOP_SECONDS = 15
OFF = ("false", "0", "no", "off")
COLOURS = {"web": "36", "worker": "33", "beat": "35"}


class NotPossible(Exception):
    """The portal cannot run here; the message says why and what to do."""


def say(sentence: str) -> None:
    """Show what is being done; where the terminal has gone, there is nobody to show it to."""
    with contextlib.suppress(OSError):
        print(f"• {sentence}", flush=True)


# --- What the processes are told --------------------------------------------------------------------------------


def chosen_port(environment: MutableMapping[str, str]) -> int:
    """The port to serve on, free and allowed."""
    text = environment.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise NotPossible(f"PORT is {text!r}; it must be a number from 1 to 65535, such as 8000.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((environment.get("HOST") or "127.0.0.1", port))
        except PermissionError as error:
            raise NotPossible(f"This user may not serve on port {port}: choose one above 1023.") from error
        except OSError as error:
            raise NotPossible(
                f"Port {port} is taken by another program. Stop that program or choose another port, "
                f"for example: make run PORT={port + 1 if port < 65535 else 8000}"
            ) from error
    return port


def development_key(folder: Path = LOCAL) -> str:
    """A secret key of this checkout's own, made once and readable by its owner only."""
    path = folder / "secret_key"
    if not path.exists():
        _keep_secret(path, secrets.token_urlsafe(50))
    return path.read_text()


def development_credential_key(folder: Path = LOCAL) -> str:
    """A key for digital credentials of this checkout's own, made once and readable by its owner only."""
    path = folder / "credential_key"
    if not path.exists():
        from hubportal.signing import new_key

        _keep_secret(path, new_key())
    return path.read_text()


def _keep_secret(path: Path, secret: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secret)


def complete_environment(environment: MutableMapping[str, str], *, port: int) -> None:
    """Fill in what a development machine leaves unset; whatever is set stays."""
    defaults = {
        "DJANGO_SETTINGS_MODULE": "hubportal.settings",
        "SECRET_KEY": development_key(),
        "CREDENTIAL_KEY": development_credential_key(),
        "HUB_BASE_URL": f"http://localhost:{port}",
        "DEMO": "true",
        # The printed logins are there to be tried at once, without an authenticator app.
        "SECOND_FACTOR_REQUIRED": "true" if environment.get("DEMO", "true").lower() in OFF else "false",
    }
    # An empty line in .env is no answer either.
    environment.update({name: value for name, value in defaults.items() if not environment.get(name)})
    environment["PORT"] = str(port)
    # What a process prints is shown when it prints it.
    environment["PYTHONUNBUFFERED"] = "1"


def web() -> Program:
    return Program("web", (sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"))


def worker() -> Program:
    # Root in a container is nothing to warn of on a development machine; production has an account of its own.
    python = (sys.executable, "-W", "ignore:You're running the worker with superuser privileges")
    options = ("--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle")
    return Program("worker", (*python, "-m", "celery", "--app", "hubportal", "--quiet", "worker", *options))


def beat() -> Program:
    options = ("--schedule", str(LOCAL / "beat-schedule"), "--pidfile", "", "--loglevel", "INFO")
    return Program("beat", (sys.executable, "-m", "celery", "--app", "hubportal", "--quiet", "beat", *options))


# --- Before the processes start ------------------------------------------------------------------------------------


def prepare_data() -> None:
    """Bring the database up to date: tables, frameworks, offers and, where it is empty, the demo hub."""
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, connections
    from django.db.migrations.executor import MigrationExecutor

    django.setup()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"Bringing the database up to date ({len(plan)} migrations)")
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    output = io.StringIO()
    call_command("load_frameworks", stdout=output)
    for line in output.getvalue().splitlines():
        if "unchanged" not in line:
            print(f"    {line}", flush=True)
    if settings.DEMO and is_empty():
        say("Building the demo hub")
        call_command("demo")
    # What the frameworks suggest, once: nothing that staff changed or withdrew comes back.
    call_command("seed_offers", verbosity=0)
    connections.close_all()


def is_empty() -> bool:
    """Whether nobody has used this database yet."""
    from django.contrib.auth import get_user_model

    from schools.models import School

    return not School.objects.exists() and not get_user_model().objects.exists()


def collect_static() -> None:
    """Collect the static files as production does, when one of them has changed."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = os.stat(storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    folder = Path(settings.STATIC_ROOT)
    manifest, stamp = folder / "staticfiles.json", folder.with_name(f"{folder.name}-collected")
    if manifest.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say("Collecting styles and scripts")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())


# --- While they run --------------------------------------------------------------------------------------------------


class Screen:
    """One terminal for several processes: each line says whose it is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._is_coloured = stream.isatty() and "NO_COLOR" not in os.environ

    def show(self, name: str, line: str) -> None:
        label = f"{name:<6} │"
        if self._is_coloured:
            label = f"\033[{COLOURS.get(name, '0')}m{label}\033[0m"
        with self._lock, contextlib.suppress(OSError):
            print(label, line, file=self._stream, flush=True)


def is_ready(port: int, host: str = "127.0.0.1") -> bool:
    """Whether the web process answers and reaches its database."""
    # A machine's proxy settings are for other machines.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{host}:{port}/health/", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(processes: Processes, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready(port):
        check_alive(processes)
        if time.monotonic() > deadline:
            raise NotPossible(f"The portal did not answer within {READY_SECONDS} seconds: the lines above say why.")
        time.sleep(0.1)


def check_alive(processes: Processes) -> None:
    ended = processes.ended()
    if ended:
        name, code = ended
        raise NotPossible(f"The {name} process ended by itself (code {code}): the lines above say why.")


def greet(port: int, started: float) -> None:
    """The address, and who can sign in."""
    from django.conf import settings

    lines = [
        "",
        f"The portal is ready after {time.monotonic() - started:.0f} seconds: {settings.HUB_BASE_URL}/",
    ]
    if settings.DEMO:
        from hubportal.demo import logins

        lines.append(f"Demo logins, at {settings.HUB_BASE_URL}/account/login/ :")
        lines += [f"    {role:<15} {address:<36} {password}" for role, address, password in logins()]
    if not os.environ.get("EMAIL_URL"):
        lines.append(f"Mails are written to {os.path.relpath(settings.MAIL_DIR, ROOT)}/")
    lines += ["Ctrl-C stops everything; the next `make run` finds the same data.", ""]
    print("\n".join(lines), flush=True)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """One `make run` a checkout: two would fight over the same data."""
    LOCAL.mkdir(parents=True, exist_ok=True)
    with (LOCAL / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise NotPossible(
                f"The portal is already running from this folder ({lock.read().strip()}). "
                "Stop that one first, or clone the project a second time to run two."
            ) from error
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, port {os.environ.get('PORT') or 8000}")
        lock.flush()
        yield
        lock.truncate(0)


def serve(port: int, started: float) -> None:
    """Run web, worker and beat until somebody stops us or one of them fails."""
    processes = Processes(os.environ, Screen(sys.stdout).show)
    try:
        say("Starting web, worker and beat")
        processes.start(web())
        wait_until_ready(processes, port)
        # Tasks wait in their queue for the worker; people do not wait for it.
        processes.start(worker())
        processes.start(beat())
        greet(port, started)
        make = Make.above_us()
        while not (make and make.is_leaving()):
            check_alive(processes)
            time.sleep(0.5)
    finally:
        ignore_signals()
        say("Stopping")
        processes.stop(seconds=STOP_SECONDS)


@dataclass(frozen=True)
class Make:
    """The `make` that started us. It hands a SIGTERM on to us, but not a SIGINT that was sent to it alone."""

    pid: int
    # One in a shell's background never does.
    catches_interrupt: bool

    @classmethod
    def above_us(cls) -> "Make | None":
        parent = psutil.Process().parent()
        if parent is None or "make" not in parent.name():
            return None
        return cls(parent.pid, catches_interrupt(parent.pid))

    def is_leaving(self) -> bool:
        """Whether it was killed, or interrupted and waits for us to end: it then no longer catches SIGINT."""
        return os.getppid() != self.pid or (self.catches_interrupt and not catches_interrupt(self.pid))


def catches_interrupt(pid: int) -> bool:
    """Whether a process has asked to be told of SIGINT, as far as this system says."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")), "0")
    return bool(int(caught, 16) & 1 << (signal.SIGINT - 1))


def interrupt(number: int, frame: FrameType | None) -> None:
    """Stop in order, whichever way we are asked to, and once: make and the terminal may both ask."""
    ignore_signals()
    raise KeyboardInterrupt


def ignore_signals() -> None:
    """Once we stop, a second Ctrl-C must not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def read_env_file() -> None:
    """Take from `.env` what the environment does not say."""
    if (ROOT / ".env").is_file():
        environ.Env.read_env(ROOT / ".env")


@contextlib.contextmanager
def development(environment: MutableMapping[str, str]) -> Iterator[None]:
    """What `manage.py` needs on a development machine: the servers and the address of `make run`.

    Where a database or a secret key is named, somebody else has said what to use, and nothing is started.
    """
    read_env_file()
    if environment.get("DATABASE_URL") or environment.get("SECRET_KEY"):
        yield
        return
    address = LOCAL / "address"
    if address.exists() and not environment.get("HUB_BASE_URL"):
        environment["HUB_BASE_URL"] = address.read_text()
    complete_environment(environment, port=8000)
    signal.signal(signal.SIGTERM, interrupt)
    with services(environment):
        yield


def run() -> None:
    started = time.monotonic()
    read_env_file()
    with only_one():
        port = chosen_port(os.environ)
        complete_environment(os.environ, port=port)
        (LOCAL / "address").write_text(os.environ["HUB_BASE_URL"])
        with services(os.environ, Servers(say=say)):
            try:
                prepare_data()
                collect_static()
                serve(port, started)
            finally:
                ignore_signals()


def main() -> int:
    # A terminal that cannot show a sign shows another.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        run()
    except KeyboardInterrupt:
        say("Stopped")
        return 0
    except (NotPossible, EmbeddedError) as problem:
        print(f"\n{problem}\n", file=sys.stderr, flush=True)
        return 1
    except PermissionError as problem:
        print(f"\nThis user may not write {problem.filename}: somebody else made it.\n", file=sys.stderr, flush=True)
        return 1
    say("Stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
