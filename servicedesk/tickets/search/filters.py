"""Filters of a question turned into conditions: names are looked up, times are read in zones, faults are sentences.

What asks for promises is only understood here, as wishes: the clocks stand above tickets, and `sla.queries` turns them into conditions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from servicedesk.catalog import queries as catalog
from servicedesk.catalog.finding import find, words
from servicedesk.catalog.rules import is_type_key
from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_
from servicedesk.people import queries as people
from servicedesk.people.models import Person
from servicedesk.tickets import access, queries, rules
from servicedesk.tickets.models import PRIORITIES, Attachment, Message, Ticket
from servicedesk.tickets.search import terms
from servicedesk.tickets.search.language import Asked, Question
from servicedesk.tickets.search.terms import Span

ME, NOBODY = ("me", "я", "мне"), ("none", "nobody", "никто", "нет")
MOST_PEOPLE = 20
# Of these a request has several at once; of the others any will do.
_TOGETHER = ("has", "is", "filed", "closed", "due")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, when, and by which clocks: days are days of their own zone, filed and closed by the company's, as reports count."""

    person: Person
    at: datetime
    zone: tzinfo
    company_zone: tzinfo


def asking(person: Person, at: datetime) -> Asking:
    company = people.company()
    zone = ZoneInfo(company.timezone if company is not None else "UTC")
    return Asking(person, at, ZoneInfo(people.zone_of(person)), zone)


@dataclass(frozen=True, slots=True)
class PromiseWish:
    """Which promises a request is to have: its next one due in `span`, or with `breached` any that was broken."""

    span: Span | None = None
    breached: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that was understood. `shown` is what it means where that is a name: by language, of people, or None."""

    asked: Asked
    shown: Mapping[str, str] | str | None = None


@dataclass(slots=True)
class Understood:
    """`filed` are spans of time in each of which a request was filed; the conditions say it too."""

    filed: list[Span] = field(default_factory=list)
    conditions: list[ColumnElement[bool]] = field(default_factory=list)
    promises: list[PromiseWish] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    faults: list[DeskError] = field(default_factory=list)


class _Wrong(Exception):
    def __init__(self, sentence: str, **params: Any) -> None:
        self.fault = DeskError(sentence, **params)


Meaning = tuple[ColumnElement[bool] | PromiseWish, Mapping[str, str] | str | None]


def understood(question: Question, asking: Asking) -> Understood:
    """The conditions that the filters are. A wrong one is a fault and narrows nothing."""
    found = Understood()
    groups: dict[tuple[str, bool], list[ColumnElement[bool]]] = defaultdict(list)
    for asked in question.filters:
        try:
            meaning, shown = _MEANINGS[asked.name](asked.value, asking)
        except _Wrong as wrong:
            found.faults.append(wrong.fault)
            continue
        found.chips.append(Chip(asked, shown))
        if isinstance(meaning, PromiseWish):
            found.promises.append(PromiseWish(meaning.span, meaning.breached, asked.excluded))
        else:
            groups[asked.name, asked.excluded].append(meaning)
            span = _filed_in(asked, asking)
            if span is not None:
                found.filed.append(span)
    for (name, excluded), conditions in groups.items():
        if excluded:
            found.conditions += [~condition for condition in conditions]
        elif name in _TOGETHER:
            found.conditions += conditions
        else:
            found.conditions.append(or_(*conditions))
    return found


def _department(value: str, _asking: Asking) -> Meaning:
    plain = words.whole(value)
    known = people.departments_by_id().values()
    meant = [row for row in known if row.key == value.casefold()] or [
        row for row in known if any(words.whole(name) == plain for name in row.name.values())
    ] or [row for row in known if any(words.whole(name).startswith(plain) for name in row.name.values())]  # fmt: skip
    if not meant:
        raise _Wrong(N_("There is no department “%(value)s”."), value=value)
    shown = meant[0].name if len(meant) == 1 else ", ".join(row.key for row in meant)
    return Ticket.department_id.in_([row.id for row in meant]), shown


def _status(value: str, _asking: Asking) -> Meaning:
    found = [terms.states(part) for part in value.split(",")]
    if not all(found):
        raise _Wrong(
            N_("“%(value)s” is no status. These are: %(known)s."), value=value,
            known="open, new, working, approval, waiting, hold, resolved, closed, cancelled, done, any",
        )  # fmt: skip
    return Ticket.status.in_(sorted({status for one in found for status in one or ()})), None


def _priority(value: str, _asking: Asking) -> Meaning:
    found = [terms.priority(part) for part in value.split(",")]
    if not all(found):
        raise _Wrong(N_("“%(value)s” is no priority. These are: %(known)s."), value=value, known=", ".join(PRIORITIES))
    return Ticket.priority.in_([one for one in found if one]), None


def _from(value: str, asking: Asking) -> Meaning:
    ids, shown = _people(value, asking)
    return Ticket.requester_id.in_(ids), shown


def _assignee(value: str, asking: Asking) -> Meaning:
    if words.plain(value) in NOBODY:
        return Ticket.assignee_id.is_(None), None
    ids, shown = _people(value, asking)
    return or_(Ticket.assignee_id.in_(ids), Ticket.cover_id.in_(ids)), shown


def _people(value: str, asking: Asking) -> tuple[list[int], str]:
    if words.plain(value) in ME:
        return [asking.person.id], asking.person.name
    row = people.person_by_email(value) if "@" in value else None
    meant = [row] if row is not None else [] if "@" in value else list(find(value, most=MOST_PEOPLE).people)
    if not meant:
        raise _Wrong(N_("Nobody here is called “%(value)s”."), value=value)
    names = ", ".join(one.name for one in meant[:3])
    return [one.id for one in meant], names if len(meant) <= 3 else f"{names} …"


def _type(value: str, _asking: Asking) -> Meaning:
    if is_type_key(value.casefold()):
        row = catalog.request_type_by_key(value.casefold())
        meant: list[Any] = [] if row is None else [row]
    else:
        meant = list(find(value, most=3, people=False).request_types)
    if not meant:
        raise _Wrong(N_("There is no request type “%(value)s”."), value=value)
    shown = meant[0].name if len(meant) == 1 else ", ".join(one.key for one in meant)
    return Ticket.request_type_id.in_([one.id for one in meant]), shown


def _filed(value: str, asking: Asking) -> Meaning:
    found = terms.span(value, asking.at, asking.company_zone)
    if found is None:
        raise _Wrong(_TIMES, value=value)
    return _within(Ticket.created_at, found), None


def _filed_in(asked: Asked, asking: Asking) -> Span | None:
    return (
        terms.span(asked.value, asking.at, asking.company_zone)
        if asked.name == "filed" and not asked.excluded
        else None
    )


def _closed(value: str, asking: Asking) -> Meaning:
    found = terms.span(value, asking.at, asking.company_zone)
    if found is None:
        raise _Wrong(_TIMES, value=value)
    conditions = [
        Ticket.resolved_at.is_not(None),
        Ticket.status.not_in(rules.ACTIVE),
        _within(Ticket.resolved_at, found),
    ]
    if found.before is not None:
        # Nothing is done before it is filed: a list by that date need not begin with what is newer.
        conditions.append(Ticket.created_at < found.before)
    return and_(*conditions), None


def _due(value: str, asking: Asking) -> Meaning:
    found = terms.due(value, asking.at, asking.zone)
    if found is None:
        raise _Wrong(
            N_("“%(value)s” is no due time. Write overdue, today, tomorrow, none, <2d or a date like 2026-05-13."), value=value
        )  # fmt: skip
    return PromiseWish(span=found), None


def _has(value: str, asking: Asking) -> Meaning:
    found = terms.feature(value)
    if found is None:
        raise _Wrong(
            N_("“%(value)s” is nothing a request has. These are: %(known)s."), value=value, known="file, answer"
        )
    if found == "answer":
        return Ticket.answered_at.is_not(None), None
    # One condition of one row: alternatives would be asked of every request, also where hardly any has a file.
    kept = select(Attachment.id).outerjoin(Message, Message.id == Attachment.message_id)
    open_to_all = or_(Attachment.message_id.is_(None), Message.visibility == "public")
    kept = kept.where(Attachment.ticket_id == Ticket.id, or_(open_to_all, access.notes_readable(asking.person)))
    if queries.on_sqlite():
        return kept.exists(), None
    # Said once more in a way in which PostgreSQL can begin with the files.
    return and_(Ticket.id.in_(select(Attachment.ticket_id)), kept.exists()), None


def _is(value: str, asking: Asking) -> Meaning:
    found = terms.quality(value)
    if found is None:
        raise _Wrong(
            N_("“%(value)s” is nothing a request is. These are: %(known)s."), value=value,
            known="confidential, breached, mine, reopened",
        )  # fmt: skip
    if found == "breached":
        return PromiseWish(breached=True), None
    conditions: dict[str, ColumnElement[bool]] = {
        "confidential": and_(Ticket.confidential), "reopened": Ticket.reopen_count > 0,
        "mine": Ticket.requester_id == asking.person.id,
    }  # fmt: skip
    return conditions[found], None


def _within(column: Any, span: Span) -> ColumnElement[bool]:
    bounds = [
        None if span.since is None else column >= span.since,
        None if span.before is None else column < span.before,
    ]
    return and_(*[bound for bound in bounds if bound is not None])


_TIMES = N_(
    "“%(value)s” is no time. Write a year, a month like 2026-05, a day, a range 2026-05..2026-07, >2026-01-01 or <7d."
)
_MEANINGS: dict[str, Callable[[str, Asking], Meaning]] = {
    "department": _department, "status": _status, "priority": _priority, "from": _from, "assignee": _assignee,
    "type": _type, "filed": _filed, "closed": _closed, "due": _due, "has": _has, "is": _is,
}  # fmt: skip
