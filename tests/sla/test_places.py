"""Where a request stands in its department's queue: kept with every change, verified by the rebuild, healed by the worker."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from servicedesk.jobs import promises
from servicedesk.kernel.transaction import transaction
from servicedesk.sla import actions, queries
from servicedesk.sla.models import QueuePlace
from servicedesk.sla.models.places import NEVER
from tests import build
from tests.cast import at, by, department

LATER = at("2026-04-06 18:00")


def place(db, ticket):
    db.session.rollback()
    return db.session.get(QueuePlace, ticket.id)


def test_it_stands_by_the_promise_that_is_due_first(db, maria):
    ticket = build.open_ticket(maria, when="2026-04-06 10:00")
    found = place(db, ticket)
    # Four hours for the first reply; three quarters of them are used at 13:00.
    assert (found.due_at, found.at_risk_from, found.broken_from) == (
        at("2026-04-06 14:00"), at("2026-04-06 13:00"), at("2026-04-06 14:00"),
    )  # fmt: skip
    assert found.clock_id == build.clocks(ticket)["first_reply"].id


def test_an_answer_puts_it_where_the_next_promise_belongs(db, maria, igor):
    ticket = build.open_ticket(maria, when="2026-04-06 10:00")
    build.reply(ticket, igor, "2026-04-06 11:00")
    assert place(db, ticket).clock_id == build.clocks(ticket)["stay"].id


def test_on_hold_it_stands_last_and_afterwards_where_it_was_put_off_to(db, maria, igor):
    ticket = build.open_ticket(maria, when="2026-04-06 10:00")
    build.reply(ticket, igor, "2026-04-06 11:00")
    before = place(db, ticket).due_at
    build.hold(ticket, igor, "2026-04-06 12:00", "third_party")
    assert place(db, ticket).due_at == NEVER
    build.resume(ticket, igor, "2026-04-06 14:00")
    assert place(db, ticket).due_at == before + (at("2026-04-06 14:00") - at("2026-04-06 12:00"))


def test_handed_over_it_stands_in_the_other_queue(db, maria, igor):
    ticket = build.open_ticket(maria)
    build.hand_over(ticket, igor, "2026-04-06 12:00", "hr")
    assert place(db, ticket).department_id == department("hr").id


@pytest.mark.parametrize("how", ["resolve", "cancel"])
def test_what_is_done_stands_in_no_queue(db, maria, igor, how):
    ticket = build.open_ticket(maria)
    build.resolve(ticket, igor, "2026-04-06 12:00") if how == "resolve" else build.cancel(
        ticket, maria, "2026-04-06 12:00"
    )
    assert place(db, ticket) is None
    if how == "resolve":
        build.reopen(ticket, maria, "2026-04-06 13:00")
        assert place(db, ticket) is not None


@pytest.mark.parametrize(
    ("spoil", "healed_by_worker"),
    [
        (lambda number: delete(QueuePlace).where(QueuePlace.ticket_id == number), True),
        (lambda number: update(QueuePlace).where(QueuePlace.ticket_id == number).values(at_risk_from=None), True),
        (lambda number: update(QueuePlace).where(QueuePlace.ticket_id == number).values(due_at=NEVER), False),
    ],
)
def test_a_wrong_place_is_found_and_put_right(db, maria, spoil, healed_by_worker):
    ticket = build.open_ticket(maria)
    right = {c.name: getattr(place(db, ticket), c.name) for c in QueuePlace.__table__.c}
    with transaction():
        db.session.execute(spoil(ticket.id))
    assert actions.differing_tickets([ticket.id], LATER) == [ticket.id]
    if healed_by_worker:
        assert promises.place_in_queues(LATER) == 1
    else:
        assert promises.place_in_queues(LATER) == 0
        with transaction():
            (told,) = actions.rebuild(by(None, LATER), [ticket.id])
        assert (told.column, told.clock_id) == ("place", right["clock_id"])
    db.session.rollback()
    assert dict(db.session.execute(select(QueuePlace.__table__)).one()._mapping) == right
    assert actions.differing_tickets([ticket.id], LATER) == []


def test_a_check_alone_changes_nothing(db, maria):
    ticket = build.open_ticket(maria)
    with transaction():
        db.session.execute(delete(QueuePlace))
    with transaction():
        assert actions.rebuild(by(None, LATER), [ticket.id], check=True)
    assert place(db, ticket) is None


def test_the_words_of_a_standing(db, maria, igor):
    ticket = build.open_ticket(maria, when="2026-04-06 10:00")

    def stands(when: str) -> list[str]:
        now, midnight = at(when), at("2026-04-07 00:00")
        asked = ("broken", "at_risk", "today", "later", "still")
        query = select(QueuePlace.ticket_id)
        return [one for one in asked if db.session.scalar(query.where(queries.standing((one,), now, midnight)))]

    assert stands("2026-04-06 12:00") == ["today"]
    assert stands("2026-04-06 13:30") == ["at_risk", "today"]
    assert stands("2026-04-06 14:00:01") == ["broken"]
    build.reply(ticket, igor, "2026-04-06 14:30")
    assert stands("2026-04-06 15:00") == ["later"]
    build.hold(ticket, igor, "2026-04-06 15:00", "third_party")
    assert stands("2026-04-06 16:00") == ["still"]
