"""Every setting, read from the environment here and nowhere else. docs/settings.md explains each."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

HERE = Path(__file__).resolve().parent


class BadSetting(ValueError):
    """A setting that cannot be used; the message is a sentence for the administrator."""


IMAP_PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}


@dataclass(frozen=True)
class Mailbox:
    """A mailbox that the desk reads. `name` is what people call it, unique among them; `department` the key of the
    department to which its letters go, None where their addresses decide; `address` what is written to it for a test."""

    name: str
    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    department: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Config:
    """What the desk runs with. `secret_key` is None where none was given: commands work, serving does not."""

    database_url: str
    secret_key: str | None = field(repr=False)
    secret_key_before: str | None = field(default=None, repr=False)
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str = "desk@localhost"
    redis_url: str | None = field(default=None, repr=False)
    files_dir: Path = HERE / "instance" / "files"
    file_max_bytes: int = 25_000_000
    mailboxes: tuple[Mailbox, ...] = ()
    mail_domains: frozenset[str] = frozenset()
    mail_authserv_id: str | None = None
    mail_machines: frozenset[str] = frozenset()
    trusted_proxies: int = 0
    log_format: str = "text"
    demo: bool = False
    testing: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The secret key of today, then the former one: what was made under either is still known as ours."""
        return (self.secret_key or "", *([self.secret_key_before] if self.secret_key_before else []))


def from_env(environ: Mapping[str, str] | None = None) -> Config:
    """Read the environment. `X_FILE` names a file with the value of `X`. Raises `BadSetting`."""
    read = _Reader(os.environ if environ is None else environ)
    instance = HERE / "instance"
    default_database = f"sqlite:///{instance / 'desk.sqlite'}"
    return Config(
        database_url=_database(read.text("DATABASE_URL") or default_database),
        secret_key=_secret("SECRET_KEY", read.text("SECRET_KEY") or _own_key(instance)),
        secret_key_before=_secret("SECRET_KEY_BEFORE", read.text("SECRET_KEY_BEFORE")),
        public_url=_public(read.text("PUBLIC_URL") or "http://127.0.0.1:8000"),
        smtp_url=_scheme("SMTP_URL", read.text("SMTP_URL"), ("smtp", "smtps", "smtp+starttls")),
        mail_from=read.text("MAIL_FROM") or "desk@localhost",
        redis_url=_scheme("REDIS_URL", read.text("REDIS_URL"), ("redis", "rediss", "unix")),
        files_dir=Path(read.text("FILES_DIR") or instance / "files"),
        file_max_bytes=_bytes("FILE_MAX_BYTES", read.text("FILE_MAX_BYTES") or "25000000"),
        mailboxes=_mailboxes(read.text("MAILBOXES") or ""),
        mail_domains=_names("MAIL_DOMAINS", read.text("MAIL_DOMAINS"), _DOMAIN, "domains, such as example.com"),
        mail_authserv_id=read.text("MAIL_AUTHSERV_ID"),
        mail_machines=_names(
            "MAIL_MACHINES", read.text("MAIL_MACHINES"), _MACHINE, "addresses, such as alarm@example.com"
        ),
        trusted_proxies=_count("TRUSTED_PROXIES", read.text("TRUSTED_PROXIES") or "0"),
        log_format=_choice("LOG_FORMAT", read.text("LOG_FORMAT") or "text", ("text", "json")),
        demo=_choice("DEMO", read.text("DEMO") or "0", ("0", "1")) == "1",
    )


def for_tests(database_url: str, **changes: object) -> Config:
    """A configuration that depends on no environment."""
    values: dict[str, object] = {
        "database_url": _database(database_url),
        "secret_key": "only for tests, and long enough for them",
        "public_url": "http://desk.test",
        "testing": True,
    }
    return Config(**(values | changes))  # type: ignore[arg-type]


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str) -> str | None:
        value = self.environ.get(name, "").strip()
        path = self.environ.get(f"{name}_FILE", "").strip()
        if value and path:
            raise BadSetting(f"{name} and {name}_FILE are both set; use one of them.")
        if not path:
            return value or None
        try:
            return Path(path).read_text(encoding="utf-8").strip() or None
        except OSError as error:
            raise BadSetting(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise BadSetting(f"{name}_FILE names {path}, which is not UTF-8 text.") from error


def _database(url: str) -> str:
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        if path and path != ":memory:":
            _make_folder(Path(path).parent)
        return url
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            if not _has_a_port_if_any(url):
                raise BadSetting(
                    "DATABASE_URL has a port that is not a number from 1 to 65535; write special characters of the password as %XX."
                )
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise BadSetting("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(f"DATABASE_URL names the folder {folder}, which cannot be made: {error.strerror}.") from error


def _has_a_port_if_any(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _own_key(instance: Path) -> str | None:
    """The key that `make run` has made for this machine: commands after it open and seal under the same one."""
    try:
        return (instance / "secret-key").read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _secret(name: str, value: str | None) -> str | None:
    if value is not None and len(value) < 16:
        raise BadSetting(f"{name} is too short: give it at least 16 characters, best 32 random ones.")
    return value


def _public(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?", url):
        raise BadSetting("PUBLIC_URL must be the address people type, like https://desk.example.com.")
    return url.rstrip("/")


def _scheme(name: str, value: str | None, schemes: tuple[str, ...]) -> str | None:
    if value is not None and value.partition("://")[0] not in schemes:
        raise BadSetting(f"{name} must begin with {' or '.join(s + '://' for s in schemes)}.")
    return value


def _mailboxes(text: str) -> tuple[Mailbox, ...]:
    """Addresses of mailboxes, with blanks or line ends between them. A password is never repeated in a sentence."""
    found = tuple(_mailbox(url, number) for number, url in enumerate(text.split(), start=1))
    names = [mailbox.name for mailbox in found]
    if len(set(names)) < len(names):
        raise BadSetting("MAILBOXES names one mailbox twice; give each another ?name=.")
    return found


def _mailbox(url: str, number: int) -> Mailbox:
    fault = f"Mailbox {number} of MAILBOXES"
    try:
        parts = urlsplit(url)
        port = parts.port or IMAP_PORTS.get(parts.scheme, 0)
    except ValueError:
        raise BadSetting(f"{fault} has a port that is not a number from 1 to 65535.") from None
    if parts.scheme not in IMAP_PORTS:
        raise BadSetting(f"{fault} must begin with {' or '.join(scheme + '://' for scheme in IMAP_PORTS)}.")
    if not parts.hostname or not parts.username or parts.password is None:
        raise BadSetting(f"{fault} needs user, password and host, like imaps://it:secret@mail.example.com/INBOX.")
    options = dict(parse_qsl(parts.query))
    if unknown := sorted(options.keys() - {"name", "department", "address"}):
        raise BadSetting(f"{fault} knows no {unknown[0]}; after the question mark stand name, department and address.")
    user, folder = unquote(parts.username), unquote(parts.path.strip("/")) or "INBOX"
    name = options.get("name") or options.get("department") or f"{user}@{parts.hostname}/{folder}"
    if len(name) > 64:
        raise BadSetting(f"{fault} has a name of more than 64 characters; give it a shorter ?name=.")
    return Mailbox(
        name, parts.scheme, parts.hostname, port, user, unquote(parts.password), folder,
        options.get("department"), options.get("address"),
    )  # fmt: skip


_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")
_MACHINE = re.compile(r"[^@\s,]+@[^@\s,]+")


def _names(name: str, value: str | None, shape: re.Pattern[str], what: str) -> frozenset[str]:
    """Names with commas or blanks between them, in lower case."""
    names = frozenset((value or "").lower().replace(",", " ").split())
    if not all(shape.fullmatch(one) for one in names):
        raise BadSetting(f"{name} must be {what}, with commas between them.")
    return names


def _count(name: str, value: str) -> int:
    if not value.isdecimal() or int(value) > 10:
        raise BadSetting(f"{name} must be a small whole number, such as 1.")
    return int(value)


def _bytes(name: str, value: str) -> int:
    """At most a gigabyte: an upload that takes longer than that is none for a form."""
    if not (value.isascii() and value.isdecimal() and len(value) < 12 and 1000 <= int(value) <= 1_000_000_000):
        raise BadSetting(f"{name} must be a number of bytes from 1000 to 1000000000, such as 25000000.")
    return int(value)


def _choice(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise BadSetting(f"{name} must be one of {', '.join(known)}.")
    return value
