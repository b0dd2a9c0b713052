"""The tree of parts of a letter, within its limits: built by the standard library, read here. Decides no meaning of a part."""

from __future__ import annotations

import binascii
import io
import re
from collections.abc import Iterator, Sequence
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

from servicedesk.mailin.parse.charsets import clean, decoded, from_base64
from servicedesk.mailin.parse.headers import Headers, keyword, parameters
from servicedesk.mailin.parse.limits import Limits
from servicedesk.mailin.shapes import Unparsable

# What the standard library raises at letters made to break it.
FAULTS = (
    MessageError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NameError,
    ArithmeticError,
    RecursionError,
    AssertionError,
)
_UNIX_LINE = re.compile(rb">?From [^\r\n]*(?:\r\n|\r|\n)")
END_OF_HEADERS = re.compile(rb"\n\r?\n|\r\r")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|\S \S")
_SUBTYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
# A value with more parts than this is read in quadratic time by the standard library.
_MOST_PARAMETERS = 100


class Tree:
    """A letter as parts. `decoded_bytes` is counted over all that is asked of it."""

    def __init__(self, raw: bytes, limits: Limits) -> None:
        """Raises `Unparsable`."""
        self.limits, self.decoded_bytes = limits, 0
        self._counted: set[int] = set()
        raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
        if line := _UNIX_LINE.match(raw):
            raw = raw[line.end() :]
        end = END_OF_HEADERS.search(raw, 0, limits.header_bytes + 4)
        if end is None and len(raw) > limits.header_bytes:
            raise Unparsable("too long headers")
        self.line_end = "\r\n" if b"\r\n" in raw[: limits.header_bytes] else "\n"
        self.parts = 0
        self.root = Part(self.parsed(raw), self)

    def parsed(self, raw: bytes) -> Message:
        try:
            return BytesParser(self._new, policy=compat32).parsebytes(raw)
        except FAULTS as error:
            raise Unparsable(f"broken: {type(error).__name__}") from error

    def count(self, data: bytes, of: object = None) -> bytes:
        """`of` is counted once."""
        if id(of) in self._counted:
            return data
        if of is not None:
            self._counted.add(id(of))
        self.decoded_bytes += len(data)
        if self.decoded_bytes > self.limits.decoded_bytes:
            raise Unparsable("too large")
        return data

    def _new(self, policy: object = compat32) -> Message:
        self.parts += 1
        if self.parts > self.limits.parts:
            raise Unparsable("too many parts")
        return _Bounded(self.limits)


class _Bounded(Message):
    """Refuses, while it is built, what would take the time of all."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(policy=compat32)
        self.limits, self.level, self.size = limits, 1, 0

    def attach(self, payload: Message) -> None:  # type: ignore[override]
        if isinstance(payload, _Bounded):
            payload.level = self.level + 1
            if payload.level > self.limits.levels:
                raise Unparsable("too many levels")
        super().attach(payload)

    def get_payload(self, i: int | None = None, decode: bool = False) -> Any:
        """As it came: the library's own way decodes a text by what it says of its encoding, for itself and for what it writes,
        and raises where that is nonsense."""
        if i is None and not decode:
            return self._payload  # type: ignore[attr-defined]
        return super().get_payload(i, decode)  # type: ignore[call-overload]

    def set_raw(self, name: str, value: str) -> None:
        self.size += len(name) + len(value)
        if self.size > self.limits.header_bytes:
            raise Unparsable("too long headers")
        if name.lower().startswith("content-") and value.count(";") > _MOST_PARAMETERS:
            raise Unparsable("too many parameters")
        super().set_raw(name, value)


class Part:
    """A letter or a part of one: its headers, kind and content."""

    def __init__(self, message: Message, tree: Tree) -> None:
        self.message, self.tree = message, tree
        self.headers = Headers(message)
        value = self.headers.first("content-type")
        kind = keyword(value)
        self.kind = kind if _SUBTYPE.fullmatch(kind) else message.get_default_type()
        self.parameters = parameters(value)
        disposition = self.headers.first("content-disposition")
        self.disposition, self._disposed = keyword(disposition), parameters(disposition)

    @property
    def main(self) -> str:
        return self.kind.partition("/")[0]

    @property
    def filename(self) -> str:
        """As it was given, traversal and all; empty where there is none."""
        return clean(self._disposed.get("filename") or self.parameters.get("name") or "")

    @property
    def content_id(self) -> str | None:
        return self.headers.first("content-id").strip().strip("<>").strip()[:255] or None

    @property
    def children(self) -> list[Part]:
        """Of a multipart; none of any other kind."""
        payload = self.message.get_payload()
        if self.main != "multipart" or not isinstance(payload, list):
            return []
        return [Part(child, self.tree) for child in payload if isinstance(child, Message)]

    def walk(self) -> Iterator[Part]:
        """This part and all below it, without those of enclosed letters."""
        yield self
        for child in self.children:
            yield from child.walk()

    def enclosed(self) -> Part | None:
        """The letter that a message/rfc822 holds."""
        payload = self.message.get_payload()
        if self.main != "message" or not isinstance(payload, list) or not payload:
            return None
        inner = payload[0]
        if self._encoding in ("base64", "quoted-printable"):
            # Not allowed for letters, and done: what was read as a letter is the encoded text of one.
            return Part(self.tree.parsed(self.content()), self.tree)
        return Part(inner, self.tree) if isinstance(inner, Message) else None

    def content(self) -> bytes:
        """Decoded, counted towards the limit."""
        payload = self.message.get_payload()
        data = self._flat(payload) if isinstance(payload, list) else _as_it_came(payload)
        return self.tree.count(_plain(data, self._encoding, text=self.main in ("text", "message")), self.message)

    def text(self) -> str:
        return clean(decoded(self.content(), self.parameters.get("charset"))).replace("\r\n", "\n").replace("\r", "\n")

    @property
    def _encoding(self) -> str:
        return keyword(self.headers.first("content-transfer-encoding"))

    def _flat(self, payload: Sequence[object]) -> bytes:
        out = io.BytesIO()
        generator = BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=compat32)
        try:
            for inner in payload:
                if isinstance(inner, Message):
                    generator.flatten(inner, linesep=self.tree.line_end)
        except FAULTS as error:
            raise Unparsable(f"broken: {type(error).__name__}") from error
        return out.getvalue()


def _as_it_came(payload: object) -> bytes:
    return payload.encode("ascii", "surrogateescape") if isinstance(payload, str) else b""


def _plain(data: bytes, encoding: str, *, text: bool) -> bytes:
    if encoding == "base64":
        # A text that says it is encoded, and is not.
        return data if text and len(_NOT_BASE64.findall(data[:4096])) * 30 > len(data[:4096]) else from_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uu(data)
    return data


def _from_uu(data: bytes) -> bytes:
    """As far as its lines make sense."""
    lines = data.splitlines()
    first = next((at for at, line in enumerate(lines) if line.startswith(b"begin ")), -1)
    content = bytearray()
    for line in lines[first + 1 :]:
        if line.strip() == b"end":
            break
        try:
            content += binascii.a2b_uu(line)
        except binascii.Error:
            # Some programs end a line with a sign too many.
            kept = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                content += binascii.a2b_uu(line[:kept])
            except binascii.Error:
                return data
    return bytes(content)
