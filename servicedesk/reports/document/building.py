"""Puts the figures of a month into the stored document. Equal rows give equal text, but for the order of comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from servicedesk.reports import figures
from servicedesk.reports.document.improvements import ActionRow, improvements_of
from servicedesk.reports.document.lists import Lists
from servicedesk.reports.document.matrix import Matrix
from servicedesk.reports.document.opinions import NOBODY, Opinions
from servicedesk.reports.document.shapes import (
    ball_of,
    breach_of,
    distribution_of,
    kept_of,
    moment,
    rounded,
    seconds,
    times_of,
)
from servicedesk.reports.document.summary import point_of, summary_of
from servicedesk.reports.document.surveys import survey_of
from servicedesk.reports.figures import METRICS, TOTAL, ClockRow, DepartmentRow, MonthRows, Promises

# Grows whenever a figure is defined or computed otherwise; a stored issue keeps the one it was made by.
METHOD = 5
TREND_MONTHS = 12
MOST_ROUTES = 50
# A route names so many of its tickets, the newest ones.
MOST_TICKETS = 100

Json = dict[str, Any]
Row = TypeVar("Row")
ByMetric = defaultdict[str, Promises]


def build(
    rows: MonthRows, opinions: Opinions, lists: Lists, *, company: str, number: int, closed_at: datetime, reason: str = "",
    previous: Json | None = None, trend: Sequence[Json] = (), actions: Mapping[str, Sequence[ActionRow]] | None = None,
    survey: Json | None = None, hidden: Iterable[tuple[str, str]] = (),
) -> Json:  # fmt: skip
    """The document of the month; what is too long for it goes to `lists`.

    `previous` is the summary of the newest issue before it, `trend` are those of the months before, oldest first.
    `actions` are what departments undertake, by key; `survey` is the document of the newest closed wave. `hidden` are
    the cells of the matrix that the issue before this correction hid (`hidden_in`).
    """
    keys: dict[int | None, str] = {None: NOBODY} | {row.id: row.key for row in rows.departments}
    matrix = Matrix(keys, rows.departments, hidden)
    for ticket in rows.tickets:
        matrix.file(ticket)
    promises = _decided(rows.clocks, matrix, lists, keys)
    own = _by_department(rows, promises)
    document: Json = {
        "month": rows.month, "method": METHOD, "number": number, "reason": reason, "closed_at": moment(closed_at),
        "company": {"name": company}, "names": {row.key: dict(row.name) for row in rows.departments},
        "index": opinions.ratings_of(TOTAL)["index"], "ratings": opinions.ratings_of(TOTAL), "responses": opinions.responses_of(TOTAL),
        **_work(rows, _together(promises.values()), None), "matrix": matrix.written(opinions), "chains": _chains(rows, keys),
        "ball": ball_of(rows.balls, keys), "findability": _findability(rows, keys), "survey": survey_of(survey),
    }  # fmt: skip
    document["departments"] = [
        _department(row, own[row.id], promises[row.id], opinions, matrix, lists)
        for row in sorted(rows.departments, key=lambda row: row.key)
        if row.active or row.id in own or opinions.ratings_of(row.key)["index"]["n"]
    ]  # fmt: skip
    _compare(document, previous, trend)
    for part in document["departments"]:
        part["survey"] = survey_of(survey, part["key"])
        undertaken = (actions or {}).get(part["key"], ())
        part["improvements"] = improvements_of(undertaken, part, rows.month, closed_at.date())
    return document


def _decided(
    clocks: Iterable[ClockRow], matrix: Matrix, lists: Lists, keys: Mapping[int | None, str]
) -> defaultdict[int, ByMetric]:
    """Promises by department and metric; the matrix gets the resolutions, the lists what was broken. One pass."""
    found: defaultdict[int, ByMetric] = defaultdict(lambda: defaultdict(Promises))
    for clock in clocks:
        found[clock.department_id][clock.metric].add(clock)
        if clock.metric == "resolution":
            matrix.decide(clock)
        if not clock.kept:
            lists.add(keys[clock.department_id], "breaches", breach_of(clock))
    return found


def _together(departments: Iterable[ByMetric]) -> ByMetric:
    found: ByMetric = defaultdict(Promises)
    for own in departments:
        for metric, promises in own.items():
            found[metric].take(promises)
    return found


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
    row: DepartmentRow, own: MonthRows, promises: ByMetric, opinions: Opinions, matrix: Matrix, lists: Lists
) -> Json:
    for comment in opinions.comments_of(row.key):
        lists.add(row.key, "comments", {"text": comment})
    for low in opinions.low_ratings.get(row.key, ()):
        lists.add(row.key, "low_ratings", low)
    for note in opinions.thanks_of(row.key):
        lists.add(row.key, "thanks", {"to": note.get("to"), "text": note["text"]})
    return {
        "key": row.key, "name": dict(row.name), **_work(own, promises, row.id), "ratings": opinions.ratings_of(row.key),
        "responses": opinions.responses_of(row.key), "lists": lists.of(row.key),
        "ball": ball_of(own.balls, {row.id: row.key}), "load_by_customer": matrix.load_of(row.key),
    }  # fmt: skip


def _work(rows: MonthRows, promises: ByMetric, department_id: int | None) -> Json:
    """What company and department pages both say of promises, times and tickets."""
    fix, moves = figures.first_time_fix(rows.resolutions), figures.bounces(rows.hand_overs, department_id)
    agreed = figures.agreed_terms(rows.terms)
    return {
        "promises": {metric: kept_of(promises[metric]) for metric in METRICS},
        "times": {metric: times_of(promises[metric]) for metric in METRICS},
        "times_distribution": {metric: distribution_of(promises[metric]) for metric in METRICS},
        "tickets": len(rows.tickets),
        "first_time_fix": {"fixed": fix.fixed, "reopened": fix.reopened, "share": rounded(fix.share)},
        "bounces": {"given": moves.given, "received": moves.received},
        "agreed_terms": {
            "tickets": agreed.tickets,
            "kept_first": agreed.kept_first,
            "kept_last": agreed.kept_last,
            "renegotiated": agreed.renegotiated,
        },
        "backlog": [
            {"up_to_days": days, "tickets": count} for days, count in figures.backlog_by_age(rows.backlog, rows.end)
        ],
    }


def _findability(rows: MonthRows, keys: Mapping[int | None, str]) -> Json:
    found = figures.findability(rows.triaged, rows.hand_overs)
    to = sorted(((keys[number], count) for number, count in found.to.items()), key=lambda pair: (-pair[1], pair[0]))
    return {
        "arrived": found.arrived, "handed_on": found.handed_on,
        "to": [{"department": key, "tickets": count} for key, count in to],
    }  # fmt: skip


def _chains(rows: MonthRows, keys: Mapping[int | None, str]) -> list[Json]:
    return [
        {
            "route": [keys[department_id] for department_id in chain.route], "tickets": chain.tickets,
            "broken": chain.broken, "weakest": chain.weakest, "ticket_ids": list(chain.ticket_ids[-MOST_TICKETS:]),
            "links": [
                {
                    "kind": link.kind, "department": keys[link.department_id] if link.kind == "stay" else None,
                    "seconds": seconds(link.seconds), "median": seconds(link.median), "share": rounded(link.share),
                    "promised": link.promised, "broke": link.broke, "kept_share": rounded(link.kept_share),
                }
                for link in chain.links
            ],
        }
        for chain in figures.chains(rows.journeys)[:MOST_ROUTES]
    ]  # fmt: skip


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
    numbers = {"difference": rounded(difference), "low": rounded(low), "high": rounded(high)}
    return numbers | {"clear": figures.is_clear(low, high)}


def _by_department(rows: MonthRows, promises: Iterable[int]) -> defaultdict[int, MonthRows]:
    """The rows of each department that has any, or `promises` that were decided; those are not among them."""
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
        set(promises) | tickets.keys() | backlog.keys() | resolutions.keys() | moves.keys() | held.keys() - {None}
    ):
        found[key] = MonthRows(
            rows.month, rows.begin, rows.end, tickets=tickets.get(key, []),
            backlog=backlog.get(key, []), resolutions=resolutions.get(key, []), hand_overs=moves.get(key, []),
            balls=held.get(key, []), terms=terms.get(key, []),
        )  # fmt: skip
    return found


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found
