"""What each state allows: every use case in every state, against a table written by hand."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Conflict
from servicedesk.tickets.rules import POSSIBLE
from tests import build

LATER = "2026-04-07 10:00"
STATES = ("new", "open", "waiting", "on_hold", "resolved", "closed", "cancelled")
# use case -> in which of STATES it is possible
ALLOWED = {
    "reply by the requester": "new open waiting on_hold resolved",
    "reply by an agent": "new open waiting on_hold resolved",
    "note": "new open waiting on_hold resolved closed cancelled",
    "assign": "new open waiting on_hold resolved",
    "hold": "new open waiting on_hold",
    "resume": "waiting on_hold",
    "hand over": "new open waiting on_hold",
    "resolve": "new open waiting on_hold",
    "reopen": "resolved closed",
    "close": "resolved",
    "cancel": "new open waiting on_hold",
    "change priority": "new open waiting on_hold resolved",
    "switch type": "new open waiting on_hold resolved",
    "agree": "new open waiting on_hold",
}


def do(what, ticket, maria, igor):
    {
        "reply by the requester": lambda: build.reply(ticket, maria, LATER),
        "reply by an agent": lambda: build.reply(ticket, igor, LATER),
        "note": lambda: build.note(ticket, igor, LATER),
        "assign": lambda: build.assign(ticket, igor, LATER, igor),
        "hold": lambda: build.hold(ticket, igor, LATER),
        "resume": lambda: build.resume(ticket, igor, LATER),
        "hand over": lambda: build.hand_over(ticket, igor, LATER, "hr"),
        "resolve": lambda: build.resolve(ticket, igor, LATER),
        "reopen": lambda: build.reopen(ticket, maria, LATER),
        "close": lambda: build.close(ticket, maria, LATER),
        "cancel": lambda: build.cancel(ticket, maria, LATER),
        "change priority": lambda: build.change_priority(ticket, igor, LATER, "high"),
        "agree": lambda: build.propose(ticket, igor, LATER, "2026-04-08 10:00"),
        "switch type": lambda: build.switch_request_type(ticket, igor, LATER, "it.access"),
    }[what]()


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("what", ALLOWED)
def test_the_state_decides(ticket_in, maria, igor, what, status):
    ticket = ticket_in(status)
    if status in ALLOWED[what].split():
        do(what, ticket, maria, igor)
        return
    version = ticket.version
    with pytest.raises(Conflict):
        do(what, ticket, maria, igor)
    assert (ticket.status, ticket.version) == (status, version)


def test_every_use_case_of_the_rules_is_in_the_table():
    tried = {what.split(" by ")[0].replace(" ", "_") for what in ALLOWED}
    assert set(POSSIBLE) - tried == {"edit", "watch"}
