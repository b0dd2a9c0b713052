"""A real mail server for the tests: dovecot on free ports of this machine, started from one generated file.

Every user exists, with `PASSWORD`; a mailbox is made when somebody signs in. Tests take `dovecot` from here.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imap_tools import MailBoxUnencrypted

from config import Mailbox

PASSWORD = "only-for-tests"
PROGRAM = shutil.which("dovecot") or next((path for path in ("/usr/sbin/dovecot", "/sbin/dovecot") if Path(path).exists()), None)  # fmt: skip
# Where the server was installed for the tests, that it does not start is a fault and no reason to skip.
DEMANDED = os.environ.get("DESK_TEST_DOVECOT") == "1"


@dataclass(frozen=True)
class Dovecot:
    """`certificate` is the file with which its TLS is verified; it speaks for localhost alone."""

    port: int
    tls_port: int
    folder: Path
    certificate: Path
    process: subprocess.Popen[bytes]

    def mailbox(self, user: str, **changes: object) -> Mailbox:
        """As the setting MAILBOXES would give it."""
        values: dict[str, object] = {
            "name": user, "scheme": "imap", "host": "127.0.0.1", "port": self.port, "user": user, "password": PASSWORD,
            "address": f"{user}@example.com",
        }  # fmt: skip
        return Mailbox(**(values | changes))  # type: ignore[arg-type]

    @contextlib.contextmanager
    def open(self, user: str, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        """The mailbox as its owner sees it."""
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=20) as box:
            yield box.login(user, PASSWORD, folder)

    def deliver(
        self, user: str, raw: bytes, *, at: datetime.datetime | None = None, seen: bool = False, folder: str = "INBOX"
    ) -> None:
        with self.open(user) as box:
            box.append(raw, folder, dt=at, flag_set=[r"\Seen"] if seen else [])

    def letters(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The raw letters of a folder in their order; none where there is no such folder."""
        with self.open(user) as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            return [box.client.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1] for uid in box.uids("ALL")]

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One server for this process of tests; users of their own keep tests apart."""
    if PROGRAM is None:
        _do_without("There is no dovecot to test with: apt install dovecot-imapd.")
    # Not below pytest's folder, into which the server's own user may not look.
    folder = Path(tempfile.mkdtemp(prefix="desk-imap-"))
    server = _start(folder)
    try:
        if not _greets(server):
            _do_without(f"This dovecot does not start: {server.log()[-500:]}")
        yield server
    finally:
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _do_without(why: str) -> NoReturn:
    if DEMANDED:
        pytest.fail(why)
    pytest.skip(why)


@lru_cache(maxsize=1)
def _version() -> str:
    assert PROGRAM is not None
    return subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout


def _start(folder: Path) -> Dovecot:
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder / "mail", "nobody")
    certificate = _certificate(folder)
    port, tls_port = free_port(), free_port()
    (folder / "conf").write_text(_settings(folder, port, tls_port))
    process = subprocess.Popen([str(PROGRAM), "-F", "-c", str(folder / "conf")], stderr=subprocess.DEVNULL)
    return Dovecot(port, tls_port, folder, certificate, process)


def _greets(server: Dovecot) -> bool:
    """Whether it answers before long."""
    end, pause = time.monotonic() + 30, threading.Event()
    while server.process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
            if line.recv(100).startswith(b"* OK"):
                return True
        pause.wait(0.02)
    return False


def _settings(folder: Path, port: int, tls_port: int) -> str:
    """One file, in the words of version 2.3 or of those after it."""
    root = os.geteuid() == 0
    # It takes no mailboxes of root.
    owner, group = ("nobody", "nogroup") if root else (_user(), _group())
    words = {
        "folder": folder, "port": port, "tls_port": tls_port, "owner": owner, "group": group, "password": PASSWORD,
        "chroot": "" if root else "chroot =",
        "without_root": "" if root else _WITHOUT_ROOT.format(owner=owner, group=group),
    }  # fmt: skip
    return ((_OLD if _version().startswith("2.3") else _NEW) + _EVERY).format(**words)


_OLD = """
ssl_cert = <{folder}/certificate
ssl_key = <{folder}/key
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
"""
_NEW = """dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
ssl_server_cert_file = {folder}/certificate
ssl_server_key_file = {folder}/key
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = ~/Maildir
namespace inbox {{
  inbox = yes
}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {owner}
    gid = {group}
    home = {folder}/mail/%{{user}}
  }}
}}
"""
_EVERY = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
mail_max_userip_connections = 100
mail_fsync = never
auth_failure_delay = 0
{without_root}
service anvil {{
  {chroot}
  # Whoever tries a wrong password waits ever longer otherwise, and everybody here comes from one address.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  {chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""
_WITHOUT_ROOT = """
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {owner}
first_valid_uid = 1
"""


def _user() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name


def _group() -> str:
    import grp

    return grp.getgrgid(os.getegid()).gr_name


def _certificate(folder: Path) -> Path:
    """Made now for localhost, and signed by nobody but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )  # fmt: skip
    (folder / "certificate").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
