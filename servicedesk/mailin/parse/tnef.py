"""winmail.dat, in which Outlook hides text and files: opened, or left as the file that it is."""

from __future__ import annotations

import logging
import struct
from dataclasses import dataclass

from compressed_rtf import decompress
from striprtf.striprtf import rtf_to_text
from tnefparse import TNEF

from servicedesk.mailin.parse.charsets import clean, decoded

KINDS = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
# What its libraries raise at broken ones.
_FAULTS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    NameError,
    ArithmeticError,
    RecursionError,
    AssertionError,
    struct.error,
    OSError,
)
logging.getLogger("tnef-decode").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Opened:
    """Files are (name, content)."""

    text: str | None
    html: str | None
    files: tuple[tuple[str, bytes], ...]


def opened(data: bytes) -> Opened | None:
    """None where nothing could be taken out of it."""
    try:
        tnef = TNEF(data, do_checksum=False)
        files = tuple(
            (clean(str(file.long_filename() or file.name or "")), bytes(file.data)) for file in tnef.attachments
        )
        html = _text(tnef.htmlbody)
        found = Opened(_text(tnef.body) or _from_rtf(tnef), html, files)
    except _FAULTS:
        return None
    return found if found.text or found.html or found.files else None


def _text(value: object, codepage: str | None = None) -> str | None:
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    if isinstance(value, bytes):
        value = decoded(value, codepage)
    return clean(value).replace("\r\n", "\n") or None if isinstance(value, str) else None


def _from_rtf(tnef: TNEF) -> str | None:
    packed = tnef._rtfbody  # its own unpacking takes one value alone
    if isinstance(packed, list | tuple):
        packed = packed[0] if packed else None
    if not isinstance(packed, bytes):
        return None
    try:
        rich = decompress(packed + b"\0").decode("latin-1")
    except Exception:  # noqa: BLE001 — it raises nothing more precise
        return None
    text: str = rtf_to_text(rich, errors="replace")  # type: ignore[no-untyped-call]
    return clean(text).strip() or None
