"""Clocks and digests by the worker: after a long sleep, side by side with another one, and when something is wrong."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select, update

from servicedesk.audit.models import Entry
from servicedesk.jobs import promises as job
from servicedesk.jobs import worker
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Busy
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.notifications import actions as bell
from servicedesk.notifications.models import Alert, Notice
from servicedesk.sla.models import Clock
from tests.build import clocks, hold, open_ticket, resolve
from tests.cast import at, load_cast

AT_ONCE = 4


def audited(name):
    return list(db.session.scalars(select(Entry).where(Entry.what == name).order_by(Entry.id)))


def digests():
    query = select(OutgoingMail.to_address).where(OutgoingMail.template == "promises_digest")
    return Counter(address.partition("@")[0] for address in db.session.scalars(query))


def lines():
    return Counter(db.session.scalars(select(Notice.kind).where(Notice.kind.like("clock%"))))


def at_once(desk, work, times=AT_ONCE):
    def alone(_):
        with desk.app_context():
            return work()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(alone, range(times)))


def test_one_run_after_three_days_catches_up_and_sends_one_digest_each(own_desk, monkeypatch):
    monkeypatch.setattr(worker, "now", lambda: at("2026-04-09 12:00"))
    monkeypatch.setattr(job, "BATCH", 4)
    with own_desk.app_context():
        cast = load_cast()
        numbers = [open_ticket(cast.maria).id for _ in range(4)]
        held = open_ticket(cast.maria)
        hold(held, cast.igor, "2026-04-06 11:00", "third_party", until="2026-04-06 12:00")
    handled = worker.run_once(own_desk)
    # First reply, stay and resolution of each, but the resolution that an hour's hold put off.
    assert (handled["holds"], handled["clocks"], handled["alerts"]) == (1, 15, 2)
    with own_desk.app_context():
        due = {clock.breached_at for clock in db.session.scalars(select(Clock).where(Clock.ticket_id.in_(numbers)))}
        assert due == {at("2026-04-06 14:00"), at("2026-04-08 10:00"), at("2026-04-09 10:00")}
        assert {entry.data["breached_at"] for entry in audited("ClockBreached")} >= {
            moment.isoformat() for moment in due
        }
        assert digests() == {"igor": 1, "olga": 1}
        assert db.session.scalars(select(Alert)).all() == []
    assert worker.run_once(own_desk)["alerts"] == 0


def test_many_workers_warn_break_and_step_up_once(own_desk):
    with own_desk.app_context():
        numbers = [open_ticket(load_cast().maria).id for _ in range(3)]
    for when in ("2026-04-06 13:01", "2026-04-06 14:01", "2026-04-06 16:01"):
        at_once(own_desk, lambda: job.look_at_clocks(at(when)))  # noqa: B023 — the threads end before the loop goes on
    with own_desk.app_context():
        for name, wanted in (("ClockWarned", [75]), ("ClockBreached", [None]), ("ClockEscalated", [None, None])):
            found = audited(name)
            assert Counter(entry.subject_id for entry in found) == dict.fromkeys(numbers, len(wanted)), name
            assert [entry.data.get("percent") for entry in found] == wanted * len(numbers)
        steps = Counter((entry.subject_id, entry.data["step"], entry.data["to"]) for entry in audited("ClockEscalated"))
        assert steps == {(number, *step): 1 for number in numbers for step in ((1, "assignee"), (2, "leads"))}
        assert {entry.data["due_at"] for entry in audited("ClockEscalated")} == {
            at("2026-04-06 14:00").isoformat(), at("2026-04-06 16:00").isoformat(),
        }  # fmt: skip


def test_many_workers_send_one_digest_and_ring_once(own_desk):
    with own_desk.app_context():
        for _ in range(3):
            open_ticket(load_cast().maria)
        job.look_at_clocks(at("2026-04-06 16:01"))
    assert sum(at_once(own_desk, lambda: job.deliver_alerts(at("2026-04-06 16:01")), AT_ONCE * 2)) == 2
    with own_desk.app_context():
        assert digests() == {"igor": 1, "olga": 1}
        assert lines() == {"clock_breached.first_reply": 6}


def test_workers_that_look_and_tell_at_the_same_time_tell_everything_once(own_desk):
    with own_desk.app_context():
        for _ in range(4):
            open_ticket(load_cast().maria)

    def both():
        job.look_at_clocks(at("2026-04-06 13:01"))
        job.deliver_alerts(at("2026-04-06 13:01"))

    at_once(own_desk, both, AT_ONCE * 2)
    with own_desk.app_context():
        assert lines() == {"clock_warned.first_reply": 4}
        told = db.session.scalars(select(OutgoingMail.facts).where(OutgoingMail.template == "promises_digest"))
        assert sorted(line["ticket_id"] for facts in told for line in facts["lines"]) == [1, 2, 3, 4]


def test_somebody_who_cannot_be_told_is_put_off_and_holds_up_nobody(app, cast, monkeypatch):
    open_ticket(cast.maria)
    job.look_at_clocks(at("2026-04-06 16:01"))
    deliver = bell.deliver_alerts

    def broken(stamp, person_id):
        if person_id == cast.igor.id:
            raise ValueError("nobody can be told like this")
        return deliver(stamp, person_id)

    monkeypatch.setattr(bell, "deliver_alerts", broken)
    assert job.deliver_alerts(at("2026-04-06 16:01")) == 1
    assert digests() == {"olga": 1}
    monkeypatch.setattr(bell, "deliver_alerts", deliver)
    assert job.deliver_alerts(at("2026-04-06 16:30")) == 0
    assert job.deliver_alerts(at("2026-04-06 17:01")) == 1
    assert digests() == {"olga": 1, "igor": 1}


@pytest.mark.parametrize(("where", "what"), [("sla", "look_at_clock"), ("bell", "deliver_alerts")])
def test_what_others_keep_locked_is_not_put_off_but_tried_again(app, cast, monkeypatch, where, what):
    def locked(_stamp, _row_id):
        raise Busy("Somebody else is at it.", seconds=5)

    open_ticket(cast.maria)
    if where == "bell":
        job.look_at_clocks(at("2026-04-06 13:01"))
    work = {"sla": job.look_at_clocks, "bell": job.deliver_alerts}[where]
    with monkeypatch.context() as patched:
        patched.setattr(getattr(job, where), what, locked)
        assert work(at("2026-04-06 13:01")) == 0
    assert work(at("2026-04-06 13:01")) == 1


def test_a_clock_that_cannot_be_looked_at_does_not_silence_the_others(app, cast):
    poisoned, healthy = open_ticket(cast.maria), open_ticket(cast.maria)
    with transaction():
        db.session.execute(update(Clock).where(Clock.ticket_id == poisoned.id).values(target="soon"))
    db.session.expire_all()
    job.look_at_clocks(at("2026-04-06 14:30"))
    assert job.deliver_alerts(at("2026-04-06 14:30")) == 1
    assert clocks(healthy)["first_reply"].state == "breached"


@pytest.fixture
def statements(app):
    seen = []

    def note(_c, _cursor, statement, *_):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_sweep_costs_what_is_due_and_not_what_is_open(app, cast, statements):
    """One warning is due each time; on Tuesday there are ten more open tickets, none of the sweep's business."""

    def cost(when):
        db.session.expire_all()
        statements.clear()
        assert job.look_at_clocks(at(when)) == 1
        return len(statements)

    first = open_ticket(cast.maria, when="2026-04-06 10:00")
    alone = cost("2026-04-06 13:01")
    resolve(first, cast.igor, "2026-04-06 13:02")
    open_ticket(cast.maria, when="2026-04-07 10:00")
    for _ in range(10):
        open_ticket(cast.maria, when="2026-04-07 12:00")
    assert cost("2026-04-07 13:01") == alone
