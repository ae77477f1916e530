"""Run the portal's processes side by side: start them, show what they say, and leave none behind."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Program:
    """A long-running process of the portal, under a short name for its lines on the screen."""

    name: str
    command: tuple[str, ...]


class Processes:
    """A few programs that live and die together.

    Each runs in a session of its own, so that Ctrl-C in the terminal reaches only us and we stop them in order. Where
    util-linux offers it, the kernel stops them too if we are killed without a chance to do so.
    """

    def __init__(self, environment: Mapping[str, str], show: Callable[[str, str], None]) -> None:
        self.environment = dict(environment)
        self.show = show
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._readers: list[threading.Thread] = []

    def start(self, program: Program) -> None:
        setpriv = shutil.which("setpriv")
        dies_with_us = (setpriv, "--pdeathsig", "TERM") if setpriv else ()
        process = subprocess.Popen(
            [*dies_with_us, *program.command],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._running[program.name] = process
        reader = threading.Thread(target=self._read, args=(program.name, process), daemon=True)
        reader.start()
        self._readers.append(reader)

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def ended(self) -> tuple[str, int] | None:
        """The name and exit code of a program that has ended by itself, if one has."""
        for name, process in self._running.items():
            code = process.poll()
            if code is not None:
                return name, code
        return None

    def kill(self, name: str) -> None:
        """End one program and its children as a power cut would; for tests of what happens then."""
        process = self._running.pop(name)
        _signal_group(process, signal.SIGKILL)
        process.wait()

    def stop(self, *, seconds: float) -> None:
        """Ask every program to finish what it is doing; after that many seconds, end it."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            # Also where it ended by itself: a child of its own may have stayed behind.
            _signal_group(process, signal.SIGKILL)
            process.wait()
        for reader in self._readers:
            reader.join(timeout=2)
        self._running.clear()

    def _read(self, name: str, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.show(name, line.rstrip("\n"))
        process.stdout.close()


def _signal_group(process: subprocess.Popen[str], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return
