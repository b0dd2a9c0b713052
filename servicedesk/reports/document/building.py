"""Puts the figures of a month into the stored document. Equal rows give equal text, but for the order of comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from servicedesk.reports import figures
from servicedesk.reports.document.improvements import ActionRow, improvements_of
from servicedesk.reports.document.lists import Lists
from servicedesk.reports.document.opinions import NOBODY, Cell, Opinions, empty_index
from servicedesk.reports.document.summary import point_of, summary_of
from servicedesk.reports.figures import LEAST_RATERS, METRICS, TOTAL, ClockRow, DepartmentRow, MonthRows, TicketRow

# Grows whenever a figure is defined or computed otherwise; a stored issue keeps the one it was made by.
METHOD = 4
TREND_MONTHS = 12
MOST_ROUTES = 50

Json = dict[str, Any]
Row = TypeVar("Row")


def build(
    rows: MonthRows, opinions: Opinions, lists: Lists, *, company: str, number: int, closed_at: datetime, reason: str = "",
    previous: Json | None = None, trend: Sequence[Json] = (), actions: Mapping[str, Sequence[ActionRow]] | None = None,
) -> Json:  # fmt: skip
    """The document of the month; what is too long for it goes to `lists`.

    `previous` is the summary of the newest issue before it, `trend` are those of the months before, oldest first.
    `actions` are what departments undertake, by key.
    """
    keys: dict[int | None, str] = {None: NOBODY} | {row.id: row.key for row in rows.departments}
    matrix = _matrix(rows, opinions, keys)
    own = _by_department(rows)
    document: Json = {
        "month": rows.month, "method": METHOD, "number": number, "reason": reason, "closed_at": _moment(closed_at),
        "company": {"name": company}, "names": {row.key: dict(row.name) for row in rows.departments},
        "index": opinions.ratings_of(TOTAL)["index"], "ratings": opinions.ratings_of(TOTAL), "responses": opinions.responses_of(TOTAL), **_work(rows, None, rows.end),
        "matrix": matrix, "chains": _chains(rows, keys), "ball": _ball(rows, keys),
        "findability": _findability(rows, keys),
    }  # fmt: skip
    document["departments"] = [
        _department(row, own[row.id], opinions, matrix, rows.end, lists)
        for row in sorted(rows.departments, key=lambda row: row.key)
        if row.active or row.id in own or opinions.ratings_of(row.key)["index"]["n"] != 0
    ]  # fmt: skip
    _compare(document, previous, trend)
    for part in document["departments"]:
        undertaken = (actions or {}).get(part["key"], ())
        part["improvements"] = improvements_of(undertaken, part, rows.month, closed_at.date())
    return document


def _compare(document: Json, previous: Json | None, trend: Sequence[Json]) -> None:
    """Put in what changed since the month before and the points of the months behind."""
    summaries = [*trend, summary_of(document)][-TREND_MONTHS:]
    before = previous["departments"] if previous else {}
    document["changes"] = _changes(document, previous and previous["company"], previous)
    document["trend"] = [point_of(old["month"], old["company"]) for old in summaries]
    for part in document["departments"]:
        key = part["key"]
        part["changes"] = _changes(part, before.get(key), previous)
        # Months in which it was not reported are left out.
        part["trend"] = [
            point_of(old["month"], old["departments"][key]) for old in summaries if key in old["departments"]
        ]


def _department(
    row: DepartmentRow, own: MonthRows, opinions: Opinions, matrix: Json, end: datetime, lists: Lists
) -> Json:
    for clock in own.clocks:
        if not clock.kept:
            lists.add(row.key, "breaches", _breach(clock))
    for comment in opinions.comments_of(row.key):
        lists.add(row.key, "comments", {"text": comment})
    cells = [cell for cell in matrix["cells"] if cell["supplier"] == row.key and cell["customer"] != TOTAL]
    return {
        "key": row.key, "name": dict(row.name), **_work(own, row.id, end), "ratings": opinions.ratings_of(row.key),
        "responses": opinions.responses_of(row.key), "lists": lists.of(row.key), "ball": _ball(own, {row.id: row.key}),
        "load_by_customer": [
            {"customer": cell["customer"], "tickets": cell["tickets"], "hidden": cell["hidden"]}
            for cell in cells if cell["hidden"] or cell["tickets"]
        ],
    }  # fmt: skip


def _work(rows: MonthRows, department_id: int | None, end: datetime) -> Json:
    """What company and department pages both say of promises, times and tickets."""
    by_metric = _grouped(rows.clocks, lambda clock: clock.metric)
    fix, moves = figures.first_time_fix(rows.resolutions), figures.bounces(rows.hand_overs, department_id)
    agreed = figures.agreed_terms(rows.terms)
    return {
        "promises": {metric: _kept(by_metric.get(metric, [])) for metric in METRICS},
        "times": {metric: _times(by_metric.get(metric, [])) for metric in METRICS},
        "tickets": len(rows.tickets),
        "first_time_fix": {"fixed": fix.fixed, "reopened": fix.reopened, "share": _rounded(fix.share)},
        "bounces": {"given": moves.given, "received": moves.received},
        "agreed_terms": {
            "tickets": agreed.tickets,
            "kept_first": agreed.kept_first,
            "kept_last": agreed.kept_last,
            "renegotiated": agreed.renegotiated,
        },
        "backlog": [
            {"up_to_days": days, "tickets": count} for days, count in figures.backlog_by_age(rows.backlog, end)
        ],
    }


def _findability(rows: MonthRows, keys: Mapping[int | None, str]) -> Json:
    found = figures.findability(rows.triaged, rows.hand_overs)
    to = sorted(((keys[number], count) for number, count in found.to.items()), key=lambda pair: (-pair[1], pair[0]))
    return {
        "arrived": found.arrived, "handed_on": found.handed_on,
        "to": [{"department": key, "tickets": count} for key, count in to],
    }  # fmt: skip


def _kept(clocks: Sequence[ClockRow]) -> Json:
    found = figures.kept(clocks)
    return {
        "kept": found.kept, "broken": found.broken, "excused": found.excused, "share": _rounded(found.share),
        "low": _rounded(found.low), "high": _rounded(found.high), "pause_share": _rounded(found.pause_share),
    }  # fmt: skip


def _times(clocks: Sequence[ClockRow]) -> Json:
    found = figures.times(clocks)
    return {"median": _seconds(found.median), "p90": _seconds(found.p90), "n": found.n, "running": found.running}


def _breach(clock: ClockRow) -> Json:
    """A confidential ticket's breach is counted and explained by its code; nothing leads to the ticket."""
    return {
        "ticket_id": None if clock.confidential else clock.ticket_id,
        "clock_id": None if clock.confidential else clock.clock_id,
        "confidential": clock.confidential, "metric": clock.metric,
        "breached_at": _moment(clock.breached_at) if clock.breached_at else None,
        "target_seconds": _seconds(clock.target_seconds), "elapsed_seconds": _seconds(clock.elapsed_seconds),
        "running": not clock.stopped, "ball": clock.ball, "excused": clock.excused, "reason_code": clock.reason_code,
        "reason_text": None if clock.confidential else clock.reason_text,
    }  # fmt: skip


def _matrix(rows: MonthRows, opinions: Opinions, keys: Mapping[int | None, str]) -> Json:
    """Supplier by customer with totals, only cells in which something happened.

    Counts of a cell are hidden where fewer than five persons stand behind a confidential ticket: others may not
    even count those.
    """
    tickets = _spread(rows.tickets, keys)
    promises = _spread([clock for clock in rows.clocks if clock.metric == "resolution"], keys)
    people: dict[Cell, frozenset[Hashable]] = {}
    secret: set[Cell] = set()
    for cell in tickets.keys() | promises.keys():
        behind: list[TicketRow | ClockRow] = [*tickets.get(cell, ()), *promises.get(cell, ())]
        people[cell] = frozenset(row.requester_id for row in behind)
        if len(people[cell]) < LEAST_RATERS and TOTAL not in cell and any(row.confidential for row in behind):
            secret.add(cell)
    hidden = figures.hidden_cells(people, few=frozenset(secret), totals_stay=True)
    cells = sorted(people.keys() | opinions.cells.keys())
    return {
        "suppliers": sorted({supplier for supplier, _ in cells} - {TOTAL}),
        "customers": sorted({customer for _, customer in cells} - {TOTAL}),
        "cells": [
            {
                "supplier": cell[0], "customer": cell[1], "hidden": cell in hidden,
                "tickets": None if cell in hidden else len(tickets.get(cell, ())),
                "kept": None if cell in hidden else _kept(promises.get(cell, ())),
                "index": opinions.cells.get(cell) or empty_index(),
            }
            for cell in cells
        ],
    }  # fmt: skip


def _chains(rows: MonthRows, keys: Mapping[int | None, str]) -> list[Json]:
    return [
        {
            "route": [keys[department_id] for department_id in chain.route], "tickets": chain.tickets,
            "broken": chain.broken, "weakest": chain.weakest, "ticket_ids": list(chain.ticket_ids),
            "links": [
                {
                    "kind": link.kind, "department": keys[link.department_id] if link.kind == "stay" else None,
                    "seconds": _seconds(link.seconds), "median": _seconds(link.median), "share": _rounded(link.share),
                    "promised": link.promised, "broke": link.broke, "kept_share": _rounded(link.kept_share),
                }
                for link in chain.links
            ],
        }
        for chain in figures.chains(rows.journeys)[:MOST_ROUTES]
    ]  # fmt: skip


def _ball(rows: MonthRows, keys: Mapping[int | None, str]) -> Json:
    found = figures.ball(rows.balls)
    return {
        "tickets": found.tickets, "closed": _seconds(found.closed),
        "holders": [
            {
                "holder": part.holder, "department": keys[part.department_id] if part.holder == "supplier" else None,
                "seconds": _seconds(part.seconds), "share": _rounded(part.share),
            }
            for part in found.holders
        ],
    }  # fmt: skip


def _changes(now: Json, then: Json | None, previous: Json | None) -> Json | None:
    """What differs from the issue before; None for the first one."""
    if then is None or previous is None:
        return None
    score, before = now["ratings"]["index"], then["ratings"]["index"]
    moved = None
    if score["error"] is not None and before["error"] is not None:
        moved = figures.change(*((part["value"], part["error"], part["raters"]) for part in (before, score)))
    promise, promised = now["promises"]["resolution"], then["promises"]["resolution"]
    kept = figures.share_change(*((part["kept"], part["kept"] + part["broken"]) for part in (promised, promise)))
    return {"since": previous["month"], "index": _change(moved), "kept": _change(kept)}


def _change(found: tuple[float, float, float] | None) -> Json | None:
    if found is None:
        return None
    difference, low, high = found
    numbers = {"difference": _rounded(difference), "low": _rounded(low), "high": _rounded(high)}
    return numbers | {"clear": figures.is_clear(low, high)}


def _by_department(rows: MonthRows) -> defaultdict[int, MonthRows]:
    """The rows of each department that has any."""
    clocks = _grouped(rows.clocks, lambda row: row.department_id)
    tickets = _grouped(rows.tickets, lambda row: row.department_id)
    backlog = _grouped(rows.backlog, lambda row: row.department_id)
    resolutions = _grouped(rows.resolutions, lambda row: row.department_id)
    moves, held = (
        _grouped(rows.hand_overs, lambda row: row.from_department_id),
        _grouped(rows.balls, lambda row: row.department_id),
    )
    terms = _grouped(rows.terms, lambda row: row.department_id)
    for move in rows.hand_overs:
        moves.setdefault(move.to_department_id, []).append(move)
    found: defaultdict[int, MonthRows] = defaultdict(lambda: MonthRows(rows.month, rows.begin, rows.end))
    for key in (
        clocks.keys() | tickets.keys() | backlog.keys() | resolutions.keys() | moves.keys() | held.keys() - {None}
    ):
        found[key] = MonthRows(
            rows.month, rows.begin, rows.end, clocks=clocks.get(key, []), tickets=tickets.get(key, []),
            backlog=backlog.get(key, []), resolutions=resolutions.get(key, []), hand_overs=moves.get(key, []),
            balls=held.get(key, []), terms=terms.get(key, []),
        )  # fmt: skip
    return found


def _spread(rows: Iterable[Row], keys: Mapping[int | None, str]) -> dict[Cell, list[Row]]:
    """Rows by cell of the matrix, totals included."""
    found: dict[Cell, list[Row]] = defaultdict(list)
    for row in rows:
        supplier, customer = keys[row.department_id], keys[row.customer_department_id]  # type: ignore[attr-defined]
        for cell in ((supplier, customer), (supplier, TOTAL), (TOTAL, customer), (TOTAL, TOTAL)):
            found[cell].append(row)
    return found


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def _seconds(number: float | None) -> int | None:
    return None if number is None else round(number)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
