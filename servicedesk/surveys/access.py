"""Gives an invitation to whoever holds its link. Forged links and closed waves each get their sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from servicedesk.kernel.errors import Conflict, NotFound
from servicedesk.kernel.text import N_
from servicedesk.ratings.access import company_timezone
from servicedesk.ratings.rules import day_of
from servicedesk.surveys import queries, rules
from servicedesk.surveys.models import SurveyInvitation, SurveyWave


def invitation_for(keys: Iterable[str], token: str, at: datetime) -> tuple[SurveyInvitation, SurveyWave]:
    """Raises `NotFound` for a link that is not ours, `Conflict` for one whose wave is over."""
    invitation_id = rules.signed_by_us(keys, token)
    if invitation_id is None:
        raise NotFound(N_("This link is not valid. It may be incomplete: copy all of it from the mail."))
    found = queries.invitation(invitation_id)
    wave = queries.wave_by_id(found.wave_id) if found else None
    # Invitations are erased with the close of their wave, so a link that we have signed and do not know is of one that is over.
    if found is None or wave is None or not wave.open or day_of(at, company_timezone()) > wave.closes_on:
        raise Conflict(queries.CLOSED)
    return found, wave
