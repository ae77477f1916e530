"""A real IMAP server for tests: Debian's Dovecot, with mailboxes of its own in a folder of its own.

Use the fixture `mailbox`; conftest.py makes it known to every test.
"""

import datetime as dt
import grp
import ipaddress
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_tools import MailBoxUnencrypted

from hubportal.prepare import dovecot_path, is_ci, sudo_line
from hubportal.processes import Processes, Program
from hubportal.tests.live import free_port

START_SECONDS = 20
STOP_SECONDS = 10
USERS = 100
# A password that every part of an address has to be encoded for.
PASSWORD = "a b:c/d@é"

# Dovecot 2.4 gave most of its settings other names.
SETTINGS_2_3 = """
mail_location = maildir:{folder}/mail/%u
disable_plaintext_auth = no
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""
SETTINGS_2_4 = """
dovecot_config_version = {version}
dovecot_storage_version = {version}
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
auth_allow_cleartext = yes
ssl_server_cert_file = {folder}/server.pem
ssl_server_key_file = {folder}/server.key
passdb passwd-file {{
  passwd_file_path = {folder}/passwords
  default_password_scheme = PLAIN
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/mail/%{{user}}
  }}
}}
"""
SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
first_valid_uid = 1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  # Nobody waits after a wrong password.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


class Mailbox:
    """One user's mailbox, delivered to and looked at as by another mail program."""

    def __init__(self, *, user: str, port: int, tls_port: int, certificate: Path) -> None:
        self.user, self.certificate = user, certificate
        self._port, self._tls_port = port, tls_port
        self.url = self.url_of("imap")

    def url_of(self, scheme: str, *, password: str = PASSWORD, path: str = "") -> str:
        """INBOX_URL for this mailbox."""
        port = self._tls_port if scheme == "imaps" else self._port
        return f"{scheme}://{quote(self.user, safe='')}:{quote(password, safe='')}@localhost:{port}{path}"

    def deliver(self, *mails: bytes) -> None:
        """Put mails into the mailbox, in this order."""
        with self._open() as box:
            for mail in mails:
                box.append(mail, "INBOX")

    def mark_as_seen(self) -> None:
        """As somebody does who looks into the mailbox."""
        with self._open() as box:
            list(box.fetch(mark_seen=True))

    def subjects(self, folder: str = "INBOX") -> list[str]:
        """What lies in a folder, in order; nothing where there is no such folder."""
        with self._open() as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            return [mail.subject for mail in box.fetch(mark_seen=False)]

    def unseen(self, folder: str) -> int:
        with self._open() as box:
            return box.folder.status(folder)["UNSEEN"]

    def _open(self) -> MailBoxUnencrypted:
        box = MailBoxUnencrypted("127.0.0.1", self._port, timeout=10)
        box.login_utf8(self.user, PASSWORD)
        return box


class Dovecot:
    """The server."""

    def __init__(self, *, program: str, folder: Path) -> None:
        self.folder, self._program = folder, program
        self._port, self._tls_port = free_port(), free_port()
        # All known from the start: the server looks for changes once a second at most.
        self._users = [f"answers{number}@hub.example.org" for number in range(USERS)]
        self._output: list[str] = []
        self._processes = Processes(dict(os.environ), lambda name, line: self._output.append(line))

    def start(self) -> None:
        (self.folder / "mail").mkdir()
        (self.folder / "passwords").write_text(
            # The file's own separator is escaped by its scheme.
            "".join(f"{user}:{{PLAIN.HEX}}{PASSWORD.encode().hex()}\n" for user in self._users)
        )
        write_certificate(certificate=self.folder / "server.pem", key=self.folder / "server.key")
        (self.folder / "dovecot.conf").write_text(self._settings())
        # Dovecot never reads mail as root.
        if os.geteuid() == 0:
            shutil.chown(self.folder / "mail", "dovecot")
        self._processes.start(Program("dovecot", (self._program, "-F", "-c", str(self.folder / "dovecot.conf"))))
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._processes.ended() is None, "\n".join(self._output)
            assert time.monotonic() < deadline, "\n".join(self._output)
            time.sleep(0.05)

    def stop(self) -> None:
        self._processes.stop(seconds=STOP_SECONDS)

    def new_mailbox(self) -> Mailbox:
        return Mailbox(
            user=self._users.pop(),
            port=self._port,
            tls_port=self._tls_port,
            certificate=self.folder / "server.pem",
        )

    def _settings(self) -> str:
        found = subprocess.run([self._program, "--version"], capture_output=True, text=True, check=True)
        version = found.stdout.split()[0]
        mine = "dovecot" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        user = pwd.getpwnam(mine)
        settings = SETTINGS_2_3 + SETTINGS if version.startswith("2.3.") else SETTINGS_2_4 + SETTINGS
        return settings.format(
            folder=self.folder,
            version=version,
            uid=user.pw_uid,
            gid=user.pw_gid,
            user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            port=self._port,
            tls_port=self._tls_port,
        )

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


def write_certificate(*, certificate: Path, key: Path) -> None:
    """A certificate for this machine that nobody has signed; whoever trusts it has to say so."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.touch(mode=0o600)
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    program = dovecot_path()
    if program is None:
        assert not is_ci(), "There is no Dovecot, and with CI=true the tests of the mailbox must run."
        pytest.skip(f"there is no Dovecot here (Debian: {sudo_line(['dovecot-imapd'])})")
    with tempfile.TemporaryDirectory(prefix="hubportal-imap-") as name:
        # Its processes run as another user than root.
        Path(name).chmod(0o755)
        server = Dovecot(program=program, folder=Path(name))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture
def mailbox(dovecot: Dovecot) -> Mailbox:
    """An empty mailbox of one's own."""
    return dovecot.new_mailbox()
