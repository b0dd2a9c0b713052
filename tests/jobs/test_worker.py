"""The worker: every job in its slot once, whatever number of workers; a fault in one stops none of the others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from servicedesk.jobs import mail, worker
from servicedesk.jobs.schedule import JOBS, Job
from servicedesk.kernel import once
from tests.build import clocks, hold, open_ticket, resolve
from tests.cast import at, load_cast

# So long that a test never sees two slots of it.
EVER = 10**9


def run_of(name):
    (row,) = [row for row in once.last_runs() if row.job == name]
    return row


def test_once_runs_every_job_and_writes_down_that_it_did(own_desk):
    assert set(worker.run_once(own_desk)) == {job.name for job in JOBS}
    with own_desk.app_context():
        rows = once.last_runs()
        assert {row.job for row in rows} == {job.name for job in JOBS}
        assert all(row.finished_at is not None and row.failure is None for row in rows)


def test_once_does_what_is_due(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        late, held, solved = (open_ticket(cast.maria) for _ in range(3))
        hold(held, cast.igor, "2026-04-06 11:00", until="2026-04-07 09:00")
        resolve(solved, cast.igor, "2026-04-06 11:00")
        numbers = (late.id, held.id, solved.id)
    handled = worker.run_once(own_desk)
    assert handled["clocks"] >= 1
    assert (handled["holds"], handled["silence"]) == (1, 1)
    with own_desk.app_context():
        from servicedesk.tickets.queries import tickets_by_id

        late, held, solved = (tickets_by_id(numbers)[number] for number in numbers)
        assert clocks(late)["first_reply"].state == "breached"
        assert (held.status, solved.status) == ("new", "closed")


def test_twice_does_nothing_more(own_desk):
    with own_desk.app_context():
        open_ticket(load_cast().maria)
    worker.run_once(own_desk)
    again = worker.run_once(own_desk)
    assert {name: again[name] for name in ("clocks", "holds", "silence", "mail", "month")} == dict.fromkeys(
        ("clocks", "holds", "silence", "mail", "month"), 0
    )


def test_a_fault_in_one_job_stops_no_other_and_is_told_at_the_end(own_desk, monkeypatch):
    ran = []

    def fail(_at):
        raise ValueError("a broken job")

    jobs = (Job("first", EVER, fail), Job("second", EVER, lambda at: ran.append(at) or 3))
    monkeypatch.setattr(worker, "JOBS", jobs)
    with pytest.raises(ValueError, match="a broken job"):
        worker.run_once(own_desk)
    assert len(ran) == 1
    with own_desk.app_context():
        assert "a broken job" in run_of("first").failure
        assert run_of("first").finished_at is not None
        assert run_of("second").failure is None


def test_a_job_that_left_a_transaction_in_ruins_does_not_spoil_the_next(own_desk, monkeypatch):
    from servicedesk.kernel.transaction import transaction
    from tests.cast import department

    def ruin(_at):
        with transaction():
            department("legal").key = None

    monkeypatch.setattr(worker, "JOBS", (Job("ruin", EVER, ruin), Job("next", EVER, lambda _at: 1)))
    with pytest.raises(Exception, match=r"(?i)null"):
        worker.run_once(own_desk)
    with own_desk.app_context():
        assert run_of("ruin").failure
        assert run_of("next").failure is None


def test_many_workers_run_a_slot_once(own_desk):
    ran = []
    job = Job("counted", EVER, lambda at: ran.append(at) or 1)
    start = threading.Barrier(4)

    def tick(_):
        start.wait()
        worker._tick(own_desk, job)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tick, range(4)))
    assert len(ran) == 1


def test_two_schedulers_run_each_slot_once_and_stop_when_told(own_desk, monkeypatch):
    ran, tried, stop = [], threading.Semaphore(0), threading.Event()
    claim = once.claim

    def counted_claim(*args):
        mine = claim(*args)
        tried.release()
        return mine

    monkeypatch.setattr(once, "claim", counted_claim)
    monkeypatch.setattr(worker, "JOBS", (Job("counted", EVER, lambda at: ran.append(at) or 1),))
    workers = [threading.Thread(target=worker.run_for_ever, args=(own_desk, stop)) for _ in range(2)]
    for thread in workers:
        thread.start()
    assert all(tried.acquire(timeout=20) for _ in range(2))
    stop.set()
    for thread in workers:
        thread.join(20)
        assert not thread.is_alive()
    assert len(ran) == 1


def test_every_job_has_a_name_that_fits_its_row():
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(0 < len(job.name) <= 64 and job.every > 0 for job in JOBS)


def test_without_a_mail_server_mail_waits(own_desk):
    from servicedesk.mailout.queries import counts

    with own_desk.app_context():
        open_ticket(load_cast().maria)
        queued = counts()["queued"]
        assert queued > 0
        assert mail.send_queued(at("2026-04-06 12:00")) == 0
        assert counts()["queued"] == queued
