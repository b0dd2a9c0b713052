"""A new version of a policy or calendar is applied to clocks that run: asked for by a person, done by a worker."""

from __future__ import annotations

from dataclasses import replace

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.people.models import Person
from servicedesk.sla import folding
from servicedesk.sla.events import ClockRetargeted, RolloutAsked, RolloutFinished
from servicedesk.sla.models import Clock, Rollout
from servicedesk.sla.queries import rollouts
from servicedesk.sla.queries.dry_run import Standing, shift
from servicedesk.sla.queries.rollouts import Terms, Version

# Clocks in one transaction. Each publishes two events at most, and a change may publish 200.
BATCH = 90


def ask_for_rollout(stamp: Stamp, version: Version, by: Person) -> Rollout:
    """Leave word for the worker; the rollout of the same version that still waits or runs is the same one.

    Raises `Conflict` for a version that is not the newest any more, and for a promise that was withdrawn.
    Publishes `RolloutAsked`.
    """
    if not version.newest:
        raise Conflict(N_("There is a newer version by now. Look at it, and apply that one."))
    if not version.active:
        raise Conflict(N_("This promise is withdrawn, so there is nothing to apply."))
    there = rollouts.unfinished_rollout_of(version)
    if there is not None:
        return there
    rollout = Rollout(
        policy_version_id=version.id if version.what == "policy" else None,
        calendar_version_id=version.id if version.what == "calendar" else None,
        asked_by=by, asked_at=stamp.at, total=rollouts.openly_running(version),
    )  # fmt: skip
    db.session.add(rollout)
    db.session.flush()
    publish(
        RolloutAsked(
            stamp=stamp, rollout_id=rollout.id, what=version.what, name=version.name, version=version.number,
            total=rollout.total,
        )
    )  # fmt: skip
    return rollout


def carry_on(stamp: Stamp, rollout_id: int, limit: int = BATCH) -> bool:
    """Move the next clocks of a rollout. False when nothing is left to do, or another worker has it in hand.

    How far it came is saved with the clocks, so a worker that dies in between loses nothing and does nothing twice.
    Publishes `ClockRetargeted` for each clock that changes, `RolloutFinished` at the end.
    """
    rollout = rollouts.rollout_to_carry_on(rollout_id)
    if rollout is None:
        return False
    version = rollouts.version_of(rollout)
    ids = rollouts.next_clock_ids(version, rollout.after_clock_id, limit)
    if not ids:
        _finish(stamp, rollout, version)
        return False
    for clock in rollouts.clocks_to_move(version, ids):
        moved = _move(stamp, version, clock)
        # Confidential tickets are moved with the rest, but their number is nobody's business.
        if not clock.ticket.confidential:
            rollout.done += 1
            rollout.moved += moved
            rollout.broken += moved and clock.breached_at is not None
    rollout.state, rollout.after_clock_id = "running", ids[-1]
    return True


def pass_over(rollout_id: int, failure: str) -> None:
    """Leave out the next clock, which cannot be moved, so that it does not hold up the others."""
    rollout = rollouts.rollout_to_carry_on(rollout_id)
    ids = rollouts.next_clock_ids(rollouts.version_of(rollout), rollout.after_clock_id, 1) if rollout else []
    if rollout is not None and ids:
        rollout.state, rollout.after_clock_id, rollout.failure = "running", ids[-1], failure


def _move(stamp: Stamp, version: Version, clock: Clock) -> bool:
    """Whether its due instant moved, or its promise went. One that is overdue is broken as it stood."""
    stamp = stamp.not_before(clock.counted_until)
    if clock.due_at is not None and clock.due_at < stamp.at:
        folding.refold(stamp, clock, stamp.at)
        return False
    before, stood = _terms(clock), _standing(clock)
    after = rollouts.becomes(version, before, clock.metric, clock.department_id)
    changed = folding.retarget(
        stamp, clock, cause="rollout", target=after.target, policy_version_id=after.policy_version_id,
        calendar_version_id=after.calendar_version_id,
    )  # fmt: skip
    if not changed:
        return False
    by = shift(stood, _standing(clock)) if after.target else 0.0
    if by > 0 and clock.state == "running":
        folding.warn_anew(clock, stamp.at)
    publish(
        ClockRetargeted(
            stamp=replace(stamp, actor_id=None), ticket_id=clock.ticket_id, clock_id=clock.id, metric=clock.metric,
            department_id=clock.department_id, before=before.target, after=after.target, due_before=stood.due_at,
            due_after=clock.due_at,
        )
    )  # fmt: skip
    return by != 0 or not after.target


def _finish(stamp: Stamp, rollout: Rollout, version: Version) -> None:
    rollout.state, rollout.finished_at = "failed" if rollout.failure else "done", stamp.at
    publish(
        RolloutFinished(
            stamp=stamp, rollout_id=rollout.id, what=version.what, name=version.name, version=version.number,
            total=rollout.done, moved=rollout.moved, broken=rollout.broken,
        )
    )  # fmt: skip


def _terms(clock: Clock) -> Terms:
    return Terms(clock.target, clock.policy_version_id, clock.calendar_version_id)


def _standing(clock: Clock) -> Standing:
    return Standing(clock.due_at, clock.target_seconds - clock.elapsed_seconds)
