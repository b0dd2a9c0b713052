"""Gives an invitation to whoever holds its link. Expired, used, withdrawn and forged links each get their sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.text import N_
from servicedesk.people.queries import company
from servicedesk.ratings import queries, rules
from servicedesk.ratings.models import Invitation

EXPIRED = N_("This link has expired: opinions are taken for fourteen days.")


def invitation_for(keys: Sequence[str], token: str, at: datetime) -> Invitation:
    """Raises `NotFound` for a link that is not ours, `Conflict` for one that is expired, withdrawn or used."""
    invitation_id = rules.signed_by_us(keys, token)
    if invitation_id is None:
        raise NotFound(N_("This link is not valid. It may be incomplete: copy all of it from the mail."))
    invitation = queries.invitation(invitation_id)
    if invitation is None or rules.day_of(at, company_timezone()) > invitation.expires_on:
        raise Conflict(EXPIRED)
    if invitation.withdrawn:
        raise Conflict(
            N_("The request was reopened, so this question is void. You will be asked anew when it is resolved.")
        )
    if queries.answered(keys, [invitation.id]):
        raise Conflict(N_("This link was used already. Thank you: one answer for each request is enough."))
    return invitation


def company_timezone() -> str:
    found = company()
    return found.timezone if found else "UTC"
