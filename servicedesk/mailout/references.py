"""What shows that a mail is ours: its Message-ID, the reference to a request, the header of this desk. All are signed.

They are made with the first key and known under each.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence

OWN_HEADER = "X-Servicedesk-Mail"

_MADE = re.compile(r"(?<![^\s<])(mail|ticket)\.([1-9]\d{0,17})\.([0-9a-f]{32})@[^\s<>]+")
_OWN = re.compile(r"([1-9]\d{0,17})\.([0-9a-f]{32})")


def message_id(mail_id: int, host: str, keys: Sequence[str]) -> str:
    """The Message-ID of a queued mail: sent twice, it is the same mail to its receiver."""
    return f"<mail.{mail_id}.{_seal(keys[0], 'mail', mail_id)}@{host}>"


def thread_id(ticket_id: int, host: str, keys: Sequence[str]) -> str:
    """The Message-ID of a mail that was never sent: all mails about the request answer it, so programs show them together."""
    return f"<ticket.{ticket_id}.{_seal(keys[0], 'ticket', ticket_id)}@{host}>"


def own_mark(mail_id: int, keys: Sequence[str]) -> str:
    """The value of `OWN_HEADER`."""
    return f"{mail_id}.{_seal(keys[0], 'own', mail_id)}"


def boundary(what: str, keys: Sequence[str]) -> str:
    """What stands between the parts of a mail. Nobody who writes a text can guess it, and sent twice it is the same."""
    return f"=_{hmac.new(keys[0].encode(), f'mailout:boundary:{what}'.encode(), hashlib.sha256).hexdigest()[:40]}"


def ticket_of(references: str | Iterable[str], keys: Sequence[str]) -> int | None:
    """The request that In-Reply-To or References name, if we made the reference ourselves."""
    return next(_numbers(references, "ticket", keys), None)


def mail_of(references: str | Iterable[str], keys: Sequence[str]) -> int | None:
    """The queued mail that In-Reply-To or References name last, if we made its Message-ID ourselves."""
    return next(reversed(list(_numbers(references, "mail", keys))), None)


def claimed_tickets(references: str | Iterable[str]) -> list[int]:
    """The requests that references of our shape name, whatever their seals are worth: proves nothing."""
    text = references if isinstance(references, str) else " ".join(references)
    return [int(number) for what, number, _ in _MADE.findall(text) if what == "ticket"]


def is_own(header: str, keys: Sequence[str]) -> bool:
    """Whether the value of `OWN_HEADER` is ours: mail of our own that came back."""
    found = _OWN.fullmatch(header.strip())
    return found is not None and _is_sealed(found[2], "own", int(found[1]), keys)


def _numbers(references: str | Iterable[str], what: str, keys: Sequence[str]) -> Iterator[int]:
    text = references if isinstance(references, str) else " ".join(references)
    for kind, number, seal in _MADE.findall(text):
        if kind == what and _is_sealed(seal, what, int(number), keys):
            yield int(number)


def _is_sealed(seal: str, what: str, number: int, keys: Sequence[str]) -> bool:
    return any(hmac.compare_digest(seal, _seal(key, what, number)) for key in keys)


def _seal(secret: str, what: str, number: int) -> str:
    return hmac.new(secret.encode(), f"mailout:{what}:{number}".encode(), hashlib.sha256).hexdigest()[:32]
