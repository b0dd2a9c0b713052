"""Gives an invitation to whoever holds its link. Expired, used and forged links each get their sentence."""

from __future__ import annotations

from datetime import datetime

from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people.queries import company
from servicedesk.ratings import queries, rules
from servicedesk.ratings.models import Invitation


def invitation_for(secret: str, token: str, at: datetime) -> Invitation:
    """Raises `NotFound` for a link that is not ours or was withdrawn, `Conflict` for one that is used or expired."""
    invitation_id = rules.signed_by_us(secret, token)
    invitation = queries.invitation(invitation_id) if invitation_id else None
    if invitation is None:
        raise NotFound(
            N_("This link is not valid. It may be incomplete, or the request was reopened and you will be asked anew.")
        )
    if not invitation.open:
        raise Conflict(N_("This link was used already. Thank you: one answer for each request is enough."))
    if rules.day_of(at, company_timezone()) > invitation.expires_on:
        raise Conflict(N_("This link has expired: opinions are taken for fourteen days."))
    return invitation


def company_timezone() -> str:
    found = company()
    return found.timezone if found else "UTC"
