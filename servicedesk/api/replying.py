"""How calls answer: JSON, versions as entity tags, and one answer for one idempotency key. Nothing of a subject is here."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from servicedesk.api.auth import me, stamp
from servicedesk.api.errors import Stale
from servicedesk.api.reading import read_object
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.once import KeptAnswer, claim_answer, kept_answer
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import settle, transaction

KEY_LENGTH = 200
_KEY = re.compile(rf"[\x21-\x7e]{{1,{KEY_LENGTH}}}")
_TAG = re.compile(r'"([0-9]{1,9})"')


@dataclass(frozen=True)
class Answer:
    """What a call says, before it is bytes."""

    body: Any
    status: int = 200
    version: int | None = None
    location: str | None = None

    @property
    def tag(self) -> str | None:
        return None if self.version is None else f'"{self.version}"'


def reply(answer: Answer) -> Response:
    return _response(json.dumps(answer.body, ensure_ascii=False), answer.status, answer.location, answer.tag)


def listed(items: list[Any], following: str | None = None, **more: Any) -> Response:
    """A list as every list here looks."""
    return reply(Answer({"items": items, "next": following} | more))


def change(make: Callable[[], Answer]) -> Response:
    """Run one change in one transaction; `make` calls the action and says the answer.

    `finished` must be called in `make` between the two. On POST, an Idempotency-Key makes it happen once: the answer
    is kept in the same transaction, so that a program that lost it gets it again.
    """
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    if key is None:
        with transaction():
            answer = make()
        return reply(answer)
    if not _KEY.fullmatch(key):
        sentence = N_("A key has 1 to 200 characters, of those on a Latin keyboard and without spaces.")
        raise Invalid(fields={"Idempotency-Key": sentence})
    return _once(key, make)


def finished() -> None:
    """Let everything happen that the action causes, so that the answer shows it."""
    settle()


def must_match(version: int) -> None:
    """Refuse a change that was meant for another version of the row. Call inside the transaction, with the row loaded.

    Raises `Stale`. Without `If-Match`, or with `*`, every version will do.
    """
    wanted = request.headers.get("If-Match", "").strip()
    if not wanted or wanted == "*":
        return
    # Weak tags never match here (RFC 9110, 13.1.1): the pattern takes no W/.
    tags = [_TAG.fullmatch(tag.strip()) for tag in wanted.split(",")]
    if version not in {int(tag[1]) for tag in tags if tag}:
        raise Stale(N_("Somebody changed this meanwhile. Read it again and decide anew."))


def _once(key: str, make: Callable[[], Answer]) -> Response:
    fingerprint = _fingerprint()
    with transaction():
        person_id = me().id
        claim = KeptAnswer(person_id=person_id, key=key, fingerprint=fingerprint, status=0, body="", kept_at=stamp().at)
        mine = claim_answer(claim)
        kept = kept_answer(person_id, key)
        if kept is None:
            raise LookupError("a claimed key has no row")
        if mine:
            answer = make()
            kept.status, kept.body = answer.status, json.dumps(answer.body, ensure_ascii=False)
            kept.location, kept.etag = answer.location, answer.tag
        elif kept.fingerprint != fingerprint:
            raise Invalid(fields={"Idempotency-Key": N_("This key was used for another call. Take a new one.")})
        response = _response(kept.body, kept.status, kept.location, kept.etag)
    if not mine:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _fingerprint() -> str:
    """What makes two calls the same: address and content, however the JSON was written."""
    sent = json.dumps(read_object(), sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.path}\n{sent}".encode()).hexdigest()


def _response(body: str, status: int, location: str | None, tag: str | None) -> Response:
    response = Response(body, status, mimetype="application/json")
    if location is not None:
        response.headers["Location"] = location
        response.autocorrect_location_header = False
    if tag is not None:
        response.headers["ETag"] = tag
    return response
