"""Letters for tests, written from their headers."""

from __future__ import annotations

import base64

from servicedesk.mailin.parse import parse
from servicedesk.mailin.shapes import IncomingMail


def letter(body: str | bytes = "Hello.", *more: str, **headers: str | None) -> bytes:
    """A letter; `more` are whole header lines, and a header is left out with None: `letter("Hi", From=None)`."""
    known = {"From": "Anna <anna@example.org>", "To": "desk@example.org", "Subject": "Printer"} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in known.items() if value is not None]
    text = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join([*lines, *more]).encode() + b"\r\n\r\n" + text


def multipart(kind: str, *parts: str | bytes, boundary: str = "=-b", parameters: str = "") -> bytes:
    """A body and its header line; the parts are whole, with their own headers."""
    pieces = b"".join(b"--" + boundary.encode() + b"\r\n" + _bytes(part) + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{parameters}\r\n\r\n'
    return head.encode() + pieces + b"--" + boundary.encode() + b"--\r\n"


def with_parts(kind: str, *parts: str | bytes, parameters: str = "", **headers: str | None) -> bytes:
    """A letter of several parts."""
    head = letter(b"", "MIME-Version: 1.0", **headers).removesuffix(b"\r\n")
    return head + multipart(kind, *parts, parameters=parameters)


def file(name: str, content: bytes = b"%PDF", kind: str = "application/pdf", *more: str) -> str:
    """A part that is a file; `name` as it stands in the header."""
    lines = [
        f"Content-Type: {kind}",
        f"Content-Disposition: attachment; {name}",
        "Content-Transfer-Encoding: base64",
        *more,
    ]
    return "\r\n".join(lines) + "\r\n\r\n" + base64.encodebytes(content).decode()


def read(body: str | bytes = "Hello.", *more: str, **headers: str | None) -> IncomingMail:
    return parse(letter(body, *more, **headers))


def _bytes(part: str | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.encode()
