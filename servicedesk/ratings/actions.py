"""Use cases of ratings. Saving one writes nothing that says who, which ticket, what or when within the month."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from servicedesk.kernel.db import db, insert_new, wipe_traces
from servicedesk.kernel.errors import Conflict, Invalid
from servicedesk.kernel.events import publish
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import N_
from servicedesk.ratings import access, queries, rules
from servicedesk.ratings.events import RatingAsked, RatingSigned
from servicedesk.ratings.models import AnsweredInvitation, Invitation, OtherQuestion, Rating, RatingMonth, SignedRating
from servicedesk.ratings.queries import AT_ONCE
from servicedesk.ratings.sealing import Seal, new_secret


def rate(
    stamp: Stamp, invitation: Invitation, *, keys: Sequence[str], scores: Mapping[str, int | None], comment: str = "",
    thanks: str = "", thanks_shown: bool = False, signed: bool = False,
) -> None:  # fmt: skip
    """Save an opinion, sealed. Publishes nothing unless the author signs: an event would tie the answer to a moment and
    a ticket. `thanks` is a note for the person who served; the author agrees that the report shows it.

    It counts for the month in which it was asked for, or for the present one if that month's report is out. The
    invitation is neither changed nor locked: on PostgreSQL even a lock leaves the number of the transaction on it.
    """
    thanks = thanks.strip() if rules.may_thank(invitation) else ""
    found = rules.faults(scores, comment) | rules.thanks_faults(thanks, shown=thanks_shown)
    if found:
        raise Invalid(fields=found)
    row = _open_month(invitation.month, keys) or _open_month(
        rules.month_of(stamp.at, access.company_timezone()), keys
    )  # fmt: skip
    if row is None:
        raise Conflict(N_("The report of this month is out, so no opinions are taken for it any more."))
    seal = queries.seal_of(row, keys)
    if seal is None:
        raise Conflict(N_("Opinions cannot be taken right now. Nothing is lost: please try this link again later."))
    _use_up(invitation, keys)
    facts = {"scores": [scores.get(metric) for metric in rules.METRICS], "comment": comment.strip(), "thanks": thanks}
    sealed = seal.close(facts | _frozen(invitation, seal) | {"signed": signed})
    db.session.add(Rating(id=secrets.token_hex(16), month=row.month, sealed=sealed))
    if signed:
        _sign(stamp, invitation, scores, comment.strip())


def remind(stamp: Stamp, invitation_id: str, *, keys: Sequence[str]) -> bool:
    """The one reminder of an invitation, if it is not answered. Publishes `RatingAsked`.

    An answered one is marked as well: else the mark would tell the two apart.
    """
    once = update(Invitation).where(Invitation.id == invitation_id, ~Invitation.withdrawn, ~Invitation.reminded)
    if db.session.execute(once.values(reminded=True).execution_options(synchronize_session=False)).rowcount != 1:  # type: ignore[attr-defined]
        return False
    if queries.answered(keys, [invitation_id]):
        return False
    invitation = db.session.get_one(Invitation, invitation_id)
    publish(
        RatingAsked(
            stamp=stamp, ticket_id=invitation.ticket_id, person_id=invitation.person_id, invitation_id=invitation.id,
            reminder=True,
        )
    )  # fmt: skip
    return True


def count_question(person_id: int, day: date) -> None:
    """The person is asked for an opinion of something else today: it counts in the quota of the week."""
    over = OtherQuestion.person_id == person_id, OtherQuestion.asked_on <= day - timedelta(days=7)
    db.session.execute(delete(OtherQuestion).where(*over).execution_options(synchronize_session=False))
    insert_new(OtherQuestion, [{"person_id": person_id, "asked_on": day}])


def lock_month(month: str) -> None:
    """Take the row that ratings take too: closings of a month queue here, and no rating slips in while one counts.

    A month that nobody has rated gets its row closed: a late rating finds it so.
    """
    query = select(RatingMonth).where(RatingMonth.month == month).with_for_update()
    query = query.execution_options(populate_existing=True)
    if db.session.scalars(query).one_or_none() is None:
        insert_new(RatingMonth, [{"month": month, "secret": None, "check": None}])
        db.session.scalars(query).one()


def forget_opinions(month: str) -> None:
    """Erase the opinions of a month whose report is made, with the database's half of their key.

    What may be shown stands in the report. A late rating finds the month closed and counts for the next open one.
    """
    db.session.execute(delete(Rating).where(Rating.month == month))
    row = db.session.get_one(RatingMonth, month)
    row.secret = row.check = None
    db.session.flush()


def give_up_opinions(month: str, *, keys: Sequence[str]) -> None:
    """Erase the opinions of an open month whose SECRET_KEY is lost, and its questions, so that its report can be closed
    and does not say that nobody answered. Raises `Conflict` where one of `keys` opens them."""
    if month not in queries.sealed_elsewhere(keys):
        raise Conflict(
            N_("The opinions of this month can be opened, or there are none: close it without giving them up.")
        )
    db.session.execute(delete(Rating).where(Rating.month == month))
    db.session.execute(delete(Invitation).where(Invitation.month == month))


def forget_invitations(today: date, *, keys: Sequence[str]) -> None:
    """Erase the invitations of each closed month, and that some were answered, when the last of its links has expired.

    A month at a time: were names erased day by day, the few invitations that expire on a day would give them away.
    """
    last = select(Invitation.month).group_by(Invitation.month).having(func.max(Invitation.expires_on) < today)
    closed = select(RatingMonth.month).where(RatingMonth.secret.is_(None), RatingMonth.month.in_(last))
    for month in db.session.scalars(closed).all():
        ids = db.session.scalars(select(Invitation.id).where(Invitation.month == month)).all()
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            named = [rules.answered_name(key, number) for number in some for key in {*keys, ""}]
            db.session.execute(delete(AnsweredInvitation).where(AnsweredInvitation.name.in_(named)))
        db.session.execute(delete(Invitation).where(Invitation.month == month))


def wipe_traces_of_opinions() -> bool:
    """Take what `forget_opinions` has erased out of the files of the database too. Call outside a transaction.

    False when a long transaction elsewhere kept something there; the daily sweep tries again.
    """
    return wipe_traces(Rating.__tablename__, RatingMonth.__tablename__, AnsweredInvitation.__tablename__)


def _open_month(month: str, keys: Sequence[str]) -> RatingMonth | None:
    """The month's row with its secret, made when first needed; None once its report is out."""
    found = select(RatingMonth).where(RatingMonth.month == month).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        # Somebody else may give the month's first rating at this very moment.
        secret = new_secret()
        insert_new(RatingMonth, [{"month": month, "secret": secret, "check": Seal(secret, _present(keys)).check}])
        row = db.session.scalars(found).one()
    return row if row.secret is not None else None


def _use_up(invitation: Invitation, keys: Sequence[str]) -> None:
    new = [{"name": rules.answered_name(_present(keys), invitation.id)}]
    # Two answers may come at this very moment: the second finds the name taken.
    if queries.answered(keys, [invitation.id]) or insert_new(AnsweredInvitation, new) != 1:
        raise Conflict(N_("This link was used already. Thank you: one answer for each request is enough."))


def _frozen(invitation: Invitation, seal: Seal) -> dict[str, Any]:
    return {
        "department": invitation.department_id,
        "type": invitation.request_type_id,
        "customer": invitation.customer_department_id,
        "served_by": invitation.served_by_id,
        "rater": seal.blind(invitation.person_id).hex(),
    }


def _sign(stamp: Stamp, invitation: Invitation, scores: Mapping[str, int | None], comment: str) -> None:
    given = {metric: scores.get(metric) for metric in rules.METRICS}
    db.session.add(
        SignedRating(
            ticket_id=invitation.ticket_id, person_id=invitation.person_id, department_id=invitation.department_id,
            comment=comment, signed_at=stamp.at, **given,
        )
    )  # fmt: skip
    publish(
        RatingSigned(
            stamp=stamp, ticket_id=invitation.ticket_id, person_id=invitation.person_id,
            department_id=invitation.department_id, scores=given, comment=comment,
        )
    )  # fmt: skip


def _present(keys: Sequence[str]) -> str:
    return keys[0] if keys else ""
