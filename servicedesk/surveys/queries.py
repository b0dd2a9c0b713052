"""Reads of waves and invitations. Sheets are opened for their author alone, and all at once by the wave's report."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, or_, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.text import N_
from servicedesk.people.models import Department, Person
from servicedesk.ratings.sealing import CannotOpen, Seal, fitting
from servicedesk.surveys.models import SurveyInvitation, SurveyRhythm, SurveySheet, SurveyWave
from servicedesk.surveys.rules import REMIND_AFTER, Sheet, unanswered
from servicedesk.tickets.models import Stay, Ticket

# Who only passed a request on was not dealt with.
PASSED_ON = ("misdirected", "triage")
CLOSED = N_("This survey is closed. Thank you for your interest.")


def rhythm() -> str:
    row = db.session.get(SurveyRhythm, 1)
    return row.rhythm if row else "quarterly"


def wave(key: str) -> SurveyWave | None:
    return db.session.scalars(select(SurveyWave).where(SurveyWave.key == key)).one_or_none()


def wave_by_id(wave_id: int) -> SurveyWave | None:
    return db.session.get(SurveyWave, wave_id)


def waves(limit: int = 40) -> list[SurveyWave]:
    """The newest first."""
    return list(db.session.scalars(select(SurveyWave).order_by(SurveyWave.id.desc()).limit(limit)))


def running() -> SurveyWave | None:
    """The wave that is not closed; there is never a second one."""
    return db.session.scalars(select(SurveyWave).where(SurveyWave.secret.is_not(None))).first()


def to_close(today: date) -> list[str]:
    """Keys of waves whose last day is over."""
    query = select(SurveyWave.key).where(SurveyWave.secret.is_not(None), SurveyWave.closes_on < today)
    return list(db.session.scalars(query.order_by(SurveyWave.id)))


def invitation(invitation_id: str) -> SurveyInvitation | None:
    return db.session.get(SurveyInvitation, invitation_id)


def waiting_for(person_id: int, today: date) -> tuple[SurveyInvitation, SurveyWave] | None:
    """The person's invitation to the wave that can be answered now, answered or not."""
    query = select(SurveyInvitation, SurveyWave).join(SurveyWave, SurveyWave.id == SurveyInvitation.wave_id)
    query = query.where(SurveyInvitation.person_id == person_id, SurveyInvitation.issued_on.is_not(None))
    row = db.session.execute(query.where(SurveyWave.secret.is_not(None), SurveyWave.closes_on >= today)).first()
    return (row[0], row[1]) if row else None


def to_ask(today: date, after: str, limit: int) -> list[str]:
    """Ids above `after` of invitations to the running wave that have not gone out. Random ids: nobody is always first."""
    query = select(SurveyInvitation.id).join(SurveyWave, SurveyWave.id == SurveyInvitation.wave_id)
    query = query.where(SurveyInvitation.issued_on.is_(None), SurveyWave.secret.is_not(None))
    query = query.where(SurveyWave.closes_on >= today, SurveyInvitation.id > after)
    return list(db.session.scalars(query.order_by(SurveyInvitation.id).limit(limit)))


def to_remind(today: date, limit: int) -> list[str]:
    """Ids of invitations that went out a week ago or earlier and were not reminded of, answered or not."""
    query = select(SurveyInvitation.id).join(SurveyWave, SurveyWave.id == SurveyInvitation.wave_id)
    query = query.where(~SurveyInvitation.reminded, SurveyInvitation.issued_on <= today - REMIND_AFTER)
    query = query.where(SurveyWave.secret.is_not(None), SurveyWave.closes_on >= today)
    return list(db.session.scalars(query.order_by(SurveyInvitation.id).limit(limit)))


def invited(wave_id: int) -> dict[str, int]:
    """How many were asked, and how many still wait for room in their quota."""
    out = func.count(SurveyInvitation.issued_on)
    row = db.session.execute(select(out, func.count()).where(SurveyInvitation.wave_id == wave_id)).one()
    return {"asked": row[0], "waiting": row[1] - row[0]}


def count_sheets(wave_id: int) -> int:
    """How many have begun to answer. Whose sheets they are cannot be said here."""
    return db.session.scalar(select(func.count()).where(SurveySheet.wave_id == wave_id)) or 0


def seal_of(wave: SurveyWave, keys: Iterable[str]) -> Seal:
    """The key of a running wave. Raises `Conflict` for one that is closed, or was started under another SECRET_KEY."""
    if wave.secret is None or wave.check is None:
        raise Conflict(CLOSED)
    # Without any key a wave is sealed under an empty one.
    seal = fitting(wave.secret, wave.check, (*keys, ""))
    if seal is None:
        raise Conflict(N_("The answers of this survey cannot be opened: SECRET_KEY was changed after it began."))
    return seal


def sheet_of(wave: SurveyWave, invitation_id: str, keys: Iterable[str]) -> Sheet:
    """What the holder of this invitation has answered so far."""
    seal = seal_of(wave, keys)
    row = db.session.get(SurveySheet, seal.name_of(invitation_id))
    try:
        return seal.open(row.sealed) if row is not None else {}
    except CannotOpen as fault:
        raise Conflict(N_("These answers were changed from outside and cannot be opened.")) from fault


def is_finished(invitation_id: str, keys: Iterable[str]) -> bool:
    """Whether the survey needs no reminder: every department is answered about, or the wave is over."""
    found = invitation(invitation_id)
    wave = wave_by_id(found.wave_id) if found else None
    if found is None or wave is None or not wave.open:
        return True
    try:
        return not unanswered(sheet_of(wave, invitation_id, keys), found.department_ids)
    except Conflict:
        return False


def dealt_with(begin: datetime, end: datetime) -> dict[int, list[int]]:
    """By person the departments that held requests they filed, or that were filed for them, the busiest first.

    Confidential requests do not count: who sees the list, on a screen or in a forwarded link, must not learn of one.
    Nor do a person's own department and those they work in: these are not served by others.
    """
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for whose in (Ticket.requester_id, Ticket.registrar_id):
        query = (
            select(whose, Stay.department_id, func.count(Ticket.id.distinct()))
            .join(Stay, Stay.ticket_id == Ticket.id)
            .where(
                ~Ticket.confidential, Ticket.created_at < end, Stay.began_at < end,
                or_(Stay.ended_at.is_(None), Stay.ended_at >= begin),
                or_(Stay.left_because.is_(None), Stay.left_because.not_in(PASSED_ON)),
                func.coalesce(Ticket.resolved_at, Ticket.closed_at, end) >= begin,
            )
            .group_by(whose, Stay.department_id)
        )  # fmt: skip
        if whose is Ticket.registrar_id:
            query = query.where(Ticket.registrar_id != Ticket.requester_id)
        for person_id, department_id, count in db.session.execute(query):
            counts[person_id][department_id] += count
    active = set(db.session.scalars(select(Department.id).where(Department.active)))
    found: dict[int, list[int]] = {}
    for person in db.session.scalars(select(Person).where(Person.active)) if counts else ():
        others = counts[person.id].keys() & active - person.serves - {person.department_id}
        if others:
            found[person.id] = sorted(others, key=lambda number: (-counts[person.id][number], number))
    return found
