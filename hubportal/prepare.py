"""Make a checkout ready to run: virtual environment, packages, system libraries. Standard library only.

`make run` and `make test` start this with the machine's own Python, as `python3 -I hubportal/prepare.py`, so it may
import nothing of ours. What is already there is left alone, so a later run takes no time.
"""

from __future__ import annotations

import ctypes
import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOGS = ROOT / ".local"
OLDEST_PYTHON = (3, 11)
NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")
# What WeasyPrint loads when it sets a PDF, and the Debian packages that hold it.
PANGO_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
RUNTIME = ["requirements.txt"]
DEVELOPMENT = ["requirements.txt", "requirements-dev.txt"]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Where Debian puts servers, which is on the PATH of root alone.
SERVERS_PATH = os.pathsep.join(["/usr/sbin", "/usr/local/sbin"])
DOVECOT_IMAP = "/usr/lib/dovecot/imap"


class NotPossible(Exception):
    """The checkout cannot be made ready; the message says what a person has to do."""


def say(sentence: str) -> None:
    """Show what is being done: a first run takes a minute or two, and silence would look like a hang."""
    print(f"• {sentence}", flush=True)


def is_ci() -> bool:
    """Whether continuous integration runs us, where no test may be skipped for want of a browser."""
    return os.environ.get("CI", "").lower() in ("1", "true")


# --- Debian packages ---------------------------------------------------------------------------------------------


def apt_command() -> list[str] | None:
    """How this user may install Debian packages without being asked a password, or None."""
    apt = shutil.which("apt-get")
    if apt is None:
        return None
    if os.geteuid() == 0:
        return [apt]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", "DEBIAN_FRONTEND=noninteractive", apt]
    return None


def apt_install(packages: list[str], purpose: str) -> bool:
    """Install Debian packages where we may; say so, and whether it worked."""
    command = apt_command()
    if command is None:
        return False
    say(f"Installing {' '.join(packages)} ({purpose})")
    LOGS.mkdir(exist_ok=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (LOGS / "apt.log").open("a") as log:

        def apt(*arguments: str) -> bool:
            full = [*command, *arguments]
            return subprocess.run(full, stdout=log, stderr=log, env=environment, check=False).returncode == 0

        install = ("install", "-y", "--no-install-recommends", *packages)
        # The lists of a fresh machine are empty or old: the first attempt fails at once and a second one works.
        return apt(*install) or (apt("update") and apt(*install))


def sudo_line(packages: list[str]) -> str:
    """The command a person can type."""
    return f"sudo apt-get install {' '.join(packages)}"


# --- Steps ----------------------------------------------------------------------------------------------------------


def find_python() -> str:
    """A Python that is new enough: the one we run under, or a newer one on the PATH."""
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found:
            return found
    version = ".".join(str(part) for part in sys.version_info[:3])
    raise NotPossible(
        f"The portal needs Python 3.11 or newer and this is Python {version}. "
        "Install a newer one (on Debian 12 or later: sudo apt-get install python3 python3-venv), "
        "or name one: make run PYTHON=/path/to/python3.11"
    )


def has_module(python: str, module: str) -> bool:
    """Whether that Python is there, works and can import a module."""
    return (
        os.access(python, os.X_OK)
        and subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0
    )


def make_environment() -> None:
    """Create `.venv`, or create it anew where its Python has gone."""
    python = find_python()
    if has_module(str(VENV / "bin" / "python"), "pip"):
        return
    if not has_module(python, "ensurepip"):
        # Debian leaves the part of venv that installs pip to a package of its own.
        apt_install(["python3-venv"], "to make a virtual environment")
    if not has_module(python, "ensurepip"):
        raise NotPossible(
            "This Python cannot make a virtual environment because its ensurepip module is missing: "
            f"install Debian's package python3-venv ({sudo_line(['python3-venv'])}) and run this again."
        )
    say("Making a virtual environment in .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([python, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode:
        raise NotPossible(f"The virtual environment could not be made: {(made.stdout + made.stderr).strip()}")


def fingerprint(files: list[str]) -> str:
    """Changes when a file or the Python behind `.venv` does."""
    digest = hashlib.sha256(os.fsencode((VENV / "bin" / "python").resolve()))
    for name in files:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_installed(*, for_tests: bool) -> bool:
    """Whether `.venv` has just what the requirements pin, by the Python that is there now."""
    stamp = VENV / "installed-requirements"
    if not stamp.exists() or not os.access(VENV / "bin" / "python", os.X_OK):
        return False
    # Packages for tests include those for running.
    enough = [DEVELOPMENT] if for_tests else [RUNTIME, DEVELOPMENT]
    return stamp.read_text() in [fingerprint(files) for files in enough]


def install_packages(*, for_tests: bool) -> None:
    """Install what `requirements.txt` (or `requirements-dev.txt`, which includes it) pins, if it has changed."""
    if is_installed(for_tests=for_tests):
        return
    stamp = VENV / "installed-requirements"
    wanted = DEVELOPMENT if for_tests else RUNTIME
    say(f"Installing Python packages from {wanted[-1]}: about a minute the first time")
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    output = []
    with subprocess.Popen(
        [*pip, "--progress-bar", "off", "-r", wanted[-1]],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            for line in process.stdout or []:
                output.append(line)
                show_progress(line)
            failed = process.wait() != 0
        finally:
            process.kill()
    if failed:
        raise NotPossible("The Python packages could not be installed. pip says:\n" + "".join(output[-15:]))
    stamp.write_text(fingerprint(wanted))


def show_progress(line: str) -> None:
    """One short line for each package pip turns to."""
    if line.startswith("Collecting "):
        print(f"    {line.split()[1]}", flush=True)
    elif line.startswith("Installing collected packages"):
        print("    unpacking", flush=True)


def missing_pango() -> list[str]:
    """The Debian packages whose libraries WeasyPrint would not find."""
    missing = []
    for library, package in PANGO_LIBRARIES.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def install_pango() -> None:
    """See that WeasyPrint can set certificates. It looks for other file names on macOS, so there we only hint."""
    if not sys.platform.startswith("linux"):
        return
    missing = missing_pango()
    if missing and not apt_install(missing, "for certificates and other PDFs"):
        raise NotPossible(
            f"Certificates need libraries that are missing here: install {', '.join(missing)} "
            f"({sudo_line(missing)}) and run this again."
        )


def chromium_path() -> str | None:
    """The browser of this machine, or None."""
    return next((found for found in map(shutil.which, CHROMIUM_NAMES) if found), None)


def install_chromium() -> None:
    """See that the browser tests have a browser; without one they are skipped, but never in CI."""
    if chromium_path():
        return
    if apt_install(["chromium"], "for the browser tests: a few hundred megabytes"):
        return
    sentence = f"There is no Chromium and it could not be installed here ({sudo_line(['chromium'])})"
    if is_ci():
        raise NotPossible(f"{sentence}, and with CI=true the browser tests must run.")
    say(f"{sentence}: the browser tests will be skipped")


def dovecot_path() -> str | None:
    """The mail server of this machine that can serve a mailbox by IMAP, or None."""
    found = shutil.which("dovecot") or shutil.which("dovecot", path=SERVERS_PATH)
    return found if found and os.access(DOVECOT_IMAP, os.X_OK) else None


def install_dovecot() -> None:
    """See that the tests of the mailbox have a server to read; without one they are skipped, but never in CI."""
    if dovecot_path():
        return
    if apt_install(["dovecot-imapd"], "for the tests of the mailbox: a few megabytes"):
        return
    sentence = f"There is no Dovecot and it could not be installed here ({sudo_line(['dovecot-imapd'])})"
    if is_ci():
        raise NotPossible(f"{sentence}, and with CI=true the tests of the mailbox must run.")
    say(f"{sentence}: the tests of the mailbox will be skipped")


def prepare(*, for_tests: bool) -> None:
    if not is_installed(for_tests=for_tests):
        make_environment()
    install_pango()
    install_packages(for_tests=for_tests)
    if for_tests:
        install_chromium()
        install_dovecot()


def stop(number: int, frame: object) -> None:
    """End as by Ctrl-C, so that pip or apt is stopped with us."""
    raise KeyboardInterrupt


def main() -> int:
    # A terminal that cannot show a sign shows another.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    signal.signal(signal.SIGTERM, stop)
    try:
        prepare(for_tests="--for-tests" in sys.argv[1:])
    except NotPossible as problem:
        print(f"\n{problem}\n", file=sys.stderr)
        return 1
    except PermissionError as problem:
        print(
            f"\nThis user may not write {problem.filename}: clone into a folder of your own.\n",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run it again to go on where it left off.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
