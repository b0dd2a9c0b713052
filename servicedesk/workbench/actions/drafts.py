"""Keeping what is typed, and forgetting it when it is sent or grows old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.workbench import rules
from servicedesk.workbench.models import Draft


def keep_draft(stamp: Stamp, person: Person, place: str, fields: Mapping[str, str]) -> None:
    """Keep the filled fields of the form `place` in the stead of what was kept of it before; nothing typed, nothing kept.

    Raises `NotFound` for a place that keeps no drafts, `Invalid` for more than fits.
    """
    if not rules.may_be_kept(place):
        raise NotFound()
    typed = {name: text for name, text in fields.items() if text.strip()}
    if sum(len(name) + len(text) for name, text in typed.items()) > rules.LONGEST_DRAFT:
        raise Invalid(N_("This draft is too long to be kept."))
    if not typed:
        drop_draft(person, place)
        return
    db.session.merge(Draft(person_id=person.id, place=place, fields=typed, changed_at=stamp.at))


def drop_draft(person: Person, place: str) -> None:
    """What was sent is no draft any more. Call in the transaction that sends it."""
    db.session.execute(delete(Draft).where(Draft.person_id == person.id, Draft.place == place))


def forget_old_drafts(at: datetime) -> None:
    """Forget drafts that nobody came back to for `rules.KEPT_DAYS` days."""
    db.session.execute(delete(Draft).where(Draft.changed_at < at - timedelta(days=rules.KEPT_DAYS)))
