"""Reads what policies and lines of agreements have in common: durations, warnings, steps after a breach, dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from servicedesk.kernel.errors import Invalid
from servicedesk.organisation.checking.notebook import Notebook
from servicedesk.organisation.reading import Node, Word
from servicedesk.sla.rules import ESCALATE, METRICS, STEPS, readable_steps
from servicedesk.sla_engine import Target, TargetError

PRIORITIES = ("low", "normal", "high", "urgent")
# Longer than anybody promises, and within what a calendar can count.
LONGEST_SECONDS, LONGEST_DAYS = 5 * 366 * 86_400, 5 * 366


def targets_of(notes: Notebook, said: Mapping[str, Node]) -> dict[str, str]:
    """The durations by metric in the engine's own writing."""
    found = {metric: _target(notes, metric, said[metric]) for metric in METRICS if metric in said}
    return {metric: text for metric, text in found.items() if text}


def percents(notes: Notebook, node: Node) -> tuple[int, ...]:
    found = set()
    for item in notes.items(node, "warn_at"):
        text = item.text if isinstance(item, Word) else ""
        if text.isascii() and text.isdecimal() and 0 < int(text[:4]) < 100:
            found.add(int(text))
        else:
            notes.fault(item, "warn_at has percents of the target from 1 to 99, written like [50, 75, 90].")
    return tuple(sorted(found))


def steps(notes: Notebook, node: Node) -> tuple[Mapping[str, str], ...]:
    """The steps after a breach; `[]` tells nobody."""
    before, found = len(notes.faults), []
    for item in notes.items(node, "escalate"):
        about = notes.entries(item, "a step of escalate", ("after", "to")).entries
        if about.keys() < {"after", "to"}:
            notes.fault(item, "A step has a time and whom to tell, written like {after: 2h, to: leads}.")
            continue
        after, to = about["after"], notes.one_of(about["to"], "recipient", STEPS)
        found.append({"after": after.text if isinstance(after, Word) else "", "to": to or ""})
    if len(notes.faults) > before:
        return ESCALATE
    try:
        return tuple(readable_steps(found))
    except Invalid as refusal:
        for sentence in refusal.fields.values():
            notes.fault(node, f"escalate: {sentence}")
        return ESCALATE


def day_of(notes: Notebook, said: Mapping[str, Node], name: str) -> date | None:
    node = said.get(name)
    return None if node is None or (isinstance(node, Word) and node.is_nothing) else notes.day(node, name)


def _target(notes: Notebook, metric: str, node: Node) -> str | None:
    """The duration in the engine's own writing."""
    try:
        if not isinstance(node, Word):
            raise TargetError("A target is one duration, written like 27h.")
        target = Target.parse(node.text)
    except TargetError as error:
        notes.fault(node, f"{metric}: {error}")
        return None
    most = LONGEST_DAYS if target.unit == "days" else LONGEST_SECONDS
    if target.unit == "moment" or not 0 < target.amount <= most:
        notes.fault(node, f"{metric}: a promise is longer than nothing and not longer than five years.")
    return str(target)
