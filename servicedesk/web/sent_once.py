"""A form that makes something is sent once, however often its button is pressed: its key is claimed with what it makes."""

from __future__ import annotations

from flask import url_for

from servicedesk.kernel import once
from servicedesk.web.session import me, stamp


def claim(form_key: str | None) -> bool:
    """Whether this is the first time. Call inside the transaction that makes it."""
    kept = once.KeptAnswer(
        person_id=me().id,
        key=_key(form_key),
        fingerprint="form",
        status=303,
        body="",
        location=None,
        kept_at=stamp().at,
    )
    return once.claim_answer(kept)


def keep(form_key: str | None, location: str) -> None:
    """Remember the address of what was made, for the second press."""
    kept = once.kept_answer(me().id, _key(form_key))
    if kept is not None:
        kept.location = location


def where(form_key: str | None) -> str:
    """The address of what the first press made."""
    kept = once.kept_answer(me().id, _key(form_key))
    return (kept.location if kept else None) or url_for("tickets.mine")


def _key(form_key: str | None) -> str:
    return f"form {(form_key or '')[:100]}"
