"""What the page of a ticket says of dates proposed and agreed for it. Made from what the slices give; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servicedesk.audit import queries as audit
from servicedesk.sla import queries as sla
from servicedesk.tickets import rules
from servicedesk.web.readings import Shown
from servicedesk.web.session import me


@dataclass(frozen=True)
class Negotiation:
    """`own` says that the reader's side made the open proposal; `broken` that the promise is, so nothing can be agreed.

    `agreed` are the dates agreed on, oldest first; `before` is what was due before the first of them.
    """

    proposed: Any = None
    own: bool = False
    broken: bool = False
    can_propose: bool = False
    agreed: tuple[Any, ...] = ()
    before: datetime | None = None


def negotiation_of(ticket: Any, clocks: Iterable[Shown], *, may_propose: bool, proposed_ever: bool) -> Negotiation:
    """`may_propose`: the reader belongs to one of the two sides, and the ticket is not done; `proposed_ever` that somebody has."""
    resolution = next((c for c in reversed(list(clocks)) if c.metric == "resolution" and c.state != "cancelled"), None)
    agreed = resolution is not None and resolution.agreed
    if ticket.status not in rules.ACTIVE and not agreed:
        return Negotiation()
    standing = sla.standing_of(ticket.id) if proposed_ever else sla.Standing(None, ())
    broken = resolution is not None and resolution.breached_at is not None
    return Negotiation(
        proposed=standing.proposed,
        own=standing.proposed is not None and standing.proposed.side == rules.side_of(me(), ticket),
        broken=broken,
        can_propose=may_propose and not broken,
        agreed=standing.agreed,
        before=_due_before(ticket.id) if standing.agreed else None,
    )


def _due_before(ticket_id: int) -> datetime | None:
    """What was due when the two sides first agreed on another date; None where nothing was, or the ticket waited."""
    entries = audit.history("ticket", ticket_id, only=("TermAccepted",), limit=1).items
    text = entries[0].data.get("due_before") if entries else None
    return datetime.fromisoformat(text) if text else None
