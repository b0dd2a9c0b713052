"""Use cases of surveys: start a wave, ask, remind, answer. Saving an answer writes nothing that says who or when."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from servicedesk.kernel.db import db, insert_new
from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.ratings import actions as ratings
from servicedesk.ratings import queries as rating_queries
from servicedesk.ratings.access import company_timezone
from servicedesk.ratings.rules import day_of
from servicedesk.ratings.sealing import Seal, new_secret
from servicedesk.surveys import queries, rules
from servicedesk.surveys.events import RhythmSet, SurveyAsked, WaveEnded, WaveStarted
from servicedesk.surveys.models import SurveyInvitation, SurveyRhythm, SurveySheet, SurveyWave


def set_rhythm(stamp: Stamp, rhythm: str) -> None:
    """How often waves start by themselves. Publishes `RhythmSet`."""
    if rhythm not in rules.RHYTHMS:
        raise Invalid(fields={"rhythm": N_("Choose one of the list.")})
    insert_new(SurveyRhythm, [{"id": 1, "rhythm": rhythm}])
    db.session.get_one(SurveyRhythm, 1).rhythm = rhythm
    publish(RhythmSet(stamp=stamp, rhythm=rhythm))


def start_due_wave(stamp: Stamp, key: str) -> SurveyWave | None:
    """The wave that is due by the rhythm, unless there is one of that time, another one runs or nobody could be asked."""
    period = rules.due_period(queries.rhythm(), _today(stamp))
    if period is None or queries.wave(period.key) is not None or queries.running() is not None:
        return None
    return _start(stamp, period, key)


def start_wave(stamp: Stamp, key: str) -> SurveyWave:
    """A wave about the last months, now. Raises `Conflict` while one runs, where one asked about this quarter (or
    half-year) before, and where nobody dealt with anybody."""
    period = rules.early_period(queries.rhythm(), _today(stamp))
    if queries.running() is not None:
        raise Conflict(N_("A survey is running; the next one can begin when it is closed."))
    if queries.wave(period.key) is not None:
        raise Conflict(N_("The survey %(wave)s was held already."), wave=period.key)
    made = _start(stamp, period, key)
    if made is None:
        raise Conflict(
            N_("Nobody asked another department for anything in these months: there is nothing to ask about.")
        )
    return made


def end_wave(stamp: Stamp, key: str) -> SurveyWave:
    """Take no more answers from now on; the worker sums them up. Publishes `WaveEnded`. Raises `NotFound` where no such
    wave runs."""
    query = select(SurveyWave).where(SurveyWave.key == key).with_for_update()
    wave = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if wave is None or not wave.open:
        raise NotFound(N_("There is no such survey."))
    wave.closes_on = min(wave.closes_on, _today(stamp) - timedelta(days=1))
    publish(WaveEnded(stamp=stamp, wave_id=wave.id, key=key))
    return wave


def ask(stamp: Stamp, invitation_id: str) -> bool:
    """Send an invitation if the person's weekly quota has room; else it waits. Publishes `SurveyAsked`."""
    invitation, today = _locked(invitation_id), _today(stamp)
    if (
        invitation is None
        or invitation.issued_on is not None
        or not rating_queries.has_room(invitation.person_id, today)
    ):
        return False
    invitation.issued_on = today
    ratings.count_question(invitation.person_id, today)
    _publish(stamp, invitation, reminder=False)
    return True


def remind(stamp: Stamp, invitation_id: str) -> bool:
    """The one reminder, to everybody who was asked; who has finished is spared where the mail is sent, so that no row
    says who has. Publishes `SurveyAsked`."""
    invitation = _locked(invitation_id)
    if invitation is None or invitation.issued_on is None or invitation.reminded:
        return False
    invitation.reminded = True
    _publish(stamp, invitation, reminder=True)
    return True


def answer(
    stamp: Stamp, invitation: SurveyInvitation, wave: SurveyWave, keys: Iterable[str], *, department_id: int,
    scores: Mapping[str, Any], suggestion: str = "", dealt: bool = True,
) -> None:  # fmt: skip
    """Keep what the holder of the invitation says of one department, in the place of what they said of it before.

    Publishes nothing. Raises `NotFound` for a department they did not deal with, `Invalid` for what does not fit,
    `Conflict` when the wave was closed meanwhile.
    """
    if department_id not in invitation.department_ids:
        raise NotFound(N_("You are not asked about this department."))
    found = rules.faults(scores, suggestion, dealt=dealt)
    if found:
        raise Invalid(fields=found)
    # Whoever closes the wave takes this row first: no answer slips in while they are summed up.
    query = select(SurveyWave).where(SurveyWave.id == wave.id).with_for_update(read=True)
    wave = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if _today(stamp) > wave.closes_on:
        raise Conflict(queries.CLOSED)
    seal = queries.seal_of(wave, keys)
    name = seal.name_of(invitation.id)
    insert_new(SurveySheet, [{"name": name, "wave_id": wave.id, "sealed": seal.close({})}])
    row = db.session.scalars(select(SurveySheet).where(SurveySheet.name == name).with_for_update()).one()
    sheet = rules.with_answer(seal.open(row.sealed), department_id, scores, suggestion, dealt=dealt)
    try:
        row.sealed = seal.close(sheet)
    except ValueError as fault:
        sentence = N_("Your suggestions together are too long to be sealed. Please shorten this one.")
        raise Invalid(fields={"suggestion": sentence}) from fault


def _start(stamp: Stamp, period: rules.Period, key: str) -> SurveyWave | None:
    zone = company_timezone()
    dealt = queries.dealt_with(_midnight(period.begin, zone), _midnight(period.until, zone))
    if not dealt:
        return None
    secret, today = new_secret(), _today(stamp)
    wave = SurveyWave(
        key=period.key, about_from=period.begin, about_until=period.until, started_on=today,
        closes_on=today + rules.OPEN_FOR, secret=secret, check=Seal(secret, key).check,
    )  # fmt: skip
    db.session.add(wave)
    db.session.flush()
    rows = [
        {
            "id": secrets.token_hex(16),
            "wave_id": wave.id,
            "person_id": person_id,
            "department_ids": ids,
            "reminded": False,
        }
        for person_id, ids in dealt.items()
    ]
    db.session.execute(insert(SurveyInvitation), rows)
    publish(WaveStarted(stamp=stamp, wave_id=wave.id, key=wave.key, people=len(rows)))
    return wave


def _publish(stamp: Stamp, invitation: SurveyInvitation, *, reminder: bool) -> None:
    publish(
        SurveyAsked(
            stamp=stamp, wave_id=invitation.wave_id, person_id=invitation.person_id, invitation_id=invitation.id,
            reminder=reminder,
        )
    )  # fmt: skip


def _locked(invitation_id: str) -> SurveyInvitation | None:
    """The invitation, if its person is there and its wave is open."""
    query = select(SurveyInvitation).where(SurveyInvitation.id == invitation_id).with_for_update()
    found = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    wave = queries.wave_by_id(found.wave_id) if found else None
    person = people.person(found.person_id) if found else None
    return found if wave is not None and wave.open and person is not None and person.active else None


def _today(stamp: Stamp) -> date:
    return day_of(stamp.at, company_timezone())


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
