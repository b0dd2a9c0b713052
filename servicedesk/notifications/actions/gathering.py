"""Gathered mail: unread lines of the bell, written when things happened, put into one mail for each person when it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.mailout import actions as mailout
from servicedesk.notifications import queries, rules
from servicedesk.notifications.actions.telling import letters, once
from servicedesk.notifications.models import Notice
from servicedesk.people import queries as people

# More than this for one person waits for the next run.
MOST_AT_ONCE = 5000
PUT_OFF_FOR = timedelta(hours=1)


def gather(stamp: Stamp, person_id: int) -> bool:
    """One mail to one person of everything that was gathered, what is due later as well. False when there is none.

    What they have read meanwhile under the bell, may no longer see or have muted is left out; where nothing is left, no
    mail is written. The lines are free again in the same transaction that queues the mail: a crash neither loses nor
    doubles one.
    """
    waiting = select(Notice).where(Notice.person_id == person_id, Notice.gather_at.is_not(None)).order_by(Notice.id)
    # Another worker may be writing to this person right now: then nothing is left for us.
    lines = list(db.session.scalars(waiting.limit(MOST_AT_ONCE).with_for_update(skip_locked=True)))
    person = people.person(person_id)
    if person is None or not any(line.gather_at and line.gather_at <= stamp.at for line in lines):
        return False
    ids = [line.id for line in lines]
    free(ids)
    told = queries.lines_to_gather(person, ids) if person.active else []
    if not told:
        return False
    [letter] = letters(
        "gathered", _facts(told, person.id), [(person, "gathered")], lambda key: once(f"gathered:{ids[-1]}", key)
    )
    quiet = queries.hours_of(person).quiet
    not_before = rules.end_of_quiet(quiet, letter.timezone, stamp.at)
    mailout.queue_mails(stamp, [replace(letter, not_before=not_before)])
    return True


def put_off_gathering(stamp: Stamp, person_id: int) -> None:
    """Leave what is due for an hour, where it cannot be written: it must not hold up the others."""
    due = (Notice.person_id == person_id, Notice.gather_at <= stamp.at)
    db.session.execute(update(Notice).where(*due).values(gather_at=stamp.at + PUT_OFF_FOR))


def free(notice_ids: Sequence[int]) -> None:
    """These lines go into no mail any more."""
    lines = update(Notice).where(Notice.id.in_(notice_ids)).values(gather_at=None)
    db.session.execute(lines.execution_options(synchronize_session=False))


def _facts(told: Sequence[tuple[queries.Line, bool]], person_id: int) -> dict[str, Any]:
    """The lines of one ticket stand together, tickets in the order of their oldest line."""
    first: dict[int | None, int] = {}
    for place, (line, _) in enumerate(told):
        first.setdefault(line.ticket_id, place)
    ordered = sorted(
        (line for line, _ in told), key=lambda line: (first[line.ticket_id] if line.ticket_id else line.id, line.id)
    )
    listed = ordered[: rules.MOST_IN_MAIL]
    facts: dict[str, Any] = {
        "lines": [_shown(line) for line in listed], "count": len(told), "more": len(told) - len(listed),
        # Whose link to end these mails is signed when the mail is sent; it is stored nowhere.
        "unsubscribe": person_id,
    }  # fmt: skip
    about = {line.ticket_id for line, _ in told}
    if len(about) == 1 and None not in about:
        facts |= {"ticket_id": about.pop()}
    elif all(confidential for _, confidential in told):
        facts |= {"confidential": True}
    return facts


def _shown(line: queries.Line) -> dict[str, Any]:
    return {
        "kind": line.kind, "facts": line.facts, "ticket_id": line.ticket_id, "at": _moment(line.created_at),
    }  # fmt: skip


def _moment(at: datetime) -> str:
    return at.isoformat()
