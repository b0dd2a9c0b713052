"""Why a clock stands where it stands, in words, as sums by reason and as a bar. Asks the slice to explain, computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from servicedesk.kernel.text import N_, in_language
from servicedesk.people import queries as people
from servicedesk.sla import queries
from servicedesk.sla.agreement_rules import reads_accepted
from servicedesk.sla.rules import is_agreed
from servicedesk.web.present import duration, here, when, zone
from servicedesk.web.readings import Shown
from servicedesk.web.session import language, me
from servicedesk.web.texts import translated
from servicedesk.web.why_bar import Flag, Part, bar, strip
from servicedesk.web.wording import target_words

# Translated when asked for: a long story asks for thousands.
CLOSED = {
    "open": N_("Working time"), "night": N_("Outside working hours"), "lunch": N_("Break"), "weekend": N_("Weekend"),
    "holiday": N_("Day off"), "shortened": N_("Shortened day"), "resolved": N_("Resolved"),
    "moved": N_("Day off that is worked"),
}  # fmt: skip
REASONS = {
    "waiting_for_requester": N_("Waiting for the requester"), "third_party": N_("Waiting for a third party"),
    "scheduled": N_("Scheduled for a date"),
}  # fmt: skip


@dataclass(frozen=True)
class Explanation:
    """`rows` cover the clock's life without gaps, each with its rounded seconds; the counted ones sum up to `counted`,
    its elapsed figure. `source` is the policy or agreement that set the target, as a sentence; `agreement` is number and
    version of one that the reader may open."""

    clock: Shown
    rows: list[tuple[Any, float]]
    sums: list[tuple[str, bool, float]]
    counted: float
    drawing: Markup
    retargets: list[Any]
    source: str
    sources: dict[int | None, str]
    people: dict[int, Any]
    agreement: tuple[int, int] | None

    @property
    def kinds(self) -> set[str]:
        return {_kind(row) for row, _ in self.rows}


def explanations_of(ticket: Any, clocks: Sequence[Shown], at: datetime, holds: Sequence[Any]) -> list[Explanation]:
    found = queries.explained(ticket, [clock.id for clock in clocks], at, holds)
    told = [found[clock.id] for clock in clocks if clock.id in found]
    versions = {told.clock.policy_version_id for told in told}
    versions |= {version for one in told for change in one.retargets for version in change.versions}
    names = queries.promise_names(versions)
    paused_by = people.people_by_id((row.by_id for one in told for row in one.rows), with_roles=False)
    return [_explanation(clock, found[clock.id], names, paused_by, at) for clock in clocks if clock.id in found]


def compact(ticket: Any, clock: Shown, at: datetime, holds: Sequence[Any], clocks: Sequence[Any]) -> Markup | None:
    """A bar without words of the promise that is due first, for the side of a page; None where nothing is told."""
    found = queries.explained(ticket, [clock.id], at, holds, clocks).get(clock.id)
    if found is None or not found.rows:
        return None
    ahead = _ahead(clock, found.clock.calendar_version_id, found.rows[-1].end)
    flags = [Flag(clock.due_at, _("due"))] if clock.due_at else []
    told = _told(found.reading.elapsed, clock) if clock.target else ""
    return strip([*_parts(clock, found.rows), *ahead], flags, _("Where the time went"), told)


def words_of(stretch: Any, target: str = "") -> str:
    """Why a stretch counts or does not; for a target round the clock all time counts."""
    if stretch.why == "open" and target.endswith("wall"):
        return _("Time round the clock")
    if stretch.why == "paused":
        return reason_words(stretch.reason)
    if stretch.name:
        name = in_language(stretch.name, language())
        if stretch.why == "holiday":
            return _("Holiday: %(name)s", name=name)
        if stretch.why == "shortened":
            return _("Shortened day: %(name)s", name=name)
        if stretch.why == "moved":
            return _("Day off that is worked: %(name)s", name=name)
    return closed_words(stretch.why)


def closed_words(why: str) -> str:
    return translated(CLOSED[why])


def left_out(reasons: Iterable[tuple[str, dict[str, str] | None]]) -> str:
    """The reasons for which time does not count, as a list inside a sentence."""
    plain = {
        "night": _("hours outside work"), "lunch": _("breaks"), "weekend": _("the weekend"), "holiday": _("days off"),
        "shortened": _("shortened days"),
    }  # fmt: skip
    told = [in_language(name, language()) if name else plain.get(why, "") for why, name in reasons]
    return ", ".join(dict.fromkeys(words for words in told if words))


def reason_words(reason: str | None) -> str:
    return translated(REASONS.get(reason or "", N_("On hold")))


def cause_words(cause: str | None) -> str:
    """Why a promise changed."""
    return {
        "priority": _("Another priority"), "request_type": _("Another kind of request"),
        "reopening": _("Opened again"), "term": _("Both sides agreed on a date"),
        "rollout": _("New rules applied to requests that run"),
    }.get(cause or "", _("Another promise"))  # fmt: skip


def source_words(found: Any, target: str = "") -> str:
    """Which policy or agreement set a target, with its version; `found` is None where only a date was agreed."""
    if is_agreed(target):
        return _("Both sides agreed on this date for this request alone.")
    if found is None:
        return ""
    if found.agreement_id is None:
        return _("Set by the policy “%(name)s”, version %(number)s.", name=found.policy, number=found.number)
    supplier, customer = (in_language(name or {}, language()) for name in (found.supplier, found.customer))
    return _(
        "Set by the agreement %(supplier)s – %(customer)s, version %(number)s.",
        supplier=supplier, customer=customer, number=found.agreement_version,
    )  # fmt: skip


def _agreement(found: Any, target: str) -> tuple[int, int] | None:
    if found is None or found.agreement_id is None or is_agreed(target):
        return None
    readable = reads_accepted(me(), found.supplier_id, found.customer_id)
    return (found.agreement_id, found.agreement_version) if readable else None


def _explanation(clock: Shown, found: Any, names: Any, paused_by: dict[int, Any], at: datetime) -> Explanation:
    stretches = found.rows
    sums: dict[tuple[str, bool], float] = {}
    for stretch in stretches:
        key = (words_of(stretch, clock.target), stretch.counted)
        sums[key] = sums.get(key, 0.0) + stretch.seconds
    ordered = sorted(
        ((words, counted, seconds) for (words, counted), seconds in sums.items()), key=lambda s: (not s[1], -s[2])
    )
    return Explanation(
        clock, list(zip(stretches, queries.in_steps(stretches), strict=True)), ordered, found.reading.elapsed,
        _drawing(clock, found, at), found.retargets, source_words(names.get(clock.policy_version_id), clock.target),
        {key: source_words(name) for key, name in names.items()}, paused_by,
        _agreement(names.get(clock.policy_version_id), clock.target),
    )  # fmt: skip


def _drawing(clock: Shown, found: Any, at: datetime) -> Markup:
    """The bar with what is still to come, and flags where it is due, now and done."""
    if not found.rows:
        return Markup("")
    ahead = _ahead(clock, found.clock.calendar_version_id, found.rows[-1].end)
    flags = [Flag(clock.due_at, _("due"))] if clock.due_at else []
    if clock.open and ahead:
        flags.append(Flag(at, _("now")))
    if clock.stopped_at:
        flags.append(Flag(clock.stopped_at, _("done")))
    told = _told(found.reading.elapsed, clock) if clock.target else ""
    parts = [*_parts(clock, found.rows), *ahead]
    return bar(parts, _apart(flags, found.rows[0].begin), _("Where the time went"), told, _say)


def _told(counted: float, clock: Shown) -> str:
    if is_agreed(clock.target):
        return _(
            "%(counted)s counted; promised %(promised)s.",
            counted=duration(counted, here()),
            promised=target_words(clock.target),
        )
    return _(
        "%(counted)s counted of %(promised)s.", counted=duration(counted, here()), promised=target_words(clock.target)
    )


def _say(moment: datetime) -> str:
    return when(moment, here(), zone())


def _parts(clock: Shown, stretches: list[Any]) -> list[Part]:
    parts = []
    for stretch in stretches:
        kind = _kind(stretch)
        words = f"{words_of(stretch, clock.target)}: {_say(stretch.begin)} – {_say(stretch.end)}"
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


def _kind(stretch: Any) -> str:
    return "counted" if stretch.counted else "paused" if stretch.why in ("paused", "resolved") else "closed"


def _ahead(clock: Shown, calendar_version_id: int, now: datetime) -> list[Part]:
    """What is still to come until a running clock is due."""
    if not clock.open or clock.paused or clock.due_at is None or clock.due_at <= now:
        return []
    return [
        Part(part.begin, part.end, "ahead" if part.counted else "closed", words_of(part, clock.target))
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
