"""Pure answers about ratings: the link's signature, the scale, when a comment is due, what an answer is called."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from itsdangerous import BadSignature, URLSafeSerializer

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_, is_blank, is_storable
from servicedesk.ratings.models import Invitation

METRICS = ("quality", "speed", "helpfulness")
SCALE = range(1, 11)
# This score or a lower one asks for a comment.
COMMENT_AT = 5
COMMENT_LENGTH = 4000
THANKS_LENGTH = 500
VALID_FOR = timedelta(days=14)
REMIND_AFTER_WORKING_DAYS = 2


def sign(secret: str, invitation_id: str) -> str:
    """The text that goes into the link; made by a door when it writes the link, stored nowhere."""
    return URLSafeSerializer(secret, salt="rate a ticket").dumps(invitation_id)


def signed_by_us(keys: Sequence[str], token: str) -> str | None:
    """The invitation's id, or None for a token that was made under none of `keys`."""
    known = [key for key in keys if key]
    if not known:
        return None
    try:
        found = URLSafeSerializer(known, salt="rate a ticket").loads(token)
    except BadSignature:
        return None
    return found if isinstance(found, str) else None


def answered_name(key: str, invitation_id: str) -> str:
    """What an invitation is called where it stands that it was answered: whoever lacks SECRET_KEY cannot tell which."""
    return hmac.new(key.encode(), f"answered invitation {invitation_id}".encode(), hashlib.sha256).hexdigest()


def month_of(at: datetime, timezone: str) -> str:
    """The month an instant belongs to, as "2026-04", in the company's time zone."""
    return f"{at.astimezone(ZoneInfo(timezone)):%Y-%m}"


def day_of(at: datetime, timezone: str) -> date:
    return at.astimezone(ZoneInfo(timezone)).date()


def faults(scores: Mapping[str, int | None], comment: str) -> dict[str, DeskError]:
    """What is wrong with an answer, by field. None as a score means "cannot judge"."""
    found: dict[str, DeskError] = {}
    for metric in METRICS:
        score = scores.get(metric)
        if score is not None and (isinstance(score, bool) or not isinstance(score, int) or score not in SCALE):
            found[metric] = DeskError(N_("A score is a whole number from 1 to 10."))
    given = [score for score in (scores.get(metric) for metric in METRICS) if isinstance(score, int)]
    if not given and not found:
        found["quality"] = DeskError(N_("Give at least one score."))
    if any(score <= COMMENT_AT for score in given) and is_blank(comment):
        found["comment"] = DeskError(
            N_("A score of %(limit)d or below needs a comment: what went wrong, what would have helped?"),
            limit=COMMENT_AT,
        )
    if len(comment) > COMMENT_LENGTH:
        found["comment"] = DeskError(N_("At most %(most)d characters fit here."), most=COMMENT_LENGTH)
    if not is_storable(comment):
        found["comment"] = DeskError(N_("This text has a character that cannot be kept."))
    return found


def thanks_faults(thanks: str, *, shown: bool) -> dict[str, DeskError]:
    """What is wrong with a note for the person who served. Without consent it is kept nowhere, so that is said."""
    if len(thanks) > THANKS_LENGTH:
        return {"thanks": DeskError(N_("At most %(most)d characters fit here."), most=THANKS_LENGTH)}
    if not is_storable(thanks):
        return {"thanks": DeskError(N_("This text has a character that cannot be kept."))}
    if thanks.strip() and not shown:
        return {"thanks": DeskError(N_("Agree that the report may show the note, or leave it empty."))}
    return {}


def may_thank(invitation: Invitation) -> bool:
    """Whether somebody else served whom a note can reach."""
    return invitation.served_by_id not in (None, invitation.person_id)
