"""Reads of invitations, and of sealed opinions: those are opened by reports alone, a month at a time when it closes.

`keys` are the SECRET_KEY of today and, after it, former ones.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import exists, func, select

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Conflict
from servicedesk.kernel.text import N_
from servicedesk.people.queries import company
from servicedesk.ratings import rules
from servicedesk.ratings.models import AnsweredInvitation, Invitation, OtherQuestion, Rating, RatingMonth
from servicedesk.ratings.sealing import Seal, fitting

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Opinion:
    """An opinion that was opened. `rater` is the same for one person within the month and says nothing else of them."""

    department_id: int
    request_type_id: int | None
    customer_department_id: int | None
    served_by_id: int | None
    quality: int | None
    speed: int | None
    helpfulness: int | None
    comment: str
    rater: bytes
    # A note that may be shown, for the person who served.
    thanks: str
    signed: bool


def invitation(invitation_id: str) -> Invitation | None:
    return db.session.get(Invitation, invitation_id)


def waiting_for(keys: Sequence[str], person_id: int, today: date) -> list[Invitation]:
    """Invitations the person can still answer."""
    query = select(Invitation).where(
        Invitation.person_id == person_id, ~Invitation.withdrawn, Invitation.expires_on >= today
    )
    rows = list(db.session.scalars(query.order_by(Invitation.issued_on, Invitation.ticket_id)))
    done = answered(keys, [row.id for row in rows])
    return [row for row in rows if row.id not in done]


def waiting_of(keys: Sequence[str], ticket_id: int, person_id: int, today: date) -> Invitation | None:
    query = select(Invitation).where(
        Invitation.ticket_id == ticket_id,
        Invitation.person_id == person_id,
        ~Invitation.withdrawn,
        Invitation.expires_on >= today,
    )
    rows = db.session.scalars(query).all()
    done = answered(keys, [row.id for row in rows])
    return next((row for row in rows if row.id not in done), None)


def answered(keys: Sequence[str], invitation_ids: Collection[str]) -> set[str]:
    """Those of the invitations that were answered. Takes the keys: the rows alone do not tell."""
    named = {rules.answered_name(key, number): number for number in invitation_ids for key in {*keys, ""}}
    if not named:
        return set()
    found = db.session.scalars(select(AnsweredInvitation.name).where(AnsweredInvitation.name.in_(named)))
    return {named[name] for name in found}


def issued_this_week(person_id: int, today: date) -> int:
    """Questions put to the person in the last seven days, but for those that a reopening made void."""
    query = select(func.count()).select_from(Invitation)
    query = query.where(
        Invitation.person_id == person_id, ~Invitation.withdrawn, Invitation.issued_on > today - timedelta(days=7)
    )
    others = select(func.count()).select_from(OtherQuestion)
    others = others.where(OtherQuestion.person_id == person_id, OtherQuestion.asked_on > today - timedelta(days=7))
    return sum(db.session.execute(select(query.scalar_subquery(), others.scalar_subquery())).one())


def has_room(person_id: int, today: date) -> bool:
    """Whether the person's quota of the week allows one more question, of whatever kind."""
    found = company()
    return issued_this_week(person_id, today) < (found.questions_a_week if found else 3)


def to_remind(issued_by: date, today: date, limit: int = 200) -> list[str]:
    """Ids of invitations issued on or before `issued_by` and valid whose reminder is due, answered or not."""
    query = select(Invitation.id).where(
        ~Invitation.withdrawn, ~Invitation.reminded, Invitation.issued_on <= issued_by, Invitation.expires_on > today
    )
    return list(db.session.scalars(query.limit(limit)))


def seal_of(row: RatingMonth, keys: Sequence[str]) -> Seal | None:
    """The seal of an open month, if one of `keys` fits; opinions given without any key are sealed under an empty one."""
    if row.secret is None or row.check is None:
        return None
    return fitting(row.secret, row.check, (*keys, ""))


def sealed_elsewhere(keys: Sequence[str]) -> list[str]:
    """Months with opinions that none of `keys` opens."""
    given = exists().where(Rating.month == RatingMonth.month)
    rows = db.session.scalars(select(RatingMonth).where(RatingMonth.secret.is_not(None), given))
    return sorted(row.month for row in rows if seal_of(row, keys) is None)


def opened(month: str, keys: Sequence[str]) -> Iterator[Opinion]:
    """The opinions of an open month, one after the other, in no order that tells anything.

    Raises `Conflict` where there are some and no key fits.
    """
    row = db.session.get(RatingMonth, month)
    seal = seal_of(row, keys) if row is not None else None
    query = select(Rating.sealed).where(Rating.month == month).order_by(Rating.id)
    for sealed in db.session.scalars(query.execution_options(yield_per=AT_ONCE)):
        if seal is None:
            raise Conflict(
                N_("The opinions of %(month)s are sealed under another SECRET_KEY: set SECRET_KEY_BEFORE to the former key."),
                month=month,
            )  # fmt: skip
        facts = seal.open(sealed)
        quality, speed, helpfulness = facts["scores"]
        yield Opinion(
            facts["department"], facts["type"], facts["customer"], facts["served_by"], quality, speed, helpfulness,
            facts["comment"], bytes.fromhex(facts["rater"]), facts.get("thanks", ""), facts.get("signed", False),
        )  # fmt: skip
