"""Tell people something at once, take it back, mark lines as read. Decides nobody's audience."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.mailout import actions as mailout
from servicedesk.mailout import queries as mails
from servicedesk.notifications import rules
from servicedesk.notifications.models import Notice
from servicedesk.people import queries as people
from servicedesk.people.models import Person


@dataclass(frozen=True, kw_only=True)
class News:
    """Something to tell. `about` identifies what happened, so that nobody is written to about it twice.

    `line` is the kind of the bell's sentence where it is finer than the news' own.
    """

    kind: str
    about: str
    bell: Mapping[str, Any]
    mail: Mapping[str, Any]
    ticket_id: int | None = None
    line: str | None = None


def tell(stamp: Stamp, news: News, to: Sequence[tuple[Person, str]], *, by_mail: Collection[int] | None = None) -> None:
    """Write the lines and queue the mails that the kind calls for. `to` pairs each person with why they are told;
    `by_mail` narrows the mails to these ids. Nobody is told about the past."""
    if stamp.tells_history or not to:
        return
    kind = rules.KINDS[news.kind]
    if kind.bell:
        # One statement: the unit of work would write line by line.
        lines = [
            {
                "person_id": person.id, "kind": news.line or news.kind, "ticket_id": news.ticket_id,
                "facts": dict(news.bell), "created_at": stamp.at,
            }
            for person, _ in to
        ]  # fmt: skip
        db.session.execute(insert(Notice).values(lines))
    wanted = [(person, why) for person, why in to if by_mail is None or person.id in by_mail]
    if kind.mail and wanted:
        mailout.queue_mails(stamp, letters(kind.mail, news.mail, wanted, lambda person_id: once(news.about, person_id)))


def tell_each(stamp: Stamp, told: Sequence[tuple[News, Person, str]]) -> None:
    """To each person their own news, of kinds that have a mail, in a few statements however many they are. Who was
    written to about it before hears nothing again, under the bell neither."""
    if stamp.tells_history or not told:
        return
    known = mails.known({once(news.about, person.id) for news, person, _ in told})
    new = [(news, person, why) for news, person, why in told if once(news.about, person.id) not in known]
    lines = [
        {
            "person_id": person.id, "kind": news.line or news.kind, "ticket_id": news.ticket_id,
            "facts": dict(news.bell), "created_at": stamp.at,
        }
        for news, person, _ in new
    ]  # fmt: skip
    written: list[mailout.Letter] = []
    for news, person, why in new:
        template, key = rules.KINDS[news.kind].mail or news.kind, once(news.about, person.id)
        written += letters(template, news.mail, [(person, why)], {person.id: key}.__getitem__)
    if lines:
        db.session.execute(insert(Notice).values(lines))
        mailout.queue_mails(stamp, written)


def take_back_message(stamp: Stamp, ticket_id: int, message_id: int, written_at: datetime, person_id: int) -> None:
    """Undo what this person was told of a message, in the transaction that told it."""
    mailout.withdraw(stamp, [once(about_message(message_id), person_id)])
    _forget(
        Notice.ticket_id == ticket_id, Notice.person_id == person_id, Notice.kind.in_(("reply", "reply.quiet")),
        Notice.created_at == written_at,
    )  # fmt: skip


def take_back_rating(stamp: Stamp, ticket_id: int, person_id: int) -> None:
    """Drop the unsent mails and the lines that ask this person for an opinion on the ticket."""
    mailout.withdraw_about(stamp, about_rating(ticket_id))
    _forget(
        Notice.ticket_id == ticket_id,
        Notice.person_id == person_id,
        Notice.kind.in_(("rating_asked", "rating_reminder")),
    )


def mark_read(stamp: Stamp, person_id: int, notice_id: int | None = None) -> None:
    """One line, or all of them. Raises `NotFound` for a line that is not this person's."""
    if notice_id is None:
        unread = update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None))
        db.session.execute(unread.values(read_at=stamp.at).execution_options(synchronize_session=False))
        return
    notice = db.session.get(Notice, notice_id) if 0 < notice_id < 2**31 else None
    if notice is None or notice.person_id != person_id:
        raise NotFound()
    notice.read_at = notice.read_at or stamp.at


def about_message(message_id: int) -> str:
    return f"message:{message_id}"


def about_rating(ticket_id: int) -> str:
    return f"rating:{ticket_id}"


def once(about: str, person_id: int) -> str:
    """The key under which one person's mail about something is queued once."""
    return f"{about}:{person_id}"


def letters(
    template: str, facts: Mapping[str, Any], to: Sequence[tuple[Person, str]], key: Callable[[int], str]
) -> list[mailout.Letter]:
    """The same facts to each in their language and zone, with why they are told; `key` makes it once, by person's id."""
    company = people.company()
    facts = {**facts, "company": company.name if company else ""}
    zone = company.timezone if company else "UTC"
    return [
        mailout.Letter(
            to=person.email, language=person.language, timezone=person.timezone or zone, template=template,
            facts=facts | {"why": why}, once=key(person.id),
        )
        for person, why in to
    ]  # fmt: skip


def _forget(*which: Any) -> None:
    db.session.execute(delete(Notice).where(*which).execution_options(synchronize_session=False))
