"""Why a clock stands where it stands, in words, as sums by reason and as a bar. Asks the slice to explain, computes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from servicedesk.kernel.text import in_language
from servicedesk.sla import queries
from servicedesk.sla_engine import Target
from servicedesk.web.present import duration, here, when, zone
from servicedesk.web.readings import Shown
from servicedesk.web.session import language
from servicedesk.web.why_bar import Flag, Part, bar


@dataclass(frozen=True)
class Explanation:
    """`rows` cover the clock's life without gaps; the counted ones sum up to `counted`, its elapsed figure."""

    clock: Shown
    rows: list[Any]
    sums: list[tuple[str, bool, float]]
    counted: float
    drawing: Markup


def explanations_of(ticket: Any, clocks: Iterable[Shown], at: datetime) -> list[Explanation]:
    found = []
    for clock in clocks:
        row = queries.clock_of(ticket, clock.id)
        stretches = queries.explain(row, at) if row is not None else []
        if row is not None and stretches:
            found.append(_explanation(clock, row.calendar_version_id, stretches, at))
    return found


def words_of(stretch: Any) -> str:
    """Why a stretch counts or does not."""
    if stretch.why == "paused":
        return reason_words(stretch.reason)
    if stretch.why == "holiday" and stretch.name:
        return _("Holiday: %(name)s", name=in_language(stretch.name, language()))
    return closed_words(stretch.why)


def closed_words(why: str) -> str:
    return {
        "open": _("Working time"), "night": _("Outside working hours"), "lunch": _("Break"), "weekend": _("Weekend"),
        "holiday": _("Day off"), "shortened": _("Shortened day"), "resolved": _("Resolved"),
    }[why]  # fmt: skip


def left_out(reasons: Iterable[tuple[str, dict[str, str] | None]]) -> str:
    """The reasons for which time does not count, as a list inside a sentence."""
    plain = {
        "night": _("hours outside work"), "lunch": _("breaks"), "weekend": _("the weekend"), "holiday": _("days off"),
        "shortened": _("shortened days"),
    }  # fmt: skip
    told = [in_language(name, language()) if name else plain.get(why, "") for why, name in reasons]
    return ", ".join(dict.fromkeys(words for words in told if words))


def reason_words(reason: str | None) -> str:
    return {
        "waiting_for_requester": _("Waiting for the requester"), "third_party": _("Waiting for a third party"),
        "scheduled": _("Scheduled for a date"),
    }.get(reason or "", _("On hold"))  # fmt: skip


def target_words(text: str) -> str:
    """ "27h", "3bd" or "24h wall" as a person says it."""
    target = Target.parse(text)
    if target.unit == "days":
        return ngettext("%(num)d working day", "%(num)d working days", int(target.amount))
    told = duration(target.amount, here())
    return (
        _("%(time)s round the clock", time=told) if target.unit == "wall" else _("%(time)s of working time", time=told)
    )


def _explanation(clock: Shown, calendar_version_id: int, stretches: list[Any], at: datetime) -> Explanation:
    sums: dict[tuple[str, bool], float] = {}
    for stretch in stretches:
        key = (words_of(stretch), stretch.counted)
        sums[key] = sums.get(key, 0.0) + stretch.seconds
    ordered = sorted(
        ((words, counted, seconds) for (words, counted), seconds in sums.items()), key=lambda s: (not s[1], -s[2])
    )
    counted = sum(stretch.seconds for stretch in stretches if stretch.counted)
    ahead = _ahead(clock, calendar_version_id, stretches[-1].end)
    flags = [Flag(clock.due_at, _("due"))] if clock.due_at else []
    if clock.open and ahead:
        flags.append(Flag(at, _("now")))
    if clock.stopped_at:
        flags.append(Flag(clock.stopped_at, _("done")))
    title = _("Where the time went")
    drawing = bar(
        [*_parts(clock, stretches), *ahead], _apart(flags, stretches[0].begin), title, _told(counted, clock), _say
    )
    return Explanation(clock, stretches, ordered, counted, drawing)


def _told(counted: float, clock: Shown) -> str:
    return _(
        "%(counted)s counted of %(promised)s.", counted=duration(counted, here()), promised=target_words(clock.target)
    )


def _say(moment: datetime) -> str:
    return when(moment, here(), zone())


def _parts(clock: Shown, stretches: list[Any]) -> list[Part]:
    parts = []
    for stretch in stretches:
        kind = "counted" if stretch.counted else "paused" if stretch.why in ("paused", "resolved") else "closed"
        words = f"{words_of(stretch)}: {_say(stretch.begin)} – {_say(stretch.end)}"
        broken = clock.breached_at or clock.due_at
        if kind == "counted" and broken and stretch.begin < broken < stretch.end:
            parts += [Part(stretch.begin, broken, kind, words), Part(broken, stretch.end, "late", words)]
        else:
            parts.append(
                Part(
                    stretch.begin,
                    stretch.end,
                    "late" if kind == "counted" and broken and stretch.begin >= broken else kind,
                    words,
                )
            )
    return parts


def _ahead(clock: Shown, calendar_version_id: int, now: datetime) -> list[Part]:
    """What is still to come until a running clock is due."""
    if not clock.open or clock.paused or clock.due_at is None or clock.due_at <= now:
        return []
    return [
        Part(part.begin, part.end, "ahead" if part.counted else "closed", words_of(part))
        for part in queries.ahead(calendar_version_id, clock.target, now, clock.due_at)
    ]


def _apart(flags: list[Flag], first: datetime) -> list[Flag]:
    """Flags whose words would stand on one another are told as one."""
    ordered = sorted(flags, key=lambda flag: flag.at)
    span = max((flag.at - first).total_seconds() for flag in ordered) if ordered else 0
    kept: list[Flag] = []
    for flag in ordered:
        if kept and (flag.at - kept[-1].at).total_seconds() < span * 0.12:
            kept[-1] = Flag(flag.at, f"{kept[-1].words}, {flag.words}")
        else:
            kept.append(flag)
    return kept
