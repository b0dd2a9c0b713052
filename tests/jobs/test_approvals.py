"""Reminders of approvals when several workers run, and when one of them cannot be told."""

from __future__ import annotations

import threading

from sqlalchemy import func, select

from servicedesk.jobs import approvals
from servicedesk.jobs.schedule import JOBS
from servicedesk.kernel.db import db
from servicedesk.mailout.models import OutgoingMail
from servicedesk.sla import actions as sla
from servicedesk.tickets import queries
from tests.build import open_ticket
from tests.cast import at, load_cast
from tests.tickets.approving import BOSS, offer

DUE = at("2026-04-07 10:30")


def reminded():
    query = select(func.count(OutgoingMail.id)).where(OutgoingMail.template == "approval_reminder")
    return db.session.scalar(query)


def test_two_workers_remind_once(own_desk):
    with own_desk.app_context():
        offer(BOSS)
        number = open_ticket(load_cast().maria, "it.purchase").id
        db.session.remove()
    start, handled = threading.Barrier(2), []

    def work():
        with own_desk.app_context():
            start.wait()
            handled.append(approvals.remind_of_approvals(DUE))
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_desk.app_context():
        assert (sorted(handled), reminded(), queries.approvals(number)[0].reminders) == ([0, 1], 1, 1)
        db.session.remove()


def test_one_that_fails_is_put_off_and_stops_no_other(maria, monkeypatch):
    offer(BOSS)
    first, second = (open_ticket(maria, "it.purchase") for _ in range(2))
    [broken] = queries.approvals(first.id)
    remind = sla.remind_of_approval

    def fails_once(stamp, approval_id):
        if approval_id == broken.id:
            raise ValueError("this row is not well")
        return remind(stamp, approval_id)

    monkeypatch.setattr(sla, "remind_of_approval", fails_once)
    assert approvals.remind_of_approvals(DUE) == 1
    assert [queries.approvals(ticket.id)[0].reminders for ticket in (first, second)] == [0, 1]
    assert queries.approvals_to_remind_of(DUE, 10) == []


def test_it_runs_by_itself():
    assert approvals.remind_of_approvals in [job.work for job in JOBS]
