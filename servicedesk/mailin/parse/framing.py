"""How a letter and its facts cross a pipe: lengths, JSON, then the bytes of files. Nothing in it can be run."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import IO, Any

from servicedesk.mailin.shapes import Address, Attached, Automatic, Bounce, IncomingMail

_LENGTH = struct.Struct(">I")
# Of a frame; more is a fault of the other side.
MOST_BLOBS = 1000


def write(pipe: IO[bytes], facts: dict[str, Any], *blobs: bytes) -> None:
    head = json.dumps(facts).encode()
    pipe.write(struct.pack(">II", len(head), len(blobs)) + head)
    for blob in blobs:
        pipe.write(_LENGTH.pack(len(blob)))
        pipe.write(blob)
    pipe.flush()


def read(pipe: IO[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Raises EOFError where the other side is gone, ValueError where it sent nonsense."""
    length, count = struct.unpack(">II", _exactly(pipe, 8))
    if count > MOST_BLOBS:
        raise ValueError("too many blobs")
    facts = json.loads(_exactly(pipe, length))
    return facts, [_exactly(pipe, *_LENGTH.unpack(_exactly(pipe, 4))) for _ in range(count)]


def packed(mail: IncomingMail) -> tuple[dict[str, Any], list[bytes]]:
    bare = replace(mail, attachments=tuple(replace(file, content=b"") for file in mail.attachments))
    facts = asdict(bare)
    for file in facts["attachments"]:
        del file["content"]
    for name in ("sent_at", "received_at"):
        facts[name] = facts[name].isoformat() if facts[name] else None
    return facts, [file.content for file in mail.attachments]


def unpacked(facts: dict[str, Any], blobs: list[bytes]) -> IncomingMail:
    values = {name: _value(name, facts[name]) for name in (field.name for field in fields(IncomingMail))}
    values["attachments"] = tuple(
        Attached(**file, content=content) for file, content in zip(facts["attachments"], blobs, strict=True)
    )
    return IncomingMail(**values)


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in ("sent_at", "received_at"):
        return datetime.fromisoformat(value)
    if name in ("senders", "to", "cc", "reply_to"):
        return tuple(Address(**one) for one in value)
    if name == "automatic":
        return Automatic(**value)
    if name == "bounce":
        lists = {key: tuple(one) for key, one in value.items() if isinstance(one, list)}
        return Bounce(**{**value, **lists})
    if name == "headers":
        return tuple((header, text) for header, text in value)
    return tuple(value) if isinstance(value, list) else value


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data
