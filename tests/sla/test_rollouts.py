"""New versions of policies and calendars applied to running clocks: what the dry run says, and that the worker does that."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from servicedesk.audit.queries import history
from servicedesk.jobs import promises
from servicedesk.jobs import rollouts as job
from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.sla import access, actions, queries, rules
from servicedesk.sla.actions import rolling_out
from servicedesk.sla.models import Clock, Mark, Rollout
from servicedesk.sla.queries import rollouts
from servicedesk.sla.queries.dry_run import dry_run
from servicedesk.sla_engine import Target, fold
from tests import build
from tests.build import all_clocks, clocks, hold, open_ticket, reply, resolve, resume
from tests.cast import OFFICE, OFFICE_EXCEPTIONS, at, by, department, load_cast
from tests.databases import tries

NOON = "2026-04-06 12:00"
IT = {"first_reply": "4h", "reply": "9h", "resolution": "27h", "stay": "18h"}


def policy(targets, when=NOON, **more):
    """A new version of what IT promises; its id."""
    with transaction():
        row = actions.set_policy(
            by(None, when), name="department=it", department_id=department("it").id, targets=targets, **more
        )
    return next(row_.version_id for row_ in queries.policies() if row_.name == row.name)


def office(exceptions, when=NOON, **week):
    """A new version of the company's working hours; its id."""
    with transaction():
        row = actions.set_calendar(
            by(None, when), key="office", timezone="Europe/Moscow", week=OFFICE | week, exceptions=OFFICE_EXCEPTIONS | exceptions
        )  # fmt: skip
    return queries.newest_version(row.id).id


def ask(person, what, version_id, when=NOON):
    with transaction():
        version = access.applicable_version(person, what, version_id)
        return rolling_out.ask_for_rollout(by(person, when), version, person).id


def applied(person, what, version_id, when=NOON):
    """The rollout, asked for and done."""
    rollout_id = ask(person, what, version_id, when)
    job.apply_versions(at(when))
    db.session.expire_all()
    return db.session.get(Rollout, rollout_id)


def looked(person, what, version_id, when=NOON):
    return dry_run(access.applicable_version(person, what, version_id), person, at(when))


def marks(clock):
    return db.session.scalars(select(Mark).where(Mark.clock_id == clock.id).order_by(Mark.id)).all()


def test_a_longer_promise_moves_due_dates_later(maria, olga):
    ticket = open_ticket(maria)
    version = policy(IT | {"resolution": "36h"})
    found = looked(olga, "policy", version)
    assert (found.total, dict(found.ways), found.breaks) == (3, {"same": 2, "later": 1}, 0)
    (most,) = found.most
    assert (most.ticket_id, most.due_before, most.due_after) == (
        ticket.id,
        at("2026-04-09 10:00"),
        at("2026-04-10 10:00"),
    )
    rollout = applied(olga, "policy", version)
    assert (rollout.state, rollout.total, rollout.done, rollout.moved, rollout.broken) == ("done", 3, 3, 1, 0)
    clock = clocks(ticket)["resolution"]
    assert (clock.due_at, clock.target, clock.policy_version_id) == (at("2026-04-10 10:00"), "36h", version)
    assert marks(clock)[-1].data["cause"] == "rollout"


def test_a_shorter_promise_breaks_what_has_used_it_up_at_the_moment_it_was_used_up(maria, igor, olga):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-06 11:00")
    version = policy(IT | {"resolution": "9h"})
    found = looked(olga, "policy", version, "2026-04-07 12:00")
    assert (found.ways["earlier"], found.breaks) == (1, 1)
    rollout = applied(olga, "policy", version, "2026-04-07 12:00")
    assert (rollout.moved, rollout.broken) == (1, 1)
    assert clocks(ticket)["resolution"].breached_at == at("2026-04-07 10:00")


def test_looking_writes_nothing(maria, olga, count_queries):
    open_ticket(maria)
    version = policy(IT | {"resolution": "1h"})
    before = [(clock.version, clock.target) for clock in db.session.scalars(select(Clock))]
    looked(olga, "policy", version)
    assert not db.session.dirty and not db.session.new
    db.session.expire_all()
    assert [(clock.version, clock.target) for clock in db.session.scalars(select(Clock))] == before
    assert db.session.scalars(select(Rollout)).all() == []


def test_a_promise_that_the_new_version_does_not_make_ends(maria, olga):
    ticket = open_ticket(maria)
    version = policy({"first_reply": "4h", "resolution": "27h"})
    assert looked(olga, "policy", version).ways["withdrawn"] == 1
    rollout = applied(olga, "policy", version)
    assert rollout.moved == 1
    stay = clocks(ticket)["stay"]
    assert (stay.state, stay.target, stay.open, stay.due_at) == ("cancelled", "", False, None)


def test_what_ended_broke_or_was_agreed_on_does_not_move(maria, igor, olga):
    ended, broken, agreed, late = (open_ticket(maria) for _ in range(4))
    resolve(ended, igor, "2026-04-06 11:00")
    for ticket in (broken, agreed, late):
        reply(ticket, igor, "2026-04-06 11:00")
    build.change_priority(broken, igor, "2026-04-06 11:00", "urgent")
    promises.look_at_clocks(at("2026-04-07 09:00"))
    build.propose(agreed, maria, "2026-04-07 09:30", "2026-04-20 12:00")
    build.accept(agreed, igor, "2026-04-07 09:40")
    before = {c.id: (c.target, c.due_at, c.state, c.policy_version_id) for t in (ended, broken, agreed) for c in all_clocks(t) if c.metric == "resolution"}  # fmt: skip
    version = policy(IT | {"resolution": "54h"}, "2026-04-09 12:00")
    # The late one was due at 10:00, and no worker has looked since.
    assert looked(olga, "policy", version, "2026-04-09 12:00").ways["later"] == 0
    rollout = applied(olga, "policy", version, "2026-04-09 12:00")
    assert rollout.moved == 0
    after = {c.id: (c.target, c.due_at, c.state, c.policy_version_id) for t in (ended, broken, agreed) for c in all_clocks(t) if c.metric == "resolution"}  # fmt: skip
    assert after == before
    assert (clocks(late)["resolution"].state, clocks(late)["resolution"].breached_at) == (
        "breached",
        at("2026-04-09 10:00"),
    )


def test_a_held_clock_gets_more_time_and_is_due_again_when_it_goes_on(maria, igor, olga):
    ticket = open_ticket(maria)
    hold(ticket, igor, "2026-04-06 11:00", "third_party")
    version = policy(IT | {"resolution": "36h"})
    found = looked(olga, "policy", version)
    (most,) = [one for one in found.most if one.metric == "resolution"]
    assert (most.paused, most.way, most.shift, most.due_after) == (True, "later", 9 * 3600, None)
    applied(olga, "policy", version)
    resume(ticket, igor, "2026-04-06 13:00")
    assert clocks(ticket)["resolution"].due_at == at("2026-04-10 12:00")


def test_a_policy_that_names_other_hours_brings_them_along_and_judges_no_past_by_them(maria, igor, olga):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-06 11:00")
    with transaction():
        round_the_clock = actions.set_calendar(
            by(None, NOON), key="always", timezone="UTC", week={day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
        ).id  # fmt: skip
    # By these hours 27 h are long over on Wednesday; the 100 h of the new version are not.
    version = policy(IT | {"resolution": "100h"}, calendar_id=round_the_clock)
    applied(olga, "policy", version, "2026-04-08 12:00")
    clock = clocks(ticket)["resolution"]
    assert (clock.state, clock.due_at) == ("running", at("2026-04-10 14:00"))
    assert clock.calendar_version_id == queries.newest_version(round_the_clock).id
    promises.look_at_clocks(at("2026-04-09 12:00"))
    assert clocks(ticket)["resolution"].state == "running"
    resolve(ticket, igor, "2026-04-10 13:00")
    assert clocks(ticket)["resolution"].state == "met"


def test_a_new_version_of_hours_moves_every_clock_that_counts_by_an_older_one(maria, adam):
    ticket = open_ticket(maria)
    version = office({"2026-04-07": []})
    found = looked(adam, "calendar", version)
    assert (found.total, dict(found.ways)) == (3, {"later": 2, "same": 1})
    rollout = applied(adam, "calendar", version)
    assert (rollout.total, rollout.moved, rollout.broken) == (3, 2, 0)
    clock = clocks(ticket)["resolution"]
    assert (clock.due_at, clock.calendar_version_id, clock.target) == (at("2026-04-10 10:00"), version, "27h")
    assert "holiday" in {row.why for row in queries.explain(clock, at("2026-04-08 12:00"))}


def test_the_row_is_still_the_fold_of_its_marks(maria, igor, adam):
    ticket = open_ticket(maria)
    build.change_priority(ticket, igor, "2026-04-06 11:00", "urgent")
    applied(adam, "calendar", office({"2026-04-06": [["09:00", "12:30"]]}))
    clock = clocks(ticket)["resolution"]
    again = fold(queries.engine_calendar(clock.calendar_version_id), Target.parse(clock.target), queries.engine_marks(clock), clock.counted_until, "resolution")  # fmt: skip
    assert (clock.state, clock.due_at, clock.elapsed_seconds) == (again.state, again.due_at, again.elapsed)
    assert clock.due_at == at("2026-04-07 10:30")


def test_every_moved_clock_tells_its_history_and_the_end_is_told_with_counts(maria, olga):
    ticket = open_ticket(maria)
    rollout = applied(olga, "policy", policy(IT | {"resolution": "36h"}))
    (entry,) = history("ticket", ticket.id, only={"ClockRetargeted"}).items[-1:]
    told = {e.data["metric"]: (e.data["before"], e.data["after"]) for e in history("ticket", ticket.id, only={"ClockRetargeted"}).items}  # fmt: skip
    assert told["resolution"] == ("27h", "36h")
    assert entry.actor_id is None
    asked, finished = history("rollout", rollout.id).items
    assert (asked.what, asked.actor_id, asked.data["total"]) == ("RolloutAsked", olga.id, 3)
    assert (finished.what, finished.data["moved"], finished.data["broken"]) == ("RolloutFinished", 1, 0)


def test_warnings_come_again_where_there_is_more_time(maria, igor, olga):
    ticket = open_ticket(maria)
    reply(ticket, igor, "2026-04-06 11:00")
    promises.look_at_clocks(at("2026-04-08 15:00"))
    assert clocks(ticket)["resolution"].warned_percent == 75
    applied(olga, "policy", policy(IT | {"resolution": "54h"}), "2026-04-08 17:30")
    clock = clocks(ticket)["resolution"]
    assert (clock.warned_percent, clock.next_look_at) == (0, at("2026-04-10 14:30"))


def test_only_the_newest_version_is_applied(maria, olga, adam):
    open_ticket(maria)
    older = policy(IT | {"resolution": "36h"})
    policy(IT | {"resolution": "45h"})
    with pytest.raises(Conflict):
        ask(olga, "policy", older)
    with transaction():
        actions.withdraw_policy(by(adam, NOON), "department=it")
    newest = max(db.session.scalars(select(rollouts.PolicyVersion.id)))
    with pytest.raises(Conflict):
        ask(olga, "policy", newest)


def test_asking_twice_is_asking_once(maria, olga):
    open_ticket(maria)
    version = policy(IT | {"resolution": "36h"})
    assert ask(olga, "policy", version) == ask(olga, "policy", version)


def test_who_may_apply_what(cast):
    version = policy(IT | {"resolution": "36h"})
    company = next(row.version_id for row in queries.policies() if row.name == "company")
    hours = queries.newest_version(queries.calendar_by_key("office").id).id
    theirs = {"olga": {"policy"}, "adam": {"policy", "company", "hours"}}
    for name, person in cast.everybody().items():
        allowed = set()
        for key, what, version_id in (("policy", "policy", version), ("company", "policy", company), ("hours", "calendar", hours)):  # fmt: skip
            try:
                access.applicable_version(person, what, version_id)
                allowed.add(key)
            except NotFound:
                continue
        assert allowed == theirs.get(name, set()), name
    for version_id in (0, -1, 10**6, 2**40):
        with pytest.raises(NotFound):
            access.applicable_version(cast.adam, "policy", version_id)


def test_a_lead_applies_the_hours_that_only_their_department_works_by(olga, adam):
    with transaction():
        night = actions.set_calendar(by(adam, NOON), key="night", timezone="UTC", week={"mon": [["20:00", "06:00"]]})
        actions.set_department_calendar(by(adam, NOON), department("it"), night)
    version_id = queries.newest_version(night.id).id
    assert access.applicable_version(olga, "calendar", version_id).number == 1
    with transaction():
        actions.set_department_calendar(by(adam, NOON), department("hr"), night)
    with pytest.raises(NotFound):
        access.applicable_version(olga, "calendar", version_id)
    assert not rules.applies_versions(olga, frozenset())


def test_confidential_requests_are_moved_and_counted_by_their_team_alone(maria, cast, adam):
    open_ticket(maria, "hr.certificate")
    secret = open_ticket(maria, "hr.trouble")
    hr = department("hr")
    with transaction():
        actions.set_policy(by(adam, NOON), name="department=hr", department_id=hr.id, targets={"resolution": "9bd"})
    version = next(row.version_id for row in queries.policies() if row.name == "department=hr")
    found = looked(adam, "policy", version)
    assert (found.total, {one.ticket_id for one in found.most} & {secret.id}) == (2, set())
    # As a lead of HR would.
    with transaction():
        people.grant(by(adam, NOON), cast.anna, "lead", hr)
    mine = looked(cast.anna, "policy", version)
    assert (mine.total, secret.id in mine.visible) == (4, True)
    rollout = applied(adam, "policy", version)
    assert (rollout.total, rollout.done, rollout.moved) == (2, 2, 2)
    assert clocks(secret)["resolution"].target == "9bd"


def test_a_crash_between_batches_resumes_and_does_no_clock_twice(maria, olga, monkeypatch):
    tickets = [open_ticket(maria) for _ in range(4)]
    rollout_id = ask(olga, "policy", policy(IT | {"resolution": "36h"}))
    with transaction():
        assert rolling_out.carry_on(by(None, NOON, "worker"), rollout_id, limit=5)

    class Killed(BaseException):
        """What no code catches, as kill -9."""

    with pytest.raises(Killed), transaction():
        rolling_out.carry_on(by(None, NOON, "worker"), rollout_id, limit=5)
        raise Killed
    assert db.session.get(Rollout, rollout_id).done == 5
    job.apply_versions(at(NOON))
    db.session.expire_all()
    rollout = db.session.get(Rollout, rollout_id)
    assert (rollout.state, rollout.done, rollout.moved) == ("done", 12, 4)
    for ticket in tickets:
        for clock in all_clocks(ticket):
            assert [mark.kind for mark in marks(clock)] == ["started", "retargeted"]


def test_a_clock_that_cannot_be_moved_stops_no_other(maria, olga, monkeypatch):
    first, second = open_ticket(maria), open_ticket(maria)
    rollout_id = ask(olga, "policy", policy(IT | {"resolution": "36h"}))
    bad, move = clocks(first)["resolution"].id, rolling_out._move

    def stumble(stamp, version, clock):
        if clock.id == bad:
            raise ZeroDivisionError("a broken row")
        return move(stamp, version, clock)

    monkeypatch.setattr(rolling_out, "_move", stumble)
    job.apply_versions(at(NOON))
    db.session.expire_all()
    rollout = db.session.get(Rollout, rollout_id)
    assert (rollout.state, rollout.done, rollout.moved) == ("failed", 5, 1)
    assert "a broken row" in rollout.failure
    assert (clocks(first)["resolution"].target, clocks(second)["resolution"].target) == ("27h", "36h")


def test_more_clocks_than_a_change_may_have_events(maria, olga):
    for _ in range(80):
        open_ticket(maria)
    rollout = applied(
        olga, "policy", policy({"first_reply": "1h", "resolution": "1h", "stay": "1h"}), "2026-04-06 13:00"
    )
    assert (rollout.state, rollout.done, rollout.moved, rollout.broken) == ("done", 240, 240, 240)


def test_looking_costs_the_same_whatever_runs(maria, olga, count_queries):
    version = policy(IT | {"resolution": "36h"})
    open_ticket(maria)

    def statements():
        db.session.rollback()
        db.session.expire_all()
        olga.grants  # noqa: B018 — read before counting
        count_queries()
        looked(olga, "policy", version)
        return count_queries()

    few = statements()
    for _ in range(15):
        open_ticket(maria)
    assert statements() == few


def test_two_workers_share_a_rollout(own_desk):
    with own_desk.app_context():
        cast = load_cast()
        numbers = [open_ticket(cast.maria).id for _ in range(8)]
        rollout_id = ask(cast.olga, "policy", policy(IT | {"resolution": "36h"}))
        db.session.remove()
    start, faults = threading.Barrier(2), []

    def work():
        with own_desk.app_context():
            try:
                start.wait()
                while True:
                    with transaction():
                        if not rolling_out.carry_on(by(None, NOON, "worker"), rollout_id, limit=3):
                            break
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(60)
    assert faults == []
    with own_desk.app_context():
        job.apply_versions(at(NOON))
        rollout = db.session.get(Rollout, rollout_id)
        assert (rollout.state, rollout.done, rollout.moved) == ("done", 24, 8)
        counted = db.session.scalars(select(Mark).join(Clock).where(Clock.ticket_id.in_(numbers), Mark.kind == "retargeted")).all()  # fmt: skip
        assert len(counted) == 24


MOVES = ("answer", "hold", "resume", "resolve", "reopen", "urgent", "worker")


@pytest.mark.slow
# Nothing is made smaller: an example is whole lives of tickets, and trying thousands of them takes minutes.
@settings(max_examples=tries(15), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    lives=st.lists(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 9 * 3600)), max_size=5), min_size=1, max_size=3),
    hours=st.integers(1, 80), holiday=st.booleans(), wait=st.integers(0, 30 * 3600),
)  # fmt: skip
def test_the_worker_does_what_the_dry_run_said_and_touches_nothing_that_is_over(cast, lives, hours, holiday, wait):
    # Each example starts from the founded company again.
    db.session.rollback()
    nested = db.engine.begin_nested()  # type: ignore[attr-defined]  # the test's one connection
    try:
        _try(cast, lives, hours, holiday, wait)
    finally:
        db.session.rollback()
        db.session.expire_all()
        nested.rollback()


def _try(cast, lives, hours, holiday, wait):
    now = _live(cast, lives, wait)
    before = {clock.id: _facts(clock) for clock in db.session.scalars(select(Clock))}
    version = office({"2026-04-07": []}) if holiday else policy(IT | {"resolution": f"{hours}h", "stay": "30h"})
    what = "calendar" if holiday else "policy"
    said = dry_run(access.applicable_version(cast.adam, what, version), cast.adam, now)
    with transaction():
        asked = rolling_out.ask_for_rollout(by(cast.adam, now), access.applicable_version(cast.adam, what, version), cast.adam).id  # fmt: skip
    job.apply_versions(now)
    db.session.expire_all()
    rollout = db.session.get(Rollout, asked)
    assert (rollout.state, rollout.moved, rollout.broken) == ("done", said.moved, said.breaks)
    for clock in db.session.scalars(select(Clock)):
        was = before[clock.id]
        if not was["open"] or was["breached_at"] is not None:
            assert _facts(clock) == was
        elif was["due_at"] is not None and was["due_at"] < now and clock.breached_at is not None:
            assert clock.breached_at == was["due_at"]
    # A second look changes nothing: every breach stays, and the rows are the folds of their marks.
    rows = {clock.id: (clock.state, clock.due_at, clock.breached_at) for clock in db.session.scalars(select(Clock))}
    for clock in db.session.scalars(select(Clock).where(Clock.target != "")):
        again = fold(queries.engine_calendar(clock.calendar_version_id), Target.parse(clock.target), queries.engine_marks(clock), clock.counted_until, clock.metric)  # fmt: skip
        assert rows[clock.id] == (again.state, again.due_at, again.breached_at)


def _live(cast, lives, wait):
    """Tickets that get older, each by its own steps; the instant after all of them."""
    latest = at("2026-04-06 10:00")
    for life in lives:
        ticket, now = open_ticket(cast.maria, when=at("2026-04-06 10:00")), at("2026-04-06 10:00")
        for move, seconds in life:
            now += timedelta(seconds=seconds)
            try:
                _DO[move](cast, ticket, now)
            except Conflict:
                continue
        latest = max(latest, now)
    return latest + timedelta(seconds=wait)


_DO = {
    "answer": lambda cast, ticket, now: reply(ticket, cast.igor, now),
    "hold": lambda cast, ticket, now: hold(ticket, cast.igor, now, "third_party"),
    "resume": lambda cast, ticket, now: resume(ticket, cast.igor, now),
    "resolve": lambda cast, ticket, now: resolve(ticket, cast.igor, now),
    "reopen": lambda cast, ticket, now: build.reopen(ticket, cast.maria, now),
    "urgent": lambda cast, ticket, now: build.change_priority(ticket, cast.igor, now, "urgent"),
    "worker": lambda _cast, _ticket, now: promises.look_at_clocks(now),
}


def _facts(clock):
    return {name: getattr(clock, name) for name in ("state", "target", "due_at", "open", "breached_at", "stopped_at", "policy_version_id", "calendar_version_id", "elapsed_seconds")}  # fmt: skip
