"""Makes the message that goes over the wire, with headers that machines and mail programs rely on. Sends nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any, Protocol
from urllib.parse import urlsplit

from servicedesk.kernel.text import in_language
from servicedesk.mailout import addresses, references, rules
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import Rendered

_ANSWERS = {"request_received", "sender_unknown", "answer_held"}
# Mails that carry what a colleague wrote to the reader.
_OWN_WORDS = {"reply", "resolved"}
_NAME_LENGTH = 100
_FOR_MACHINES = {"list-unsubscribe", "list-id", "references", "in-reply-to"}
_MESSAGE_ID = re.compile(r"<?[!-;=?-~]+@[!-;=?-~]+>?", re.ASCII)


@dataclass(frozen=True)
class Attached:
    filename: str
    content_type: str
    content: bytes


class _Wire(EmailPolicy):
    """The library's policy, but a subject of several lines keeps its spaces: between two encoded words that one loses
    them, and begins a long subject in English with a line of nothing. And what only machines read stays as it is: that
    one would encode a long address, which nobody decodes there."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in _FOR_MACHINES:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        if name.lower() != "subject":
            return super().fold(name, value)
        plain = value.isascii() and value.isprintable() and "=?" not in value
        words = Header(str(value), "us-ascii" if plain else "utf-8", maxlinelen=76, header_name=name)
        return f"{name}: {words.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: str) -> bytes:
        own = name.lower() == "subject" or name.lower() in _FOR_MACHINES
        return self.fold(name, value).encode() if own else super().fold_binary(name, value)


# Not every server between us and the reader passes on more than seven bits.
_WIRE = _Wire(linesep=SMTP.linesep, cte_type="7bit")


class Settings(Protocol):
    """What of the desk's settings mail depends on."""

    @property
    def mail_from(self) -> str: ...
    @property
    def public_url(self) -> str: ...
    @property
    def keys(self) -> Sequence[str]: ...
    @property
    def mailboxes(self) -> Sequence[Any]: ...
    @property
    def mail_authserv_id(self) -> str | None: ...


@dataclass(frozen=True)
class Sender:
    """In whose name the desk writes. `address` is MAIL_FROM, `host` the desk's own name in marks, which are made with the
    first of `keys`. `reads` are the addresses of mailboxes by department ("" for all others), empty where none is read;
    `verifies` says whether letters of people of a department can be believed."""

    address: str
    host: str
    keys: Sequence[str]
    reads: Mapping[str, str] = field(default_factory=dict)
    verifies: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Sender:
        own = parseaddr(settings.mail_from)[1]
        named = {box.department or "": box.address for box in reversed(settings.mailboxes) if box.address}
        return cls(
            address=settings.mail_from, host=urlsplit(settings.public_url).hostname or "localhost", keys=settings.keys,
            reads={"": own, **named} if settings.mailboxes else {}, verifies=settings.mail_authserv_id is not None,
        )  # fmt: skip

    def mailbox_of(self, facts: Mapping[str, Any]) -> str | None:
        """The address under which the desk reads what is written about this; None where it reads no mail."""
        return self.reads.get(facts.get("department_key") or "", self.reads.get(""))


def message_for(
    rendered: Rendered, mail: OutgoingMail, sender: Sender, attached: Sequence[Attached] = ()
) -> EmailMessage:
    """The mail as text and HTML, with its files. Sent twice, it is the same mail to its receiver: the Message-ID comes from the row.

    Raises ValueError for an address or subject that would break out of its header.
    """
    message = EmailMessage(policy=_WIRE)
    message["From"] = _address(sender.address, _name_for(mail, parseaddr(sender.address)[0]))
    message["To"] = _address(mail.to_address)
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(mail.queued_at.astimezone(UTC))
    message["Message-ID"] = references.message_id(mail.id, sender.host, sender.keys)
    mailbox = sender.mailbox_of(mail.facts)
    if mailbox is not None and is_answerable(mail, sender):
        message["Reply-To"] = addresses.reply_address(mailbox, mail.facts["ticket_id"], sender.keys[0])
    _say_what_it_answers(message, mail, sender)
    automatic = _automatic(mail)
    if automatic:
        message["Auto-Submitted"] = automatic
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{mail.facts.get('department_key') or 'desk'}.{sender.host}>"
    message[references.OWN_HEADER] = references.own_mark(mail.id, sender.keys)
    if rendered.unsubscribe:
        # Mail programs offer to end such mails by one press (RFC 8058): they POST to the address, which is the whole right.
        message["List-Unsubscribe"] = f"<{rendered.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(rendered.text)
    message.add_alternative(rendered.html, subtype="html")
    message.set_boundary(references.boundary(str(mail.id), sender.keys))
    for file in attached:
        kind, _, subkind = file.content_type.partition("/")
        message.add_attachment(file.content, maintype=kind, subtype=subkind, filename=file.filename)
        message.set_boundary(references.boundary(f"{mail.id}.files", sender.keys))
    return message


def envelope_sender(mail: OutgoingMail, sender: Sender) -> str:
    """Where a report goes when the mail cannot arrive: an address that names the mail, where mailboxes are read; nowhere
    for what answers by itself, so that two machines never answer each other."""
    if _automatic(mail) == "auto-replied":
        return ""
    mailbox = sender.mailbox_of(mail.facts)
    if mailbox is None:
        return parseaddr(sender.address)[1]
    return addresses.bounce_address(mailbox, mail.id, sender.keys[0])


def is_answerable(mail: OutgoingMail, sender: Sender) -> bool:
    """Whether its reader can answer by mail: the desk reads mail, and this reader may write about what it tells."""
    return bool(sender.reads) and rules.may_answer(mail.template, mail.facts, staff=sender.verifies)


def _automatic(mail: OutgoingMail) -> str | None:
    """RFC 3834: an acknowledgement answers, the rest is generated. A colleague's own words are neither."""
    if mail.template == "reply" and mail.facts.get("text"):
        return None
    return "auto-replied" if mail.template in _ANSWERS else "auto-generated"


def _say_what_it_answers(message: EmailMessage, mail: OutgoingMail, sender: Sender) -> None:
    """The reader's own letter where there is one, and the request, so that programs show its mails together."""
    ticket_id, letter = mail.facts.get("ticket_id"), mail.facts.get("answers_message_id") or ""
    thread = references.thread_id(ticket_id, sender.host, sender.keys) if ticket_id is not None else ""
    letter = f"<{letter.strip('<>')}>" if _MESSAGE_ID.fullmatch(letter) else ""
    if letter or thread:
        message["In-Reply-To"] = letter or thread
        message["References"] = f"{letter} {thread}".strip()


def _name_for(mail: OutgoingMail, name: str) -> str:
    """Who writes, as far as the mail itself says it: the colleague and the department, or the department and the company;
    else the `name` that is set, or the company."""
    facts = mail.facts
    author = facts.get("author") if mail.template in _OWN_WORDS and facts.get("text") else None
    department = in_language(facts.get("department"), mail.language)
    parts = (
        [author, department]
        if author
        else [department, facts.get("company")]
        if department
        else [name or facts.get("company")]
    )
    # A name is no place for an address: some programs would show it instead of ours.
    shown = (" ".join(part.replace("@", " ").split()) for part in parts if part)
    return " · ".join(shown)[:_NAME_LENGTH].strip(" ·")


def _address(text: str, shown: str = "") -> Address:
    if not rules.is_one_line(text):
        raise ValueError("an address with a line break in it")
    _, spec = parseaddr(text)
    if not spec:
        raise ValueError(f"this is not an e-mail address: {text!r}")
    local, _, domain = spec.rpartition("@")
    return Address(display_name=shown, username=local, domain=domain)
