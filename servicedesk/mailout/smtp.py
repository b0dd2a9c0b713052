"""Hands messages to a mail server. One connection a run; knows nothing of rows."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
SECONDS = 20


class DeliveryFailed(Exception):
    """The server did not take this mail. `final` says that trying again is useless."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class AddressRefused(DeliveryFailed):
    """There is no such mailbox, says the server."""


class ConnectionBroke(DeliveryFailed):
    """The server hung up or fell silent before it took the mail, which may have arrived all the same."""


class Unreachable(DeliveryFailed):
    """The server is away or refuses us: no fault of the mail, and the next one would fare no better."""


class SmtpDelivery:
    """`with SmtpDelivery(url) as delivery: delivery.deliver(message)`; connects at the first message."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        """`seconds` is how long an answer may take. Raises ValueError with a sentence for a URL that names no mail server."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError("SMTP_URL has a port that is not a number from 1 to 65535.") from None
        if parts.scheme not in PORTS:
            raise ValueError("SMTP_URL begins with smtp://, smtps:// or smtp+starttls://.")
        if not parts.hostname:
            raise ValueError("SMTP_URL names no host; write it like smtp://mail.example.com:25.")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("SMTP_URL ends after the port; write other characters of the password as %XX.")
        if (parts.username is None) != (parts.password is None):
            raise ValueError("SMTP_URL needs a user and a password, or neither.")
        self.scheme, self.host, self.port = parts.scheme, parts.hostname, port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._seconds = seconds
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def deliver(self, message: EmailMessage, sender: str) -> None:
        """Returns when the server has taken the message. Reports that it could not arrive go to `sender`, which may be
        empty. Raises `DeliveryFailed` or `Unreachable`."""
        server = self._connected()
        try:
            server.send_message(message, from_addr=sender)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            self._begin_anew()
            raise _refused_receiver(code, _words(code, words)) from error
        except smtplib.SMTPServerDisconnected as error:
            self._drop()
            raise ConnectionBroke("the mail server hung up before it took the mail") from error
        except smtplib.SMTPResponseException as error:
            self._begin_anew()
            raise _refusal(error, nobody=not sender) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryFailed(str(error), final=True) from error
        except OSError as error:
            self._drop()
            raise ConnectionBroke(f"the connection broke: {error}") from error

    def close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._server.close()
            self._server = None

    def _connected(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        server: smtplib.SMTP | None = None
        try:
            if self.scheme == "smtps":
                server = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=self._seconds, context=ssl.create_default_context()
                )
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=self._seconds)
            if self.scheme == "smtp+starttls":
                server.starttls(context=ssl.create_default_context())
            if self._user:
                server.login(self._user, self._password)
        except smtplib.SMTPResponseException as error:
            _close(server)
            raise Unreachable(_words(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            _close(server)
            raise Unreachable(f"the mail server cannot be reached: {error}") from error
        self._server = server
        return server

    def _begin_anew(self) -> None:
        try:
            if self._server is not None:
                self._server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        _close(self._server)
        self._server = None


def _refused_receiver(code: int, words: str) -> DeliveryFailed:
    """550 is said of mailboxes that do not exist and of mail that is not wanted; the enhanced code, where there is one,
    tells them apart."""
    enhanced = re.match(r"\d{3} 5\.(\d{1,3})\.\d{1,3}\b", words)
    unknown = enhanced[1] in ("1", "2") if enhanced else code in (550, 551, 553)
    return AddressRefused(words, final=True) if unknown else DeliveryFailed(words, final=500 <= code < 600)


def _refusal(error: smtplib.SMTPResponseException, *, nobody: bool) -> DeliveryFailed:
    """421 and a refused sender touch every mail alike, but an empty sender only those that have it."""
    words = _words(error.smtp_code, error.smtp_error)
    refused = isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != 552
    if error.smtp_code == 421 or (refused and not nobody):
        return Unreachable(words)
    # Somebody who runs the server has to allow empty senders: until then, such mail waits.
    return DeliveryFailed(words, final=error.smtp_code >= 500 and not refused)


def _close(server: smtplib.SMTP | None) -> None:
    if server is not None:
        server.close()


def _words(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"
