"""Loads who held the ball on the tickets of a month, in the same number of statements however many there are."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from servicedesk.kernel.db import db
from servicedesk.reports.figures import BallRow
from servicedesk.reports.queries.asked import Asked
from servicedesk.reports.queries.journeys import Turns
from servicedesk.sla import ledger
from servicedesk.sla.queries import hours_of_stays, life_of
from servicedesk.tickets.models import Hold, Stay, Ticket
from servicedesk.tickets.queries import resolved_between
from servicedesk.tickets.rules import RESOLVED


def balls(begin: datetime, end: datetime, turns: Turns, asked: Asked) -> list[BallRow]:
    """The ledgers of tickets resolved in the month, each from its first word to its last resolution in it, summed up."""
    resolved = resolved_between(begin, end)
    stays = _stays(resolved, end)
    holds = _grouped(
        select(Hold.ticket_id, Hold.reason, Hold.began_at, Hold.ended_at, Hold.until)
        .where(Hold.ticket_id.in_(resolved), Hold.began_at < end)
        .order_by(Hold.id)
    )
    hours = hours_of_stays()
    found = []
    about = select(Ticket.id, Ticket.created_at).where(Ticket.id.in_(resolved)).order_by(Ticket.id)
    for ticket_id, created_at in db.session.execute(about):
        until = max(turn.at for turn in turns[ticket_id] if turn.what == RESOLVED)
        waits = [ledger.Wait(*span) for span in asked.get(ticket_id, [])]
        life = life_of(created_at, until, stays[ticket_id], holds[ticket_id], turns[ticket_id], waits)
        for (holder, department_id), seconds in ledger.totals(life, hours).items():
            found.append(BallRow(ticket_id, department_id, holder, seconds))
    return found


def _stays(resolved: Select[Any], end: datetime) -> dict[int, list[ledger.Stay]]:
    query = select(Stay.ticket_id, Stay.department_id, Stay.began_at).where(
        Stay.ticket_id.in_(resolved), Stay.began_at < end
    )
    return {key: [ledger.Stay(*row) for row in rows] for key, rows in _grouped(query.order_by(Stay.id)).items()}


def _grouped(query: Select[*tuple[Any, ...]]) -> defaultdict[int, list[Any]]:
    """Rows by their first column, which is left out."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for key, *row in db.session.execute(query):
        found[key].append(row)
    return found
