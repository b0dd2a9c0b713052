"""Domains whose servers refuse mail again and again: left alone for a while, so that they hold up nobody else."""

from __future__ import annotations

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.mailout import rules
from servicedesk.mailout.models import TroubledDomain


def refused_by(stamp: Stamp, domain: str, words: str) -> bool:
    """Count one more refusal in a row; whether the domain is to be left alone now."""
    row = db.session.get(TroubledDomain, domain, with_for_update=True)
    if row is None:
        row = TroubledDomain(domain=domain, failures=0)
        db.session.add(row)
    row.failures, row.words = row.failures + 1, words[: rules.BOUNCE_WORDS]
    pause = rules.pause_of(row.failures)
    row.held_until = stamp.at + pause if pause is not None else None
    return pause is not None


def taken_by(domain: str) -> None:
    """The domain takes mail again."""
    row = db.session.get(TroubledDomain, domain, with_for_update=True)
    if row is not None:
        db.session.delete(row)
