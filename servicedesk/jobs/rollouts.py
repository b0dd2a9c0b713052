"""Applies new versions of policies and calendars to running clocks, a batch in each transaction."""

from __future__ import annotations

from datetime import datetime

import structlog

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.sla.actions import rolling_out
from servicedesk.sla.queries import rollouts

log = structlog.get_logger()


def apply_versions(at: datetime) -> int:
    """Carry on every rollout that is not finished, from where it stands; how many batches were done.

    Each batch is stamped with its own moment: a long rollout must not be told as if all of it had happened at its start.
    """
    begun, handled = now(), 0
    for rollout_id in rollouts.unfinished_rollouts():
        while True:
            stamp = Stamp(None, at + (now() - begun), "worker")
            try:
                if not _batch(stamp, rollout_id):
                    break
            except DeskError as refusal:
                # Somebody held a ticket of the batch for too long, or changed it under our hands: the next run goes on.
                log.info("a rollout goes on later", rollout=rollout_id, why=str(refusal))
                break
            handled += 1
    return handled


def _batch(stamp: Stamp, rollout_id: int) -> bool:
    """A batch; where one of its clocks cannot be moved, that one alone is left out and reported."""
    try:
        with transaction():
            return rolling_out.carry_on(stamp, rollout_id)
    except DeskError:
        raise
    except Exception:  # one of the batch is at fault: they are tried one by one
        log.exception("a batch of a rollout could not be applied", rollout=rollout_id)
    return all(_one(stamp, rollout_id) for _ in range(rolling_out.BATCH))


def _one(stamp: Stamp, rollout_id: int) -> bool:
    try:
        with transaction():
            return rolling_out.carry_on(stamp, rollout_id, limit=1)
    except DeskError:
        raise
    except Exception as fault:  # whatever is wrong with one clock must not stop the others; it is logged in full
        log.exception("a clock could not be given its new version", rollout=rollout_id)
        with transaction():
            rolling_out.pass_over(rollout_id, repr(fault)[:1000])
        return True
