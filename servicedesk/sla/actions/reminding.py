"""Reminding approvers who have not answered, in their working hours."""

from __future__ import annotations

from servicedesk.kernel.stamp import Stamp
from servicedesk.sla.queries.workdays import next_working_moment
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.rules import REMIND_AFTER


def remind_of_approval(stamp: Stamp, approval_id: int) -> bool:
    """Remind whoever is to decide, when they work; the next time a working day of the company later. False where there
    is nothing to remind of: it was decided, another worker has done it, or they do not work now."""
    approval = tickets.approval_to_remind_of(stamp, approval_id)
    if approval is None:
        return False
    who = approval.cover or approval.approver
    works_at = next_working_moment(who.department_id, stamp.at)
    if works_at > stamp.at:
        tickets.put_off_reminder(approval, works_at)
        return False
    tickets.remind_approver(stamp, approval, next_working_moment(None, stamp.at + REMIND_AFTER))
    return True
