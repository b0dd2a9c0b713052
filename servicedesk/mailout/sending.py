"""Makes the message that goes over the wire, with headers that machines and mail programs rely on. Sends nothing."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr

from servicedesk.mailout import rules
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import Rendered

OWN_HEADER = "X-Servicedesk-Mail"

# RFC 3834: an acknowledgement answers, the rest is generated. A colleague's own reply is neither.
_AUTOMATIC = {"request_received": "auto-replied", "reply": None}
_TICKET = re.compile(r"<ticket\.(\d{1,10})\.([0-9a-f]{32})@[^\s<>]+>")
_OWN = re.compile(r"(\d{1,18})\.([0-9a-f]{32})")


@dataclass(frozen=True)
class Attached:
    filename: str
    content_type: str
    content: bytes


class _Wire(EmailPolicy):
    """The library's policy, but a subject of several lines keeps its spaces: between two encoded words that one loses
    them, and begins a long subject in English with a line of nothing."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() != "subject":
            return super().fold(name, value)
        plain = value.isascii() and value.isprintable() and "=?" not in value
        words = Header(str(value), "us-ascii" if plain else "utf-8", maxlinelen=76, header_name=name)
        return f"{name}: {words.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode() if name.lower() == "subject" else super().fold_binary(name, value)


_WIRE = _Wire(linesep=SMTP.linesep)


def message_for(
    rendered: Rendered, mail: OutgoingMail, sender_address: str, public_host: str, secret: str,
    attached: Sequence[Attached] = (),
) -> EmailMessage:  # fmt: skip
    """The mail as text and HTML, with its files. Sent twice, it is the same mail to its receiver: the Message-ID comes from the row.

    Raises ValueError for an address or subject that would break out of its header.
    """
    message = EmailMessage(policy=_WIRE)
    message["From"] = _address(sender_address)
    message["To"] = _address(mail.to_address)
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(mail.queued_at.astimezone(UTC))
    message["Message-ID"] = f"<mail.{mail.id}.{_seal(secret, 'mail', mail.id)}@{public_host}>"
    ticket_id = mail.facts.get("ticket_id")
    if ticket_id is not None:
        thread = f"<ticket.{ticket_id}.{_seal(secret, 'ticket', ticket_id)}@{public_host}>"
        message["In-Reply-To"] = thread
        message["References"] = thread
    automatic = _AUTOMATIC.get(mail.template, "auto-generated")
    if automatic:
        message["Auto-Submitted"] = automatic
    message["X-Auto-Response-Suppress"] = "All"
    message[OWN_HEADER] = f"{mail.id}.{_seal(secret, 'own', mail.id)}"
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    for file in attached:
        kind, _, subkind = file.content_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subkind, filename=file.filename)
    return message


def ticket_of(references: str, secret: str) -> int | None:
    """The ticket that In-Reply-To or References name, if we made the reference ourselves."""
    for number, seal in _TICKET.findall(references):
        if hmac.compare_digest(seal, _seal(secret, "ticket", int(number))):
            return int(number)
    return None


def is_own(header: str, secret: str) -> bool:
    """Whether the value of `OWN_HEADER` is ours: mail of our own that came back."""
    found = _OWN.fullmatch(header.strip())
    return found is not None and hmac.compare_digest(found[2], _seal(secret, "own", int(found[1])))


def _seal(secret: str, what: str, number: int) -> str:
    return hmac.new(secret.encode(), f"mailout:{what}:{number}".encode(), hashlib.sha256).hexdigest()[:32]


def _address(text: str) -> Address:
    if not rules.is_one_line(text):
        raise ValueError("an address with a line break in it")
    name, spec = parseaddr(text)
    if not spec:
        raise ValueError(f"this is not an e-mail address: {text!r}")
    local, _, domain = spec.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)
