"""The time with approvers in the report of a month: theirs, and nobody else's."""

from __future__ import annotations

import pytest

from servicedesk.kernel.transaction import transaction
from servicedesk.reports import queries
from servicedesk.reports.actions import close_month
from servicedesk.reports.queries.month import month_rows
from tests import build
from tests.build import approve, open_ticket, refuse, resubmit
from tests.cast import by
from tests.tickets.approving import BOSS, offer

ZONE = "Europe/Moscow"


@pytest.fixture
def april(maria, boris, igor, anna):
    """Four hours with the approver in two rounds, one with the requester, then two departments."""
    offer(BOSS)
    ticket = open_ticket(maria, "it.purchase", "2026-04-06 09:00")
    refuse(ticket, boris, "2026-04-06 12:00")
    resubmit(ticket, maria, "2026-04-06 13:00")
    approve(ticket, boris, "2026-04-06 14:00")
    build.hand_over(ticket, igor, "2026-04-06 16:00", "hr")
    build.resolve(ticket, anna, "2026-04-07 12:00")
    return ticket


def test_the_ball_was_with_the_approver_and_with_the_requester(april):
    held = {row.holder: row.seconds / 3600 for row in month_rows("2026-04", ZONE).balls if row.holder != "closed"}
    assert (held["approver"], held["requester"]) == (4.0, 1.0)


def test_a_chain_has_the_approval_as_a_link_of_its_own(april):
    [journey] = month_rows("2026-04", ZONE).journeys
    assert [(link.kind, link.seconds / 3600) for link in journey.links] == [
        ("stay", 2.0),
        ("stay", 2.0),
        ("approval", 4.0),
        ("waiting_for_requester", 1.0),
    ]


def test_the_statements_do_not_grow_with_the_approvals(april, maria, boris, igor, count_queries):
    count_queries()
    month_rows("2026-04", ZONE)
    few = count_queries()
    for _ in range(3):
        ticket = open_ticket(maria, "it.purchase", "2026-04-08 09:00")
        approve(ticket, boris, "2026-04-08 10:00")
        build.resolve(ticket, igor, "2026-04-08 12:00")
    count_queries()
    month_rows("2026-04", ZONE)
    assert count_queries() == few


def test_the_closed_document_keeps_it(april):
    with transaction():
        issue = close_month(by(None, "2026-05-07 09:00", "worker"), "2026-04")
    holders = {part["holder"]: part["seconds"] for part in queries.whole_document_of(issue)["ball"]["holders"]}
    assert holders["approver"] == 4 * 3600
