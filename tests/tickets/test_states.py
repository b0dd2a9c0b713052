"""What each state allows: every use case in every state, against a table written by hand."""

from __future__ import annotations

import pytest

from servicedesk.kernel.errors import Conflict, Invalid, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions
from servicedesk.tickets.access import ticket_for
from servicedesk.tickets.rules import POSSIBLE
from tests import build
from tests.cast import by, department

LATER = "2026-04-07 10:00"
STATES = ("new", "awaiting_approval", "refused", "open", "waiting", "on_hold", "resolved", "closed", "cancelled")
# Nobody was asked, there is no approval to find; another type is no way around an approval.
REFUSALS = (Conflict, Invalid, NotFound)
# use case -> in which of STATES it is possible
ALLOWED = {
    "reply by the requester": "new awaiting_approval refused open waiting on_hold resolved",
    "reply by an agent": "new awaiting_approval refused open waiting on_hold resolved",
    "note": "new awaiting_approval refused open waiting on_hold resolved closed cancelled",
    "assign": "new awaiting_approval refused open waiting on_hold resolved",
    "hold": "new open waiting on_hold",
    "resume": "waiting on_hold",
    "hand over": "new open waiting on_hold",
    "resolve": "new open waiting on_hold",
    "thank": "resolved closed cancelled",
    "reopen": "resolved closed",
    "close": "resolved",
    "cancel": "new awaiting_approval refused open waiting on_hold",
    "change priority": "new awaiting_approval refused open waiting on_hold resolved",
    "switch type": "new open waiting on_hold resolved",
    "agree": "new open waiting on_hold",
    "approve": "awaiting_approval",
    "resubmit": "refused",
    "ask others": "new open waiting on_hold",
}


def do(what, ticket, maria, igor, boris):
    {
        "reply by the requester": lambda: build.reply(ticket, maria, LATER),
        "reply by an agent": lambda: build.reply(ticket, igor, LATER),
        "note": lambda: build.note(ticket, igor, LATER),
        "assign": lambda: build.assign(ticket, igor, LATER, igor),
        "hold": lambda: build.hold(ticket, igor, LATER),
        "resume": lambda: build.resume(ticket, igor, LATER),
        "hand over": lambda: build.hand_over(ticket, igor, LATER, "hr"),
        "resolve": lambda: build.resolve(ticket, igor, LATER),
        "thank": lambda: build.thank(ticket, maria, LATER),
        "reopen": lambda: build.reopen(ticket, maria, LATER),
        "close": lambda: build.close(ticket, maria, LATER),
        "cancel": lambda: build.cancel(ticket, maria, LATER),
        "change priority": lambda: build.change_priority(ticket, igor, LATER, "high"),
        "approve": lambda: build.approve(ticket, boris, LATER),
        "resubmit": lambda: build.resubmit(ticket, maria, LATER),
        "ask others": lambda: ask(ticket, igor),
        "agree": lambda: build.propose(ticket, igor, LATER, "2026-04-08 10:00"),
        "switch type": lambda: build.switch_request_type(ticket, igor, LATER, "it.access"),
    }[what]()


def ask(ticket, igor):
    with transaction():
        actions.ask_department(
            by(igor, LATER), ticket_for(igor, ticket.id, to="ask_others"), igor, department=department("hr"),
            subject="A word about it", description="",
        )  # fmt: skip


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("what", ALLOWED)
def test_the_state_decides(ticket_in, maria, igor, boris, what, status):
    ticket = ticket_in(status)
    status_then = ticket.status
    if status in ALLOWED[what].split():
        do(what, ticket, maria, igor, boris)
        return
    version = ticket.version
    with pytest.raises(REFUSALS):
        do(what, ticket, maria, igor, boris)
    assert (ticket.status, ticket.version) == (status_then, version)


def test_every_use_case_of_the_rules_is_in_the_table():
    tried = {what.split(" by ")[0].replace(" ", "_") for what in ALLOWED}
    # The rest have tests of their own beside what they do.
    elsewhere = {"answer", "edit", "watch", "add_followers", "merge", "unmerge", "contest_merge", "split", "link"}
    assert set(POSSIBLE) - tried == elsewhere
