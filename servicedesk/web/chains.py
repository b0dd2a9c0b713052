"""The chain of a request on pages: a line at its side, a page with every link. Asks the slice for links, decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from markupsafe import Markup

from servicedesk.kernel.text import in_language
from servicedesk.sla import queries
from servicedesk.web.chain_drawing import NARROW, Strip, draw
from servicedesk.web.present import duration, here, when, zone
from servicedesk.web.session import language, me
from servicedesk.web.why import reason_words
from servicedesk.web.why_bar import Flag

STANDINGS = {"on_track": "on-track", "at_risk": "at-risk", "broken": "broken", "kept": "met", "no_promise": "none"}
ICONS = {"stay": "department", "approval": "approve", "child": "child", "wait": "hold"}


@dataclass(frozen=True)
class Row:
    """One link as it is shown. `here`: it is of the request from which the chain was asked for."""

    link: Any
    name: str
    department: str
    url: str | None
    standing: str
    word: str
    icon: str
    marked: bool
    here: bool
    # Promised for later than the whole, which waits for it.
    beyond: bool

    @property
    def planned(self) -> bool:
        return self.link.begin is None


@dataclass(frozen=True)
class Shown:
    """`count` says how many links there are in how many departments; `culprit` is the link that broke the promise of the
    whole or is about to, `who` the same as the subject of a sentence."""

    told: Any
    rows: list[Row]
    standing: str
    count: str
    culprit: Row | None
    who: str

    @property
    def end_to_end(self) -> Any:
        return self.told.chain.end_to_end


def shown(ticket: Any, at: datetime, departments: Mapping[int, Any]) -> Shown:
    told = queries.chain_of(ticket, me(), at)
    links, culprit = told.chain.links, told.chain.culprit
    rows = [
        _row(link, told, departments, marked=culprit is not None and culprit.link == number)
        for number, link in enumerate(links)
    ]
    count = _(
        "%(links)s in %(departments)s",
        links=ngettext("%(num)d link", "%(num)d links", len(links)),
        departments=ngettext("%(num)d department", "%(num)d departments", len({link.department_id for link in links})),
    )
    marked = rows[culprit.link] if culprit is not None else None
    return Shown(told, rows, STANDINGS[told.chain.end_to_end.state], count, marked, _who(marked) if marked else "")


def line_of(ticket: Any, at: datetime, departments: Mapping[int, Any], *, has_kin: bool) -> Shown | None:
    """The chain for the side of the request's page; None for one that is a single link, by what its page has loaded.

    `has_kin`: it has children, or was asked from another one, as far as the reader may know.
    """
    approved = ticket.approved_at is not None or ticket.status == "awaiting_approval"
    if not (has_kin or approved or len(queries.stays_of(ticket.id)) > 1):
        return None
    found = shown(ticket, at, departments)
    return found if found.told.matters else None


def drawings(found: Shown, at: datetime) -> Markup:
    """The links as bars, for a wide screen and for a phone; a style sheet shows one of the two."""
    chain = found.told.chain
    promise, flags = chain.end_to_end, []
    if promise.due_at is not None:
        flags.append(Flag(promise.due_at, _("the whole is due: %(when)s", when=_say(promise.due_at))))
    if any(row.link.running for row in found.rows) and chain.begin < at < chain.end:
        flags.append(Flag(at, _("now")))
    strips = [
        Strip(
            row.name, row.link.depth, row.link.kind, "planned" if row.planned else row.standing, row.word, row.link.spans,
            row.link.promise.broken_at if row.standing == "broken" else None, row.marked, whole_of(row),
        )
        for row in found.rows
    ]  # fmt: skip
    ends = (chain.begin, max([chain.end, *(flag.at for flag in flags)]))
    about = (strips, flags, ends, (_say(ends[0]), _say(ends[1])), _("The links of the chain"), found.count)
    return draw(*about) + draw(*about, NARROW)


def whole_of(row: Row) -> str:
    """A link in one sentence: what is read out where its bar is."""
    link = row.link
    if link.begin is None:
        return _("%(link)s: planned", link=row.name)
    end = _say(link.end) if link.end is not None else _("not over yet")
    return _(
        "%(link)s: %(state)s, %(begin)s – %(end)s, %(time)s of working time",
        link=row.name, state=row.word, begin=_say(link.begin), end=end, time=duration(link.seconds, here()),
    )  # fmt: skip


def _row(link: Any, told: Any, departments: Mapping[int, Any], *, marked: bool) -> Row:
    place = departments.get(link.department_id or 0)
    department = in_language(place.name, language()) if place is not None else _("Department")
    standing = STANDINGS[link.state]
    seen = link.ticket_id in told.subjects
    return Row(
        link, _name(link, told, department), department,
        url_for("tickets.ticket", ticket_id=link.ticket_id) if seen and link.kind == "child" else None,
        standing, _word(link, standing), ICONS[link.kind], marked, here=link.ticket_id == told.here, beyond=_is_beyond(link, told.chain.end_to_end),
    )  # fmt: skip


def _name(link: Any, told: Any, department: str) -> str:
    if link.kind == "wait":
        return _("Reworked by the requester") if link.reason == "rework" else reason_words(link.reason)
    if link.kind == "approval":
        names = ", ".join(told.people[number].name for number in link.person_ids if number in told.people)
        return _("Approval: %(names)s", names=names) if names else _("Approval")
    if link.kind == "child" and link.ticket_id in told.subjects:
        return f"#{link.ticket_id} {department}"
    return department


def _word(link: Any, standing: str) -> str:
    if link.begin is None:
        return pgettext("chain", "Planned")
    if link.reason == "withdrawn":
        return pgettext("status", "Withdrawn")
    return {
        "on-track": pgettext("promise", "On track"), "at-risk": pgettext("promise", "At risk"),
        "broken": pgettext("promise", "Broken"), "met": pgettext("promise", "Kept"), "none": pgettext("promise", "No promise"),
    }[standing]  # fmt: skip


def _who(row: Row) -> str:
    """A link as the subject of a sentence."""
    if row.link.kind == "wait":
        return {
            "waiting_for_requester": _("The requester"), "rework": _("The requester"), "third_party": _("A third party"),
        }.get(row.link.reason, row.department)  # fmt: skip
    if row.link.kind == "approval":
        return row.name
    return row.name if row.link.kind == "child" else row.department


def _say(moment: datetime) -> str:
    return when(moment, here(), zone())


def _is_beyond(link: Any, whole: Any) -> bool:
    promise = link.promise
    later = promise.own and promise.due_at is not None and whole.due_at is not None and promise.due_at > whole.due_at
    return bool(later and link.running and link.waited_for)
