"""Reminding those who have not said whether they approve. When they work is known higher up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.tickets import rules
from servicedesk.tickets.events import ApprovalReminded
from servicedesk.tickets.models import Approval


def approval_to_remind_of(stamp: Stamp, approval_id: int) -> Approval | None:
    """The approval, locked, if its reminder is due still and no other worker has it."""
    due = (Approval.id == approval_id, Approval.decided_at.is_(None), Approval.remind_at <= stamp.at)
    query = select(Approval).where(*due).with_for_update(skip_locked=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def put_off_reminder(approval: Approval, until: datetime) -> None:
    """Those who are to decide do not work now."""
    approval.remind_at = until


def remind_approver(stamp: Stamp, approval: Approval, again_at: datetime) -> None:
    """Count the reminder; the next one is due at `again_at`, if there is to be one. Publishes `ApprovalReminded`."""
    approval.reminders += 1
    approval.remind_at = again_at if approval.reminders < rules.MOST_REMINDERS else None
    publish(
        ApprovalReminded(
            stamp=stamp, ticket_id=approval.ticket_id, approval_id=approval.id, approver_id=approval.approver_id,
            cover_id=approval.cover_id, number=approval.reminders,
        )
    )  # fmt: skip


def park_reminder(stamp: Stamp, approval_id: int) -> None:
    """Leave it for a day, where it cannot be told: it must not hold up the others."""
    values = {"remind_at": stamp.at + rules.REMIND_AFTER}
    db.session.execute(update(Approval).where(Approval.id == approval_id).values(values))
