"""Where the embedded servers keep their files, and under which account PostgreSQL may reach them."""

import hashlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Bytes of a unix socket's path: 107 on Linux, 103 on macOS and the BSDs; the smaller serves all.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.54321"
# Paths that mean the same in a shell, a URL and a PostgreSQL setting.
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


class EmbeddedError(RuntimeError):
    """A server could not be started or stopped; the message says what to do about it."""


def wait_for(is_true: Callable[[], bool], *, seconds: float, failure: str) -> None:
    """Wait until something holds; `EmbeddedError` with the failure's sentence if it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_true():
        if time.monotonic() > deadline:
            raise EmbeddedError(failure)
        time.sleep(0.05)


@dataclass(frozen=True)
class Account:
    """A system account that a server runs under. PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @classmethod
    def for_postgres(cls, data: Path) -> "Account":
        """The account for a data folder: its owner; for a new one ours, or `nobody` where we are root."""
        if data.exists() and data.stat().st_uid != 0:
            owner = data.stat()
            return cls(uid=owner.st_uid, gid=owner.st_gid)
        if os.geteuid() != 0:
            return cls(uid=os.geteuid(), gid=os.getegid())
        nobody = pwd.getpwnam("nobody")
        return cls(uid=nobody.pw_uid, gid=nobody.pw_gid)

    @property
    def is_other(self) -> bool:
        """Whether it is an account other than the one we run under."""
        return self.uid != os.geteuid()

    def run(self, command: list[str]) -> tuple[int, str]:
        """Run a command as this account: its exit code and what it printed."""
        # A file, not a pipe: a server started by the command inherits it, and a pipe would never end.
        with tempfile.TemporaryFile("w+") as output:
            try:
                result = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    # A folder that every account may enter.
                    cwd="/",
                    user=self.uid if self.is_other else None,
                    group=self.gid if self.is_other else None,
                    extra_groups=[] if self.is_other else None,
                    # Ctrl-C in the terminal is for us; half a start or half a stop helps nobody.
                    start_new_session=True,
                    check=False,
                )
            except PermissionError as error:
                return 126, str(error)
            output.seek(0)
            return result.returncode, output.read().strip()

    def may_enter(self, folder: Path) -> bool:
        """Whether this account can reach a folder, past every folder above it."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])[0] == 0

    def may_run(self, program: Path) -> bool:
        return self.run([str(program), "--version"])[0] == 0

    def make_folder(self, folder: Path) -> None:
        """Make a folder for this account alone."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), self.uid):
            raise EmbeddedError(f"{folder} belongs to somebody else: remove it and start again.")
        if self.is_other:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


@dataclass(frozen=True)
class Place:
    """The folder of a pair of servers, and what has to live outside it.

    Root may have cloned into a folder that no other account may enter (such as /root). Opening that folder to others
    is not ours to do, so PostgreSQL's files then live under /var/lib, and a note in the folder says where.
    """

    base: Path

    @property
    def _note(self) -> Path:
        return self.base / "postgres-is-in"

    @property
    def elsewhere(self) -> Path | None:
        return Path(self._note.read_text().strip()) if self._note.is_file() else None

    def move_elsewhere(self) -> Path:
        """Choose a folder that every account may enter for PostgreSQL's files, once."""
        if self.elsewhere is None or not self.elsewhere.is_dir():
            chosen = Path(tempfile.mkdtemp(prefix="hubportal-", dir="/var/lib"))
            chosen.chmod(0o711)
            self._note.write_text(f"{chosen}\n")
        assert self.elsewhere
        return self.elsewhere

    @property
    def postgres_data(self) -> Path:
        return (self.elsewhere or self.base) / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.base / "valkey"

    @property
    def sockets(self) -> Path:
        """The folder of both sockets, or one in the temporary folder where its path is too long or too odd."""
        inside = (self.elsewhere or self.base) / "sockets"
        longest = len(os.fsencode(inside / LONGEST_SOCKET_NAME))
        if longest <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(str(inside)):
            return inside
        name = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:12]
        # Anybody may write there, so `Account.make_folder` refuses one that somebody else has made.
        return Path("/tmp") / f"hubportal-{name}"  # noqa: S108

    def remove(self) -> None:
        """Delete the data of both servers, which must not be running."""
        for folder in (self.sockets, self.elsewhere, self.base / "postgres", self.valkey_data):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)
        self._note.unlink(missing_ok=True)
