"""What may be stored and what it is: names, kinds by content, what is refused. Pure."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, TypeVar

import puremagic

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_

View = TypeVar("View", bound=Callable[..., Any])
NAME_LENGTH = 255
# How much of a file tells what it is, in bytes.
HEAD = 64 * 1024
# Shown in the page; everything else is only ever downloaded.
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
UNKNOWN_KIND = "application/octet-stream"

# What a double click runs on somebody's machine.
_FORBIDDEN_ENDINGS = frozenset(
    """
    action apk app application appref-ms bash bat chm cmd com command cpl csh deb desktop dll dmg drv exe fish gadget hta inf ipa
    jar jnlp js jse ksh library-ms lnk mjs msc msi msix msp mst ocx php pif pkg pl ps1 psd1 psm1 py pyc pyw pyz rb reg rpm run scf
    scr sct settingcontent-ms sh sys url vb vbe vbs website workflow ws wsc wsf wsh xll zsh appx
    """.split()  # noqa: SIM905 — a list of words is read best as words
)
_FORBIDDEN_STARTS = (
    b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00", b"!<arch>\ndebian", b"\xed\xab\xee\xdb", b"xar!", b"dex\n", b"<?php",
)  # fmt: skip
_FORBIDDEN_WORDS = (b"@echo off", b"[internetshortcut]", b"windows registry editor")
_OLE, _INSTALLER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes.fromhex("84100c0000000000c000000000000046")
_FORBIDDEN = N_("Files that run a program when they are opened are not taken. Put it into an archive if it is needed.")
_RESERVED = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def takes_files(view: View) -> View:
    """Marks a view whose body may be as large as files are."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def cleaned_name(name: str) -> str:
    """The name without folders and without signs that hide what it is; at most `NAME_LENGTH` characters, never empty."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    # Categories C: control characters, formats such as those that turn the direction of writing, halves of pairs.
    name = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in name)
    name = " ".join(name.split()).translate(_RESERVED).strip(". ")
    if len(name) > NAME_LENGTH:
        ending = PurePosixPath(name).suffix[:20]
        name = name[: NAME_LENGTH - len(ending)].rstrip(". ") + ending
    return name or "file"


def kind_of(head: bytes, name: str) -> str:
    """The media type that the content has; the name decides only between kinds that the content allows alike."""
    if not head:
        return UNKNOWN_KIND
    try:
        matches = puremagic.magic_string(head, name)
    except puremagic.PureError:
        matches = []
    # A match without bytes is one by name alone.
    kinds = [str(match.mime_type) for match in matches if match.byte_match and match.mime_type]
    return kinds[0][:127] if kinds else "text/plain" if _is_text(head) else UNKNOWN_KIND


def refusal_of(head: bytes, name: str, root_entry: bytes = b"") -> DeskError | None:
    """Why such a file is not taken. `root_entry` is what `root_entry_at` names."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    runs = (
        PurePosixPath(name.lower()).suffix.removeprefix(".") in _FORBIDDEN_ENDINGS
        or head.startswith(_FORBIDDEN_STARTS)
        # A program of Windows; a text may begin with these letters too.
        or (head.startswith(b"MZ") and b"\0" in head[:64])
        or start.startswith(_FORBIDDEN_WORDS)
        or _INSTALLER in root_entry
    )
    return DeskError(_FORBIDDEN) if runs else None


def root_entry_at(head: bytes) -> int | None:
    """Where a compound file (old Office documents, installers) says what it is."""
    if not head.startswith(_OLE) or len(head) < 512:
        return None
    (shift,), (sector,) = struct.unpack_from("<H", head, 30), struct.unpack_from("<I", head, 48)
    return (sector + 1) << shift if shift in (9, 12) else None


def is_shown_inline(kind: str) -> bool:
    return kind in SHOWN_INLINE


def _is_text(head: bytes) -> bool:
    try:
        # The end of what was looked at may cut a letter in two.
        text = head[:-3].decode() if len(head) == HEAD else head.decode()
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < len(head) - 8:
            return False
        text = head[: error.start].decode()
    return not any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t\f" for sign in text[:4096])
