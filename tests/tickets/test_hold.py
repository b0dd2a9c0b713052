"""Hold with a reason, and going on by itself."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions, queries
from tests.build import assign, hold, note, reply, resolve, resume
from tests.cast import at, by


@pytest.mark.parametrize(
    ("reason", "status", "ball"),
    [
        ("waiting_for_requester", "waiting", "requester"),
        ("third_party", "on_hold", "third_party"),
        ("scheduled", "on_hold", "supplier"),
    ],
)
def test_the_reason_says_whose_turn_it_is(ticket, igor, reason, status, ball):
    hold(ticket, igor, "2026-04-06 11:00", reason, until="2026-04-08 09:00")
    assert (ticket.status, ticket.ball) == (status, ball)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("reason", {"reason": "tired"}),
        ("until", {"until": "2026-04-06 11:00"}),
        ("note", {"note": "x" * 50_001}),
    ],
)
def test_what_is_wrong_with_a_hold_is_named(ticket, igor, field, given):
    with pytest.raises(Invalid) as refusal:
        hold(ticket, igor, "2026-04-06 11:00", **given)
    assert set(refusal.value.fields) == {field}
    assert ticket.status == "new"


def test_a_new_reason_ends_the_old_hold(ticket, igor):
    hold(ticket, igor, "2026-04-06 11:00")
    hold(ticket, igor, "2026-04-06 12:00", "third_party")
    first, second = queries.holds(ticket.id)
    assert first.ended_at == second.began_at == at("2026-04-06 12:00")
    assert second.ended_at is None
    assert ticket.status == "on_hold"


@pytest.mark.parametrize("answered", [False, True])
def test_it_goes_on_in_the_state_it_had(ticket, igor, answered):
    if answered:
        reply(ticket, igor, "2026-04-06 10:30")
    hold(ticket, igor, "2026-04-06 11:00")
    resume(ticket, igor, "2026-04-06 12:00")
    assert ticket.status == ("open" if answered else "new")


def test_the_worker_ends_it_at_its_set_time_however_late(ticket, igor):
    hold(ticket, igor, "2026-04-06 11:00", until="2026-04-07 09:00")
    assert queries.holds_to_end(at("2026-04-07 08:59")) == []
    assert queries.holds_to_end(at("2026-04-09 15:00")) == [ticket.id]
    with transaction():
        assert actions.end_hold_of(by(None, "2026-04-09 15:00", "worker"), ticket.id)
    assert queries.holds(ticket.id)[0].ended_at == at("2026-04-07 09:00")
    assert (ticket.status, ticket.updated_at) == ("new", at("2026-04-07 09:00"))


def test_the_second_worker_finds_it_done(ticket, igor):
    hold(ticket, igor, "2026-04-06 11:00", until="2026-04-07 09:00")
    for first in (True, False):
        with transaction():
            assert actions.end_hold_of(by(None, "2026-04-07 10:00", "worker"), ticket.id) is first


def test_anybody_who_comes_later_finds_it_ended(ticket, igor):
    """The set end holds even if no worker ran."""
    hold(ticket, igor, "2026-04-06 11:00", until="2026-04-07 09:00")
    assign(ticket, igor, "2026-04-08 12:00", igor)
    assert queries.holds(ticket.id)[0].ended_at == at("2026-04-07 09:00")
    assert ticket.status == "open"


def test_a_note_written_meanwhile_moves_the_end_no_earlier(ticket, igor):
    hold(ticket, igor, "2026-04-06 11:00", until="2026-04-07 09:00")
    note(ticket, igor, "2026-04-06 12:00")
    with transaction():
        actions.end_hold_of(by(None, "2026-04-07 09:00", "worker"), ticket.id)
    assert queries.holds(ticket.id)[0].ended_at == at("2026-04-07 09:00")


def test_a_solution_ends_the_hold(ticket, igor):
    hold(ticket, igor, "2026-04-06 11:00")
    resolve(ticket, igor, "2026-04-06 12:00")
    assert queries.holds(ticket.id)[0].ended_at == at("2026-04-06 12:00")
    assert ticket.status == "resolved"
