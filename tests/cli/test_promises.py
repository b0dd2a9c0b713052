"""flask desk sla rebuild: rows of clocks are held against their marks, and put right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from servicedesk.audit.models import Entry
from servicedesk.cli import promises
from servicedesk.jobs.promises import look_at_clocks
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Busy, DeskError
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.notifications.models import Notice
from servicedesk.sla.folding import retarget
from servicedesk.sla.models import Clock, Mark
from tests.build import all_clocks, cancel, change_priority, clocks, hold, open_ticket, reopen, reply, resolve, resume
from tests.cast import at, by, load_cast
from tests.cli.conftest import runner_of


@pytest.fixture
def ticket(maria, igor):
    """Held and gone on with, answered too late, its priority changed. Half an hour is left of the resolution."""
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 12:00", "third_party", until="2026-04-07 10:00")
    resume(ticket, igor, "2026-04-06 15:00")
    reply(ticket, igor, "2026-04-06 16:00")
    change_priority(ticket, igor, "2026-04-06 16:30", "urgent")
    return ticket


def tamper(clock, **values):
    with transaction():
        db.session.execute(update(Clock).where(Clock.id == clock.id).values(**values))
    db.session.expire_all()


def columns(clock):
    db.session.expire_all()
    return {column.key: getattr(clock, column.key) for column in Clock.__table__.c if column.key != "version"}


def written(table):
    return list(db.session.scalars(select(table)))


def rebuilt():
    return [entry.data for entry in written(Entry) if entry.what == "ClocksRebuilt"]


def test_it_finds_nothing_where_nothing_is_wrong(run, ticket):
    for words in (["--check"], []):
        result = run("desk", "sla", "rebuild", *words)
        assert result.exit_code == 0
        assert result.stdout.startswith("Every clock is what its marks say: 1 tickets in ")
        assert result.stderr == ""
    assert rebuilt() == []


def test_an_empty_desk_has_nothing_to_fold(run):
    assert run("desk", "sla", "rebuild").exit_code == 0


WRONG = {
    "state": "paused",
    "target": "9h",
    "started_at": at("2026-04-06 09:00"),
    "due_at": at("2026-04-06 18:00"),
    "stopped_at": at("2026-04-06 15:00"),
    "breached_at": at("2026-04-06 14:00"),
    "decided_at": at("2026-04-06 14:00"),
    "elapsed_seconds": 1.5,
    "paused_seconds": 0.0,
    "target_seconds": 1.0,
    "counted_until": at("2026-04-06 10:30"),
    "open": False,
    "paused": True,
    "ball_at_breach": "supplier",
    "next_look_at": None,
}


@pytest.mark.parametrize("column", sorted(WRONG))
def test_every_column_is_held_against_the_marks(run, ticket, column):
    clock = clocks(ticket)["resolution"]
    right, marks = columns(clock), len(written(Mark))
    tamper(clock, **{column: WRONG[column]})

    found = run("desk", "sla", "rebuild", "--check")
    assert found.exit_code == 1
    assert f"ticket {ticket.id}, clock {clock.id} (resolution): {column} is " in found.stdout
    assert "nothing changed" in found.stdout
    assert columns(clock) == right | {column: WRONG[column]}
    assert rebuilt() == []

    repaired = run("desk", "sla", "rebuild")
    assert (repaired.exit_code, "1 clocks repaired" in repaired.stdout) == (0, True)
    assert columns(clock) == right
    assert rebuilt() == [{"tickets": 1, "clocks": 1}]
    assert len(written(Mark)) == marks
    assert run("desk", "sla", "rebuild", "--check").exit_code == 0


def test_a_difference_is_told_in_one_line(run, ticket):
    clock = clocks(ticket)["resolution"]
    tamper(clock, due_at=at("2026-04-06 18:00"))
    said = run("desk", "sla", "rebuild", "--check").stdout.splitlines()
    assert said[0] == (
        f"ticket {ticket.id}, clock {clock.id} (resolution): "
        "due_at is 2026-04-06 15:00:00 UTC, by its marks 2026-04-06 14:00:00 UTC"
    )
    assert said[1].startswith("1 differences, nothing changed: 1 tickets in ")


def test_a_breach_that_was_lost_is_stamped_at_its_moment_and_nobody_is_told(run, ticket):
    look_at_clocks(at("2026-04-06 18:00"))
    clock = clocks(ticket)["resolution"]
    right, told = columns(clock), len(written(Notice))
    assert right["breached_at"] == at("2026-04-06 17:00")
    tamper(clock, breached_at=None, decided_at=None, state="running", ball_at_breach=None)
    entries = len(written(Entry))
    assert run("desk", "sla", "rebuild").exit_code == 0
    # Every step of escalation lies in the past.
    assert columns(clock) == right | {"escalated": 3, "next_look_at": None}
    assert len(written(Notice)) == told
    assert len(written(Entry)) == entries + 1


def test_a_look_that_comes_too_late_is_planned_anew(run, ticket):
    clock = clocks(ticket)["resolution"]
    planned = clock.next_look_at
    tamper(clock, next_look_at=now() + timedelta(days=3))
    assert run("desk", "sla", "rebuild", "--check").exit_code == 1
    assert run("desk", "sla", "rebuild").exit_code == 0
    assert columns(clock)["next_look_at"] == planned
    # One that a worker parked, as it could not look, is no difference.
    tamper(clock, next_look_at=now() + timedelta(minutes=50))
    assert run("desk", "sla", "rebuild", "--check").exit_code == 0


def test_a_clock_that_ended_is_looked_at_by_nobody(run, ticket):
    clock = clocks(ticket)["first_reply"]
    tamper(clock, next_look_at=at("2026-04-07 10:00"))
    assert run("desk", "sla", "rebuild").exit_code == 0
    assert columns(clock)["next_look_at"] is None


def test_marks_are_told_of_and_never_touched(run, ticket):
    clock = clocks(ticket)["stay"]
    with transaction():
        started = next(mark for mark in clock.marks if mark.kind == "started")
        started.at = at("2026-04-06 13:00")
    for words in (["--check"], []):
        result = run("desk", "sla", "rebuild", *words)
        assert (
            f"ticket {ticket.id}, clock {clock.id} (stay): its marks are not in the order of their times"
            in result.stdout
        )
        assert result.exit_code == 1
    db.session.expire_all()
    assert [mark.kind for mark in clock.marks] == ["started", "paused", "resumed"]


def test_a_hold_whose_end_was_noticed_late_is_no_disorder(run, maria, igor):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00", "third_party", until="2026-04-06 12:00")
    with transaction():
        clock = clocks(ticket)["stay"]
        retarget(
            by(None, "2026-04-06 12:00:20", "worker"), clock, cause="rollout", target="20h", policy_version_id=None
        )
    reply(ticket, igor, "2026-04-06 13:00")
    assert [mark.kind for mark in clock.marks] == ["started", "paused", "retargeted", "resumed"]
    assert run("desk", "sla", "rebuild", "--check").exit_code == 0


def test_a_clock_that_cannot_be_folded_is_told_of_and_stops_nobody(run, ticket):
    poisoned, without, other = (clocks(ticket)[name] for name in ("stay", "first_reply", "resolution"))
    tamper(poisoned, target="soon")
    tamper(other, due_at=None)
    with transaction():
        db.session.execute(delete(Mark).where(Mark.clock_id == without.id))
    result = run("desk", "sla", "rebuild")
    assert result.exit_code == 1
    assert "(stay): its marks cannot be folded: The target 'soon' cannot be read" in result.stdout
    assert "(first_reply): its marks cannot be folded: The clock has not started" in result.stdout
    assert columns(other)["due_at"] == at("2026-04-06 17:00")


def test_it_goes_chunk_by_chunk(run, maria, monkeypatch):
    monkeypatch.setattr(promises, "CHUNK", 2)
    tickets = [open_ticket(maria) for _ in range(5)]
    for ticket in tickets[::2]:
        tamper(clocks(ticket)["stay"], due_at=None)
    result = run("desk", "sla", "rebuild")
    assert "3 differences, 3 clocks repaired: 5 tickets in " in result.stdout
    assert run("desk", "sla", "rebuild", "--check").exit_code == 0


def test_the_number_of_statements_does_not_depend_on_the_number_of_clocks(run, maria, igor, count_queries):
    def life():
        ticket = open_ticket(maria)
        reply(ticket, igor, "2026-04-06 11:00")
        resolve(ticket, igor, "2026-04-06 16:00")
        reopen(ticket, maria, "2026-04-07 12:00")

    life()
    count_queries()
    run("desk", "sla", "rebuild", "--check")
    few = count_queries()
    for _ in range(10):
        life()
    count_queries()
    run("desk", "sla", "rebuild", "--check")
    assert count_queries() == few


@pytest.mark.slow
def test_it_disturbs_nobody_and_is_disturbed_by_nobody(own_desk):
    """People change tickets while it runs: no false difference, no lost change."""
    with own_desk.app_context():
        people = load_cast()
        numbers = [open_ticket(people.maria).id for _ in range(2)]

    def work(number):
        with own_desk.app_context():
            people = load_cast()
            ticket = type("Numbered", (), {"id": number})
            for day in range(6, 10):
                moves = (
                    lambda day=day: reply(ticket, people.igor, f"2026-04-{day:02d} 11:00"),
                    lambda day=day: hold(ticket, people.igor, f"2026-04-{day:02d} 12:00"),
                    lambda day=day: reply(ticket, people.maria, f"2026-04-{day:02d} 13:00"),
                    lambda day=day: resolve(ticket, people.igor, f"2026-04-{day:02d} 14:00"),
                    lambda day=day: reopen(ticket, people.maria, f"2026-04-{day:02d} 15:00"),
                )
                for move in moves:
                    patiently(move)
            patiently(lambda: cancel(ticket, people.maria, "2026-04-20 10:00"))
        return True

    def patiently(move):
        for _ in range(20):
            try:
                return move()
            except Busy:
                continue
        raise AssertionError("nobody was ever let in")

    def fold(_):
        said = []
        for words in (["--check"], []) * 5:
            result = runner_of(own_desk)("desk", "sla", "rebuild", *words)
            said.append((result.exit_code, result.stdout[:5]))
        return said

    with ThreadPoolExecutor(3) as pool:
        folded = pool.submit(fold, None)
        assert all(pool.map(work, numbers))
        assert set(folded.result()) == {(0, "Every")}
    with own_desk.app_context():
        assert {clock.open for number in numbers for clock in all_clocks(type("Numbered", (), {"id": number}))} == {
            False
        }


def test_what_is_refused_is_refused_in_a_sentence(run, monkeypatch):
    def busy(*_args, **_more):
        raise DeskError("Many changes are being saved right now.")

    monkeypatch.setattr(promises.queries, "tickets_with_clocks", busy)
    result = run("desk", "sla", "rebuild")
    assert (result.exit_code, result.stderr) == (2, "Many changes are being saved right now.\n")
