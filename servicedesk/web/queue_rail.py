"""The views beside a queue: those everybody has, one's own, those of the departments, and how much stands in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from servicedesk.web.session import me
from servicedesk.workbench import queries as workbench
from servicedesk.workbench import rules

# Counted up to this many; more is told as 99+.
MOST = 100


@dataclass(frozen=True)
class Stop:
    """One view in the rail. `name` is a word of ours for those that everybody has, else what it was called."""

    name: str
    url: str
    count: int | None
    current: bool
    saved: bool = False


@dataclass(frozen=True)
class Rail:
    """`shared` by department; `load` leads to who has how much, for leads."""

    built_in: Sequence[Stop]
    own: Sequence[Stop]
    shared: Sequence[tuple[Any, Sequence[Stop]]]
    load: str | None
    at_load: bool = False


def rail_of(wanted: Any, *, load: bool = False) -> Rail:
    """Two statements, whatever number of views there are."""
    views = workbench.views_seen_by(me())
    here = wanted.department.id if wanted.department else None
    asked = {name: (wish, here) for name, wish in rules.BUILT_IN.items()}
    asked |= {str(view.id): (rules.asked_by(view.query), view.department_id) for view in views}
    # A view whose department is not the reader's any more holds nothing.
    counts = workbench.view_counts(wanted.reader, asked, MOST)
    chosen = None if load else _current(wanted)
    key = wanted.department.key if wanted.department else None
    built_in = [
        Stop(name, url_for("queue.queue", key=key, view=name), counts[name], name == chosen) for name in rules.BUILT_IN
    ]
    stops = {view.id: _stop(view, wanted.reader, counts[str(view.id)], chosen) for view in views}
    by_department: dict[int, list[Stop]] = {}
    for view in views:
        if view.shared_with_id is not None:
            by_department.setdefault(view.shared_with_id, []).append(stops[view.id])
    return Rail(
        built_in, [stops[view.id] for view in views if view.shared_with_id is None],
        [(wanted.reader.departments[number], found) for number, found in by_department.items()],
        _load_of(wanted), load,
    )  # fmt: skip


def _stop(view: Any, reader: Any, count: int, chosen: str | None) -> Stop:
    department = reader.departments.get(view.department_id) if view.department_id in me().serves else None
    url = url_for("queue.queue", key=department.key if department else None, view=view.id)
    return Stop(view.name, url, count, str(view.id) == chosen, True)


def _current(wanted: Any) -> str | None:
    """The view that the address names, or else the one of everybody's that leaves out the same."""
    if wanted.view is not None and (wanted.view.row is not None or not wanted.changed):
        return str(wanted.view.name)
    left_out = [getattr(wanted.asked, name) for name in rules.FILTERS]
    same = (name for name, wish in rules.BUILT_IN.items() if [getattr(wish, f) for f in rules.FILTERS] == left_out)
    return next(same, None)


def _load_of(wanted: Any) -> str | None:
    led = [row for row in wanted.reader.departments.values() if row.id in me().leads]
    here = wanted.department if wanted.department in led else None
    first = here or min(led, key=lambda row: row.key, default=None)
    return url_for("queue.load", key=first.key) if first is not None else None
