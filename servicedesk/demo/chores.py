"""What happens by itself while the story is told: the worker's rounds, the leads' reviews, the end of a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from servicedesk.demo import habits
from servicedesk.demo.arrivals import Frame
from servicedesk.demo.founding import Cast
from servicedesk.demo.texts import phrases
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle
from servicedesk.people import actions as people
from servicedesk.people import away
from servicedesk.ratings import actions as ratings
from servicedesk.ratings import queries as invitations
from servicedesk.ratings.rules import REMIND_AFTER_WORKING_DAYS
from servicedesk.reports import actions as reports
from servicedesk.sla import actions as sla
from servicedesk.sla import queries as promises
from servicedesk.tickets import actions as tickets
from servicedesk.tickets import queries as ticket_rows

ALL = 10_000


def go_round(stamp: Stamp) -> None:
    """What a worker finds at `stamp.at`: holds to end, promises to look at, silent tickets to close."""
    for ticket_id in ticket_rows.holds_to_end(stamp.at, ALL):
        tickets.end_hold_of(stamp, ticket_id)
        settle()
    _keep_covers(stamp)
    for clock_id in promises.clocks_to_look_at(stamp.at, ALL):
        sla.look_at_clock(stamp, clock_id)
        settle()
    for ticket_id in promises.tickets_to_close(stamp.at, ALL):
        sla.close_silent_ticket(stamp, ticket_id)
        settle()


def _keep_covers(stamp: Stamp) -> None:
    """Who stands in for whom, as the worker does it."""
    for person_id in sorted({row.assignee_id for row in ticket_rows.wrongly_covered(stamp.at)}):
        while tickets.cover_tickets(stamp, person_id):
            settle()
    for work, ids in (
        (tickets.cover_approvals, ticket_rows.approvers_wrongly_covered(stamp.at)),
        (people.begin_absence, away.to_begin(stamp.at, ALL)),
        (people.end_absence, away.to_end(stamp.at, ALL)),
    ):
        for number in ids:
            work(stamp, number)
            settle()


def remind(stamp: Stamp, frame: Frame, keys: Sequence[str]) -> None:
    asked_by = promises.working_days_ago(REMIND_AFTER_WORKING_DAYS, stamp.at)
    for invitation_id in invitations.to_remind(asked_by, frame.day(stamp.at), ALL):
        ratings.remind(stamp, invitation_id, keys=keys)
        settle()


def review(at: datetime, cast: Cast, door: str, seed: int) -> None:
    """Each lead says why promises of the last weeks were broken; some of them more often than others."""
    for key, lead in cast.leads.items():
        if key not in habits.HABITS:
            continue
        wanted = promises.BreachFilter(
            cast.departments[key].id,
            since=at - timedelta(days=21),
            until=at - timedelta(hours=12),
            standing="unexplained",
        )
        open_ones = promises.breaches(lead.row, wanted, limit=200)
        for breach in reversed(open_ones.items):
            chance = Random(f"{seed} reason {breach.clock.id}")
            if chance.random() < habits.HABITS[key].explained:
                code = chance.choice(habits.HABITS[key].reasons)
                sla.explain_breach(
                    Stamp(lead.row.id, at, door), breach.clock, lead.row, code=code,
                    text=chance.choice(phrases("ru")["reasons"][code]),
                    excused=code in ("outage", "waiting_outside", "requester") and chance.random() < 0.5,
                )  # fmt: skip
                settle()


def close_month(stamp: Stamp, month: str, keys: Sequence[str]) -> None:
    reports.close_month(stamp, month, keys=keys)
    settle()
