"""Use cases of ratings. Saving one writes nothing that says who, which ticket or when within the month."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sqlalchemy import select, update

from servicedesk.kernel.db import db, insert_new
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.ratings import access, rules
from servicedesk.ratings.events import RatingAsked
from servicedesk.ratings.models import Invitation, Rating, RatingMonth


def rate(stamp: Stamp, invitation: Invitation, *, scores: Mapping[str, int | None], comment: str = "") -> None:
    """Save an opinion. Publishes nothing: an event would tie the answer to a moment and a ticket.

    It counts for the month in which it was asked for, or for the present one if that month's report is out.
    """
    found = rules.faults(scores, comment)
    if found:
        raise Invalid(fields=found)
    taken = update(Invitation).where(Invitation.id == invitation.id, Invitation.open).values(open=False)
    if db.session.execute(taken.execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(N_("This link was used already. Thank you: one answer for each request is enough."))
    month = _open_month(invitation.month) or _open_month(rules.month_of(stamp.at, access.company_timezone()))
    if month is None or month.secret is None:
        raise Conflict(N_("The report of this month is out, so no opinions are taken for it any more."))
    db.session.add(
        Rating(
            id=secrets.token_hex(16), month=month.month, department_id=invitation.department_id,
            request_type_id=invitation.request_type_id, customer_department_id=invitation.customer_department_id,
            served_by_id=invitation.served_by_id, comment=comment.strip(),
            blind_token=rules.blind_token(month.secret, invitation.person_id),
            **{metric: scores.get(metric) for metric in rules.METRICS},
        )
    )  # fmt: skip


def remind(stamp: Stamp, invitation_id: str) -> bool:
    """The one reminder of an invitation. Publishes `RatingAsked`."""
    once = update(Invitation).where(Invitation.id == invitation_id, Invitation.open, ~Invitation.reminded)
    if db.session.execute(once.values(reminded=True).execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        return False
    invitation = db.session.get_one(Invitation, invitation_id)
    publish(
        RatingAsked(
            stamp=stamp, ticket_id=invitation.ticket_id, person_id=invitation.person_id, invitation_id=invitation.id,
            reminder=True,
        )
    )  # fmt: skip
    return True


def _open_month(month: str) -> RatingMonth | None:
    """The month's row with its secret, made when first needed; None once its report is out."""
    found = select(RatingMonth).where(RatingMonth.month == month).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        # Somebody else may give the month's first rating at this very moment.
        insert_new(RatingMonth, [{"month": month, "secret": secrets.token_bytes(32)}])
        row = db.session.scalars(found).one()
    return row if row.secret is not None else None
