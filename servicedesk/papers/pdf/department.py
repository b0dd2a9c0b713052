"""One department's pages: the month in short, its figures, and the lists that the reader may see, cut to what paper bears."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk.kernel import shown
from servicedesk.papers import actions, saying
from servicedesk.papers.names import ball_name, here, metric_name
from servicedesk.papers.pdf import blocks, sections
from servicedesk.papers.pdf.blocks import Block, plain
from servicedesk.papers.reading import Json, Reading
from servicedesk.sla.rules import BREACH_REASONS

MOST_BREACHES = 40
MOST_WORDS = 60


def department(reading: Reading, part: Json) -> Iterator[Block]:
    """Everything but the heading, which differs between a company's report and the department's own."""
    yield from sections.summary(part, [])
    yield from _actions(part)
    yield from sections.work(part, reading.names)
    yield from sections.customers(part, reading.names)
    yield from _comments(reading, part)
    yield from _thanks(reading, part)
    yield from _breaches(reading, part)


def _actions(part: Json) -> Iterator[Block]:
    """Last months' actions with what came of them, then what is open."""
    if part["improvements"]:
        yield blocks.heading(2, _("Actions"))
        yield blocks.table(
            [_("Action"), _("Owner"), _("State"), _("What came of it")], map(_action, part["improvements"]), left=4
        )


def _action(row: Json) -> list[str]:
    title = plain(row["title"])
    if row["did"] and row["did"] != row["title"]:
        title = f"{title}. {plain(row['did'])}"
    return [title, plain(row["owner"] or "–"), actions.state_words(row), actions.outcome_words(row) or "–"]


def _comments(reading: Reading, part: Json) -> Iterator[Block]:
    yield blocks.heading(2, _("In their own words"))
    if not reading.may_read(part, "comments"):
        yield blocks.text(_("Comments are read by the head of the department."), style="soft")
        return
    told = [row["text"] for row in islice(reading.rows(part, "comments"), MOST_WORDS)]
    if not told:
        yield blocks.text(_("No comments, or they are hidden together with the figures."), style="soft")
        return
    yield blocks.quotes(told)
    yield from _and_more(reading.count(part, "comments") - len(told))
    yield blocks.text(_("In random order, without names, kind of request or department."), style="soft")


def _thanks(reading: Reading, part: Json) -> Iterator[Block]:
    told = list(islice(reading.rows(part, "thanks"), MOST_WORDS))
    if told:
        yield blocks.heading(2, _("Thanks"))
        yield blocks.quotes(f"{row['to']}: {row['text']}" if row["to"] else row["text"] for row in told)
        yield from _and_more(reading.count(part, "thanks") - len(told))


def _breaches(reading: Reading, part: Json) -> Iterator[Block]:
    yield blocks.heading(2, _("Broken promises and why"))
    if not reading.may_read(part, "breaches"):
        yield blocks.text(_("Single breaches are shown to the head of the department."), style="soft")
        return
    told = list(islice(reading.rows(part, "breaches"), MOST_BREACHES + 1))
    if not told:
        yield blocks.text(_("Every promise that was decided in this month was kept."), style="soft")
        return
    heads = [_("Request"), _("Promise"), _("Broken on"), _("Time used"), _("Reason")]
    yield blocks.table(heads, (_breach(row, reading.zone) for row in told[:MOST_BREACHES]), wide=4, left=5)
    if len(told) > MOST_BREACHES:
        yield from _and_more(reading.count(part, "breaches") - MOST_BREACHES)


def _breach(row: Json, zone: str) -> list[str]:
    name = f"#{row['ticket_id']}" if row["ticket_id"] else _("confidential") if row["confidential"] else "–"
    promise = " · ".join(filter(None, (metric_name(row["metric"]), ball_name(row.get("ball")))))
    when = shown.when(datetime.fromisoformat(row["breached_at"]), here(), ZoneInfo(zone)) if row["breached_at"] else "–"
    target = saying.duration(row["target_seconds"])
    if row["running"]:
        used = _("more than %(time)s", time=target)
    else:
        used = _("%(used)s of %(target)s", used=saying.duration(row["elapsed_seconds"]), target=target)
    return [name, promise, when, used, _reason(row)]


def _reason(row: Json) -> str:
    if not row["reason_code"]:
        return _("Not explained")
    code: Any = row["reason_code"]
    told = _(BREACH_REASONS.get(code, code))
    if row["excused"]:
        told += f" ({_('excused')})"
    return f"{told}: {plain(row['reason_text'])}" if row["reason_text"] else told


def _and_more(count: int) -> Iterator[Block]:
    if count > 0:
        yield blocks.text(ngettext("and %(num)d more", "and %(num)d more", count), style="soft")
