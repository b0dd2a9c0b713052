"""Addresses that only we can make: where an answer to a request goes, and where a mail that cannot arrive comes back to."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from email.utils import parseaddr

_SIGNED = re.compile(r"(?P<local>.+)\+(?P<what>[rb])(?P<number>[1-9]\d{0,17})\.(?P<seal>[0-9a-f]{20})", re.IGNORECASE)
_NAMES = {"r": "reply", "b": "bounce"}


def reply_address(base: str, ticket_id: int, secret: str) -> str:
    """desk@example.com -> desk+r1042.SEAL@example.com: what is sent there belongs to the ticket."""
    return _signed(base, "r", ticket_id, secret)


def bounce_address(base: str, mail_id: int, secret: str) -> str:
    """desk@example.com -> desk+b17.SEAL@example.com: the envelope's sender of queued mail 17."""
    return _signed(base, "b", mail_id, secret)


def ticket_of_address(address: str, keys: Sequence[str]) -> int | None:
    """The ticket of an address made by `reply_address` under one of `keys`; None for all others."""
    return _number(address, "r", keys)


def mail_of_address(address: str, keys: Sequence[str]) -> int | None:
    """The queued mail of an address made by `bounce_address` under one of `keys`; None for all others."""
    return _number(address, "b", keys)


def claimed_ticket(address: str) -> int | None:
    """The ticket that an address of that shape names, whatever its seal is worth: proves nothing."""
    found = _SIGNED.fullmatch(address.rpartition("@")[0])
    return int(found["number"]) if found is not None and found["what"].lower() == "r" else None


def is_signed(address: str) -> bool:
    """Whether it has the shape of such an address, whatever its seal is worth."""
    return _SIGNED.fullmatch(address.rpartition("@")[0]) is not None


def without_tag(address: str) -> str:
    """desk+anything@example.com -> desk@example.com, in lower case."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _signed(base: str, what: str, number: int, secret: str) -> str:
    local, _, domain = parseaddr(base)[1].rpartition("@")
    return f"{local}+{what}{number}.{_seal(secret, what, number)}@{domain}"


def _number(address: str, what: str, keys: Sequence[str]) -> int | None:
    found = _SIGNED.fullmatch(address.rpartition("@")[0])
    if found is None or found["what"].lower() != what:
        return None
    number, seal = int(found["number"]), found["seal"].lower()
    return number if any(hmac.compare_digest(seal, _seal(key, what, number)) for key in keys) else None


def _seal(secret: str, what: str, number: int) -> str:
    """80 bits: a local part has room for 64 characters, and guessing goes through a mail server."""
    return hmac.new(secret.encode(), f"mailout:{_NAMES[what]}:{number}".encode(), hashlib.sha256).hexdigest()[:20]
