"""What a mail is once it has been taken apart: plain facts, believed by nobody yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Attached:
    """A part that is a file. `content_id` is what the HTML calls it, without angle brackets; `inline` whether it is shown
    in the text. The content type is what the sender claims."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True)
class Address:
    """An address as written, in lower case, and the name beside it."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Automatic:
    """No person wrote it. `kind` is replied (to a mail: "I am away"), generated, bulk (lists and newsletters), receipt or
    calendar; `why` the header or rule that says so."""

    kind: str
    why: str


@dataclass(frozen=True)
class Bounce:
    """A report about a mail of ours. `status` is an enhanced status code ("5.1.1") or empty; `permanent` None where the
    report does not say, and where nothing failed: a status of 2 reports success. `message_ids` are those of the mail it is
    about."""

    recipients: tuple[str, ...]
    status: str
    permanent: bool | None
    diagnostic: str
    message_ids: tuple[str, ...]


@dataclass(frozen=True)
class IncomingMail:
    """A mail taken apart.

    `message_id` is normalised, without angle brackets, and None where there is none; `message_key` the same, or what stands
    for it, made of From, Date, Subject and text (at most 255 characters). `canonical` is the SHA-256 of the mail without
    the headers of its way, with one kind of line ends. `senders` are all addresses of all From headers; who wrote is known
    only where that is exactly one. `delivered_to` are the addresses that our server names (Delivered-To, X-Original-To,
    Envelope-To). `text` and `html` are as they came, decoded; `headers` the few that later decisions ask for, in their order:
    (name in lower case, value).
    """

    message_id: str | None
    message_key: str
    canonical: str
    senders: tuple[Address, ...]
    envelope_from: str | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    received_at: datetime | None
    references: tuple[str, ...]
    text: str | None
    html: str | None
    attachments: tuple[Attached, ...]
    automatic: Automatic | None
    # Somebody asks us not to answer by ourselves (X-Auto-Response-Suppress); the mail is an ordinary one otherwise.
    wants_no_answer: bool
    bounce: Bounce | None
    own_header: str | None
    received_count: int
    authentication_results: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()
    # A second From header makes it nobody's letter, whatever stands in it.
    from_headers: int = 1
    # Some of it opens with its reader's key alone; that stands among the attachments, or in the text as it came.
    encrypted: bool = False

    @property
    def sender(self) -> Address | None:
        """Who wrote it, None where that is not exactly one From header with one address."""
        return self.senders[0] if len(self.senders) == 1 and self.from_headers == 1 else None


class Unparsable(Exception):
    """A mail that is not taken apart: broken, past a limit, or too slow. The text is a code of a few words ("too many parts")."""
