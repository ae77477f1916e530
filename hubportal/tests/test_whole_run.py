"""`make run` as a person meets it: in a checkout of its own, from nothing to an address, and away again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hubportal.embedded import Servers
from hubportal.prepare import ROOT
from hubportal.tests.live import free_port

NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "docs", "bench")
SET_BY_TESTS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "HUB_BASE_URL", "MAIL_DIR", "PYTHONWARNINGS")


class Checkout:
    """A copy of the project, and the `make run` in it, without the demo and the collected styles: both take time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()

    def start(self) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if name not in SET_BY_TESTS}
        return subprocess.Popen(
            [sys.executable, "-m", "hubportal.run"],
            cwd=self.folder,
            env={**kept, "PORT": str(self.port), "DEMO": "false", "DEBUG": "true"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def processes(self) -> list[str]:
        """Every process that has anything to do with this checkout."""
        return [
            " ".join(process.info["cmdline"])
            for process in psutil.process_iter(["cmdline", "cwd"])
            if str(self.folder) in f"{process.info['cmdline']} {process.info['cwd']}"
        ]


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    with tempfile.TemporaryDirectory(prefix="hubportal-checkout-") as name:
        folder = Path(name) / "hub"
        shutil.copytree(ROOT, folder, ignore=NOT_COPIED)
        folder.parent.chmod(0o755)
        yield Checkout(folder)
        Servers(folder / ".local").remove()


def read_until(process: subprocess.Popen[str], words: str) -> list[str]:
    """What it printed, up to the line with those words."""
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if words in line:
            return lines
    raise AssertionError("\n".join(lines))


def stop(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Ask it to stop, twice as make and the terminal do: its exit code and its last line."""
    process.send_signal(number)
    process.send_signal(number)
    rest, _ = process.communicate(timeout=60)
    return process.returncode, rest.splitlines()[-1]


@pytest.mark.live
def test_run_starts_answers_stops_and_comes_back_on_the_same_data(checkout):
    first = checkout.start()
    read_until(first, "Ctrl-C stops everything")
    with urllib.request.urlopen(f"http://127.0.0.1:{checkout.port}/health/", timeout=10) as answer:
        health = answer.status
    second = subprocess.run(
        [sys.executable, "-m", "hubportal.run"], cwd=checkout.folder, capture_output=True, text=True, check=False
    )
    first_ended = stop(first, signal.SIGINT)
    left_by_first = checkout.processes()
    again = checkout.start()
    shown_again = read_until(again, "Ctrl-C stops everything")
    again_ended = stop(again, signal.SIGTERM)

    assert health == 200
    assert (second.returncode, second.stderr.strip()) == (
        1,
        f"The portal is already running from this folder (process {first.pid}, port {checkout.port}). "
        "Stop that one first, or clone the project a second time to run two.",
    )
    assert (first_ended, left_by_first) == ((0, "• Stopped"), [])
    # Nothing is created and nothing migrated: it is all there.
    assert [line for line in shown_again if line.startswith("•")] == [
        "• Starting PostgreSQL",
        "• Starting Valkey",
        "• Starting web, worker and beat",
    ]
    assert (again_ended, checkout.processes()) == ((0, "• Stopped"), [])
