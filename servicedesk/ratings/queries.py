"""Reads of invitations. Ratings themselves are read by reports alone, a closed month at a time."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from servicedesk.kernel.db import db
from servicedesk.ratings.models import Invitation


def invitation(invitation_id: str) -> Invitation | None:
    return db.session.get(Invitation, invitation_id)


def waiting_for(person_id: int, today: date) -> list[Invitation]:
    """Invitations the person can still answer."""
    query = select(Invitation).where(Invitation.person_id == person_id, Invitation.open, Invitation.expires_on >= today)
    return list(db.session.scalars(query.order_by(Invitation.issued_on, Invitation.ticket_id)))


def waiting_of(ticket_id: int, person_id: int, today: date) -> Invitation | None:
    query = select(Invitation).where(
        Invitation.ticket_id == ticket_id,
        Invitation.person_id == person_id,
        Invitation.open,
        Invitation.expires_on >= today,
    )
    return db.session.scalars(query).first()


def issued_this_week(person_id: int, today: date) -> int:
    query = select(func.count()).select_from(Invitation)
    query = query.where(Invitation.person_id == person_id, Invitation.issued_on > today - timedelta(days=7))
    return db.session.scalar(query) or 0


def to_remind(issued_by: date, today: date, limit: int = 200) -> list[str]:
    """Ids of invitations issued on or before `issued_by`, unanswered, valid and not reminded of."""
    query = select(Invitation.id).where(
        Invitation.open, ~Invitation.reminded, Invitation.issued_on <= issued_by, Invitation.expires_on > today
    )
    return list(db.session.scalars(query.limit(limit)))
