import os
import signal
import socket
import stat
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest

from hubportal import run, signing
from hubportal.prepare import ROOT
from hubportal.processes import Processes, Program


def sentence(refused: pytest.ExceptionInfo[run.NotPossible]) -> str:
    return str(refused.value)


@pytest.mark.parametrize(("text", "port"), [(None, 8000), ("", 8000), ("18999", 18999)])
def test_port_is_the_one_asked_for_or_8000(text, port, monkeypatch):
    monkeypatch.setattr(socket.socket, "bind", lambda self, address: None)
    environment = {} if text is None else {"PORT": text}

    assert run.chosen_port(environment) == port


@pytest.mark.parametrize("text", ["eighty", "0", "65536", "-1", "80.5"])
def test_port_that_is_no_port_is_refused_in_a_sentence(text):
    with pytest.raises(run.NotPossible) as refused:
        run.chosen_port({"PORT": text})

    assert sentence(refused) == f"PORT is '{text}'; it must be a number from 1 to 65535, such as 8000."


def test_port_that_is_taken_is_refused_in_a_sentence_that_names_another():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(run.NotPossible) as refused:
            run.chosen_port({"PORT": str(port)})

    assert sentence(refused) == (
        f"Port {port} is taken by another program. Stop that program or choose another port, "
        f"for example: make run PORT={port + 1}"
    )


def test_port_that_is_for_root_alone_is_refused_in_a_sentence(monkeypatch):
    def refuse(self, address):
        raise PermissionError

    monkeypatch.setattr(socket.socket, "bind", refuse)

    with pytest.raises(run.NotPossible) as refused:
        run.chosen_port({"PORT": "80"})

    assert sentence(refused) == "This user may not serve on port 80: choose one above 1023."


def test_development_key_is_made_once_for_its_owner_alone(tmp_path):
    first = run.development_key(tmp_path)

    second = run.development_key(tmp_path)

    assert second == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_development_credential_key_is_made_once_for_its_owner_alone(tmp_path):
    first = run.development_credential_key(tmp_path)

    second = run.development_credential_key(tmp_path)

    assert second == first
    assert len(signing.public_half(first)) > 500
    assert stat.S_IMODE((tmp_path / "credential_key").stat().st_mode) == 0o600


@pytest.fixture
def local_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "LOCAL", tmp_path)
    monkeypatch.setattr(run, "development_key", lambda: "a-key")
    monkeypatch.setattr(run, "development_credential_key", lambda: "another-key")
    return tmp_path


def test_environment_of_a_new_checkout_is_a_demo_at_its_own_address(local_folder):
    environment: dict[str, str] = {}

    run.complete_environment(environment, port=8001)

    assert environment == {
        "PORT": "8001",
        "DJANGO_SETTINGS_MODULE": "hubportal.settings",
        "SECRET_KEY": "a-key",
        "CREDENTIAL_KEY": "another-key",
        "HUB_BASE_URL": "http://localhost:8001",
        "DEMO": "true",
        "SECOND_FACTOR_REQUIRED": "false",
        "PYTHONUNBUFFERED": "1",
    }


def test_environment_that_is_set_stays(local_folder):
    chosen = {"SECRET_KEY": "mine", "HUB_BASE_URL": "https://hub.example.org", "DEMO": "false"}
    environment = dict(chosen)

    run.complete_environment(environment, port=8000)

    assert {name: environment[name] for name in chosen} == chosen
    assert environment["SECOND_FACTOR_REQUIRED"] == "true"


def test_environment_that_is_set_to_nothing_is_filled_in(local_folder):
    environment = {"SECRET_KEY": "", "HUB_BASE_URL": "", "SECOND_FACTOR_REQUIRED": ""}

    run.complete_environment(environment, port=8000)

    assert (environment["SECRET_KEY"], environment["HUB_BASE_URL"], environment["SECOND_FACTOR_REQUIRED"]) == (
        "a-key",
        "http://localhost:8000",
        "false",
    )


def test_second_run_in_a_checkout_is_refused_in_a_sentence(local_folder, monkeypatch):
    monkeypatch.setenv("PORT", "8003")

    with run.only_one(), pytest.raises(run.NotPossible) as refused, run.only_one():
        pass

    assert sentence(refused) == (
        f"The portal is already running from this folder (process {os.getpid()}, port 8003). "
        "Stop that one first, or clone the project a second time to run two."
    )


def test_run_after_one_has_ended_is_allowed(local_folder):
    with run.only_one():
        pass

    with run.only_one():
        text = (local_folder / "run.lock").read_text()

    assert text == f"process {os.getpid()}, port {os.environ.get('PORT') or 8000}"


def test_manage_with_a_database_named_starts_nothing():
    environment = {"DATABASE_URL": "postgres://db.example.org/hub"}

    with run.development(environment):
        pass

    assert environment == {"DATABASE_URL": "postgres://db.example.org/hub"}


def test_manage_with_a_secret_key_named_starts_nothing():
    # A production server whose DATABASE_URL was forgotten must fail, not quietly get a database of its own.
    environment = {"SECRET_KEY": "production"}

    with run.development(environment):
        pass

    assert environment == {"SECRET_KEY": "production"}


def test_screen_says_whose_each_line_is():
    stream = StringIO()

    run.Screen(stream).show("web", "GET / 200")

    assert stream.getvalue() == "web    │ GET / 200\n"


@pytest.mark.parametrize(("handler", "expected"), [(signal.default_int_handler, True), (signal.SIG_DFL, False)])
def test_process_that_catches_ctrl_c_is_known(handler, expected):
    before = signal.signal(signal.SIGINT, handler)
    try:
        caught = run.catches_interrupt(os.getpid())
    finally:
        signal.signal(signal.SIGINT, before)

    assert caught is expected


# --- Processes -----------------------------------------------------------------------------------------------------


def python(name: str, code: str) -> Program:
    return Program(name, (sys.executable, "-u", "-c", code))


SLEEP = "import time; print('up'); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"
# A child of a child, as a worker's pool is.
WITH_CHILD = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid); p.wait()"


@pytest.fixture
def processes():
    lines: list[tuple[str, str]] = []
    running = Processes(os.environ, lambda name, line: lines.append((name, line)))
    running.lines = lines
    yield running
    running.stop(seconds=0)


def wait_for_lines(processes, count):
    for _ in range(200):
        if len(processes.lines) >= count:
            return
        time.sleep(0.05)
    raise AssertionError(processes.lines)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ends(pid: int) -> bool:
    """Whether a process that was told to end is gone within five seconds."""
    for _ in range(100):
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False


def test_processes_stopped_end_and_their_lines_were_shown(processes):
    processes.start(python("web", SLEEP))
    wait_for_lines(processes, 1)
    pid = processes.pid("web")

    processes.stop(seconds=10)

    assert (processes.lines, is_running(pid)) == ([("web", "up")], False)


def test_process_that_will_not_stop_is_ended(processes):
    processes.start(python("worker", STUBBORN))
    wait_for_lines(processes, 1)
    pid = processes.pid("worker")

    processes.stop(seconds=0.2)

    assert is_running(pid) is False


def test_child_of_a_stopped_process_is_not_left_behind(processes):
    processes.start(python("worker", WITH_CHILD))
    wait_for_lines(processes, 1)
    child = int(processes.lines[0][1])

    processes.stop(seconds=10)

    assert ends(child)


def test_process_that_ends_by_itself_is_named_with_its_code(processes):
    processes.start(python("web", SLEEP))
    processes.start(python("beat", "import sys; print('down'); sys.exit(3)"))
    wait_for_lines(processes, 2)

    for _ in range(100):
        if processes.ended():
            break
        time.sleep(0.05)

    assert processes.ended() == ("beat", 3)


def test_process_whose_parent_is_killed_ends_too():
    parent = (
        "import os, sys, time; from hubportal.processes import Processes, Program\n"
        "p = Processes(os.environ, lambda name, line: print(p.pid('web'), flush=True))\n"
        f"p.start(Program('web', (sys.executable, '-u', '-c', {SLEEP!r}))); time.sleep(60)"
    )
    killed = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    pid = int(killed.stdout.readline())
    killed.kill()
    killed.wait()
    killed.stdout.close()

    assert ends(pid)
