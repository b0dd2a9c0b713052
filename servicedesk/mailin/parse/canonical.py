"""What a letter is known by: the same letter delivered twice has the same marks."""

from __future__ import annotations

import hashlib

from servicedesk.mailin.parse.headers import Headers
from servicedesk.mailin.parse.parts import END_OF_HEADERS

# The writer's own headers. All others may be added or changed on the way, and are: by each server, scanner and forwarder.
_WRITTEN = frozenset(
    {
        "from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted",
        "precedence", "content-type", "content-transfer-encoding", "content-disposition", "x-servicedesk-mail",
    }
)  # fmt: skip
KEY_LENGTH = 255


def canonical(headers: Headers, raw: bytes) -> str:
    """SHA-256 of what the writer wrote, with one kind of line ends, in hex."""
    digest = hashlib.sha256()
    for name, value in headers.items:
        if name in _WRITTEN:
            digest.update(f"{name}:{' '.join(value.split())}\n".encode())
    digest.update(b"\n" + _body(raw))
    return digest.hexdigest()


def message_key(message_id: str | None, headers: Headers, raw: bytes) -> str:
    """The Message-ID, or one made of From, Date, Subject and the text; at most `KEY_LENGTH` characters."""
    if message_id and len(message_id) <= KEY_LENGTH:
        return message_id
    digest = hashlib.sha256()
    names = ("message-id",) if message_id else ("from", "date", "subject")
    for name in names:
        digest.update(f"{name}:{' '.join(' '.join(headers.all(name)).split())}\n".encode())
    if not message_id:
        digest.update(_body(raw))
    return f"made.{digest.hexdigest()}"


def _body(raw: bytes) -> bytes:
    raw = raw.lstrip(b"\r\n")
    end = END_OF_HEADERS.search(raw)
    body = raw[end.end() :] if end else b""
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rstrip(b"\n")
