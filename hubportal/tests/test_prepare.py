import ast
import sys

import pytest

from hubportal import prepare


@pytest.fixture
def no_apt(monkeypatch):
    """An ordinary user's machine: nothing may be installed, and nothing is asked of the real one."""
    monkeypatch.setattr(prepare, "apt_command", lambda: None)


def test_python_that_is_too_old_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(prepare.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(prepare.shutil, "which", lambda name: None)

    with pytest.raises(prepare.NotPossible) as refused:
        prepare.find_python()

    assert str(refused.value) == (
        "The portal needs Python 3.11 or newer and this is Python 3.9.2. "
        "Install a newer one (on Debian 12 or later: sudo apt-get install python3 python3-venv), "
        "or name one: make run PYTHON=/path/to/python3.11"
    )


def test_python_that_is_too_old_gives_way_to_a_newer_one(monkeypatch):
    monkeypatch.setattr(prepare.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(prepare.shutil, "which", {"python3.12": "/usr/bin/python3.12"}.get)

    assert prepare.find_python() == "/usr/bin/python3.12"


def test_missing_ensurepip_is_refused_in_a_sentence_that_names_the_package(tmp_path, monkeypatch, no_apt):
    monkeypatch.setattr(prepare, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(prepare, "has_module", lambda python, module: False)

    with pytest.raises(prepare.NotPossible) as refused:
        prepare.make_environment()

    assert str(refused.value) == (
        "This Python cannot make a virtual environment because its ensurepip module is missing: "
        "install Debian's package python3-venv (sudo apt-get install python3-venv) and run this again."
    )
    assert not (tmp_path / ".venv").exists()


def test_missing_pango_is_refused_in_a_sentence_that_names_the_packages(monkeypatch, no_apt):
    libraries = {"libc.so.6": "libc6", "libnone.so.0": "libnone0", "libnothing.so.1": "libnothing1"}
    monkeypatch.setattr(prepare, "PANGO_LIBRARIES", libraries)

    with pytest.raises(prepare.NotPossible) as refused:
        prepare.install_pango()

    assert str(refused.value) == (
        "Certificates need libraries that are missing here: install libnone0, libnothing1 "
        "(sudo apt-get install libnone0 libnothing1) and run this again."
    )


def test_missing_pango_is_installed_where_we_may(monkeypatch):
    asked: list[list[str]] = []
    monkeypatch.setattr(prepare, "PANGO_LIBRARIES", {"libnone.so.0": "libnone0"})
    monkeypatch.setattr(prepare, "apt_install", lambda packages, purpose: asked.append(packages) or True)

    prepare.install_pango()

    assert asked == [["libnone0"]]


def test_missing_chromium_is_one_clear_line(monkeypatch, no_apt, capsys):
    monkeypatch.setattr(prepare, "chromium_path", lambda: None)
    monkeypatch.delenv("CI", raising=False)

    prepare.install_chromium()

    assert capsys.readouterr().out == (
        "• There is no Chromium and it could not be installed here (sudo apt-get install chromium): "
        "the browser tests will be skipped\n"
    )


def test_missing_chromium_fails_in_continuous_integration(monkeypatch, no_apt):
    monkeypatch.setattr(prepare, "chromium_path", lambda: None)
    monkeypatch.setenv("CI", "true")

    with pytest.raises(prepare.NotPossible) as refused:
        prepare.install_chromium()

    assert str(refused.value) == (
        "There is no Chromium and it could not be installed here (sudo apt-get install chromium), "
        "and with CI=true the browser tests must run."
    )


def test_missing_dovecot_is_one_clear_line(monkeypatch, no_apt, capsys):
    monkeypatch.setattr(prepare, "dovecot_path", lambda: None)
    monkeypatch.delenv("CI", raising=False)

    prepare.install_dovecot()

    assert capsys.readouterr().out == (
        "• There is no Dovecot and it could not be installed here (sudo apt-get install dovecot-imapd): "
        "the tests of the mailbox will be skipped\n"
    )


def test_missing_dovecot_fails_in_continuous_integration(monkeypatch, no_apt):
    monkeypatch.setattr(prepare, "dovecot_path", lambda: None)
    monkeypatch.setenv("CI", "true")

    with pytest.raises(prepare.NotPossible) as refused:
        prepare.install_dovecot()

    assert str(refused.value) == (
        "There is no Dovecot and it could not be installed here (sudo apt-get install dovecot-imapd), "
        "and with CI=true the tests of the mailbox must run."
    )


def test_missing_dovecot_is_installed_where_we_may(monkeypatch):
    asked: list[list[str]] = []
    monkeypatch.setattr(prepare, "dovecot_path", lambda: None)
    monkeypatch.setattr(prepare, "apt_install", lambda packages, purpose: asked.append(packages) or True)

    prepare.install_dovecot()

    assert asked == [["dovecot-imapd"]]


def test_dovecot_is_found_off_the_path_but_only_with_its_imap_part(monkeypatch, tmp_path):
    server = tmp_path / "dovecot"
    server.write_text("")
    server.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(prepare, "SERVERS_PATH", str(tmp_path))

    monkeypatch.setattr(prepare, "DOVECOT_IMAP", str(server))
    assert prepare.dovecot_path() == str(server)

    monkeypatch.setattr(prepare, "DOVECOT_IMAP", str(tmp_path / "imap"))
    assert prepare.dovecot_path() is None


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout whose pip notes what it is asked for instead of installing it."""
    (tmp_path / "requirements.txt").write_text("django\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest\n")
    bin_folder = tmp_path / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    pip = bin_folder / "python"
    pip.write_text(f'#!/bin/sh\necho "$@" | grep -o "requirements.*" >> {tmp_path}/installed\n')
    pip.chmod(0o755)
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    monkeypatch.setattr(prepare, "VENV", tmp_path / ".venv")
    return tmp_path


def installed(checkout) -> list[str]:
    noted = checkout / "installed"
    return noted.read_text().split() if noted.exists() else []


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([False, False], ["requirements.txt"]),
        ([True, True], ["requirements-dev.txt"]),
        # Packages for tests include those for running, but not the other way round.
        ([True, False], ["requirements-dev.txt"]),
        ([False, True], ["requirements.txt", "requirements-dev.txt"]),
    ],
)
def test_packages_are_installed_once(checkout, runs, expected):
    for for_tests in runs:
        prepare.install_packages(for_tests=for_tests)

    assert installed(checkout) == expected


def test_packages_are_installed_again_when_the_requirements_change(checkout):
    prepare.install_packages(for_tests=False)
    (checkout / "requirements.txt").write_text("django\ncelery\n")

    prepare.install_packages(for_tests=False)

    assert installed(checkout) == ["requirements.txt", "requirements.txt"]


def test_packages_that_cannot_be_installed_are_tried_again_next_time(checkout):
    pip = checkout / ".venv" / "bin" / "python"
    pip.write_text('#!/bin/sh\necho "ERROR: no such package"\nexit 1\n')

    for _ in range(2):
        with pytest.raises(prepare.NotPossible) as refused:
            prepare.install_packages(for_tests=False)

    assert str(refused.value) == ("The Python packages could not be installed. pip says:\nERROR: no such package\n")


def test_preparation_needs_the_standard_library_alone():
    tree = ast.parse((prepare.ROOT / "hubportal" / "prepare.py").read_text())
    imported = {
        name.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert imported - set(sys.stdlib_module_names) == set()
