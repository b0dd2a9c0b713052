"""Keeping when somebody looked at a list."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.people.models import Person
from servicedesk.workbench import rules
from servicedesk.workbench.models import Look


def keep_look(stamp: Stamp, person: Person, place: str, looked_at: datetime) -> None:
    """Remember that `person` has seen the list `place` as it was at `looked_at`."""
    known = db.session.get(Look, (person.id, place))
    moment = rules.later_of(known.looked_at if known else None, looked_at, stamp.at)
    db.session.merge(Look(person_id=person.id, place=place, looked_at=moment))


def forget_old_looks(at: datetime) -> None:
    """Forget lists that nobody came back to for `rules.LOOKS_KEPT_DAYS` days."""
    db.session.execute(delete(Look).where(Look.looked_at < at - timedelta(days=rules.LOOKS_KEPT_DAYS)))
