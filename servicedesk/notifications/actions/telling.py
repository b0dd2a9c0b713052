"""Tell people something at once, in the way they wish for; take it back, mark lines as read. Decides nobody's audience."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.stamp import Stamp
from servicedesk.mailout import actions as mailout
from servicedesk.notifications import queries, rules
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
    """Write the lines and queue the mails that the kind and the wishes of each call for. `to` pairs each person with why
    they are told; `by_mail` narrows the mails to these ids. Nobody is told about the past."""
    _deliver(stamp, [(news, person, why) for person, why in to], by_mail)


def tell_each(stamp: Stamp, told: Sequence[tuple[News, Person, str]]) -> None:
    """To each person their own news in a few statements, however many they are. Who was told of it before, whichever way,
    hears nothing again."""
    if stamp.tells_history or not told:
        return
    known = queries.told_before({once(news.about, person.id) for news, person, _ in told})
    _deliver(stamp, [row for row in told if once(row[0].about, row[1].id) not in known], None)


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
    return [
        mailout.Letter(
            to=person.email, language=person.language, timezone=queries.zone_of(person), template=template,
            facts=facts | {"why": why}, once=key(person.id),
        )
        for person, why in to
    ]  # fmt: skip


def line_of(news: News) -> dict[str, Any]:
    """The line under the bell as a mail of lines has it."""
    return {"kind": news.line or news.kind, "facts": dict(news.bell), "ticket_id": news.ticket_id}


def _deliver(stamp: Stamp, told: Sequence[tuple[News, Person, str]], by_mail: Collection[int] | None) -> None:
    """All lines in one statement and all mails in another: the unit of work would write one by one."""
    if stamp.tells_history or not told:
        return
    tickets = {news.ticket_id for news, _, _ in told if news.ticket_id is not None}
    wishes = queries.wishes_of({person.id for _, person, _ in told}, tickets)
    lines: list[dict[str, Any]] = []
    written: list[mailout.Letter] = []
    when = queries.Gathering(stamp.at)
    for news, person, why in told:
        wish = wishes[person.id]
        if rules.is_silenced(wish, news.ticket_id, news.line or news.kind, why):
            continue
        way = rules.way_of(news.kind, wish, stamp.door)
        if by_mail is not None and person.id not in by_mail:
            way = rules.BELL
        if rules.KINDS[news.kind].bell:
            lines.append(_line(stamp, news, person, when.for_(person, wish) if way == rules.GATHERED else None))
        if way == rules.MAIL:
            written.append(_letter(stamp, news, person, why, wish))
    if lines:
        db.session.execute(insert(Notice).values(lines))
    mailout.queue_mails(stamp, written)


def _line(stamp: Stamp, news: News, person: Person, gather_at: datetime | None) -> dict[str, Any]:
    known = rules.is_known_already(news.kind, person.id, stamp.actor_id, stamp.door)
    return {
        "person_id": person.id, "kind": news.line or news.kind, "ticket_id": news.ticket_id, "facts": dict(news.bell),
        "created_at": stamp.at, "read_at": stamp.at if known else None, "gather_at": None if known else gather_at,
        "once": once(news.about, person.id) if rules.KINDS[news.kind].once else None,
    }  # fmt: skip


def _letter(stamp: Stamp, news: News, person: Person, why: str, wish: rules.Wishes) -> mailout.Letter:
    template, key = rules.template_of(news.kind), once(news.about, person.id)
    facts: Mapping[str, Any] = news.mail
    if template == "gathered":
        # The line is all there is to say. Its number tells the page of mails whose it is.
        facts = {"lines": [line_of(news)], "count": 1, "more": 0}
        if news.ticket_id is not None:
            facts |= {"ticket_id": news.ticket_id}
    [letter] = letters(template, facts, [(person, why)], lambda _: key)
    if rules.waits(news.kind, stamp.door):
        letter = replace(letter, not_before=rules.end_of_quiet(wish.quiet, letter.timezone, stamp.at))
    return letter


def _forget(*which: Any) -> None:
    db.session.execute(delete(Notice).where(*which).execution_options(synchronize_session=False))
