"""Seals opinions while their month or wave is open, and tells their authors apart without naming them. Pure.

A key is made of two halves: a secret that stands in the database until the period closes and is destroyed then, and the
installation's SECRET_KEY, which never stands there. So a copy of the database alone opens nothing at any time, and
once a period is closed its opinions cannot be tied to anybody by us either.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# What is sealed has one of these lengths in bytes, so that a length says nothing of a comment; nearly all fit the first.
SIZES = (4096, 32_768)
_NONCE = 12
_LENGTH = 4


class CannotOpen(ValueError):
    """Sealed under another key, or changed since."""


class Seal:
    """The key of one period. `secret` is the half from the database, `pepper` the installation's SECRET_KEY."""

    def __init__(self, secret: bytes, pepper: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=64, salt=secret, info=b"servicedesk opinions").derive(pepper.encode())
        self._cipher, self._blind = ChaCha20Poly1305(derived[:32]), derived[32:]

    @property
    def check(self) -> bytes:
        """Stored beside the secret to recognise the right SECRET_KEY later; says nothing about it (16 bytes)."""
        return self._mac("check")[:16]

    def close(self, facts: Mapping[str, Any]) -> bytes:
        """`facts` (plain JSON) as bytes of one of the `SIZES`. Raises ValueError for what fits none of them."""
        packed = zlib.compress(json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode(), 9)
        size = next((size for size in SIZES if len(packed) + _LENGTH <= size), None)
        if size is None:
            raise ValueError("this is too long to be sealed")
        padded = (len(packed).to_bytes(_LENGTH) + packed).ljust(size, b"\0")
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, padded, None)

    def open(self, sealed: bytes) -> dict[str, Any]:
        """What was sealed. Raises `CannotOpen`."""
        try:
            padded = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
        except InvalidTag as fault:
            raise CannotOpen("an opinion is sealed under another key") from fault
        packed = padded[_LENGTH : _LENGTH + int.from_bytes(padded[:_LENGTH])]
        found: dict[str, Any] = json.loads(zlib.decompress(packed))
        return found

    def blind(self, person_id: int) -> bytes:
        """HMAC-SHA256 of the person under the period's key: the same person twice is seen as one, who is not (32 bytes)."""
        return self._mac(f"person {person_id}")

    def name_of(self, invitation_id: str) -> str:
        """What an invitation is called where its answers are kept: only who has both halves of the key finds it."""
        return self._mac(f"invitation {invitation_id}").hex()

    def _mac(self, text: str) -> bytes:
        return hmac.new(self._blind, text.encode(), hashlib.sha256).digest()


def new_secret() -> bytes:
    """The database's half of a key."""
    return secrets.token_bytes(32)


def fitting(secret: bytes, check: bytes, peppers: Iterable[str]) -> Seal | None:
    """The seal of the first of `peppers` that fits `check`: SECRET_KEY may have been changed since the period began."""
    seals = (Seal(secret, pepper) for pepper in peppers)
    return next((seal for seal in seals if hmac.compare_digest(seal.check, check)), None)
