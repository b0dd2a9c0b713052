"""The report as a workbook: a sheet for each table, every cell with its kind, titles in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from servicedesk.papers.figures import figures_of
from servicedesk.papers.listed import list_sheets
from servicedesk.papers.names import (
    age_name,
    department_name,
    holder_name,
    link_name,
    metric_name,
    question_name,
    score_name,
    share_name,
    wave_name,
)
from servicedesk.papers.reading import Json, Reading
from servicedesk.papers.tables import Column, Sheet, Typed
from servicedesk.reports.figures import DEFINITIONS, METRICS, SCORES, TOTAL

Row = list[Any]


def sheets_of(reading: Reading) -> Iterator[Sheet]:
    """Summary first, definitions last. What does not exist in a department's part has no sheet in its file."""
    yield Sheet(_("Summary"), _figure_columns(), _summary(reading))
    if reading.key is None:
        yield _departments(reading)
    yield from (_promises(reading), _times(reading), _used(reading), _scores(reading))
    if reading.document.get("survey") or any(part.get("survey") for part in reading.parts):
        yield _survey(reading)
    if reading.key is None:
        yield from (_matrix(reading), _chains(reading), _links(reading))
    yield from (_ball(reading), _backlog(reading), _customers(reading), _trend(reading))
    yield from list_sheets(reading)
    yield _definitions()


def sections(reading: Reading) -> list[tuple[str, Json]]:
    """The company under its name, where the paper is about it, then the departments under theirs."""
    whole = [(str(reading.document["company"]["name"]), reading.document)] if reading.key is None else []
    return whole + [(department_name(reading.names, part["key"]), part) for part in reading.parts]


def _figure_columns() -> tuple[Column, ...]:
    return (
        Column(_("Figure"), width=34), Column(_("Value"), "number", 20), Column(_("From (95 %)"), "number"),
        Column(_("To (95 %)"), "number"), Column(_("Of"), "whole"), Column(_("People"), "whole"), Column(_("Hidden")),
    )  # fmt: skip


def _summary(reading: Reading) -> Iterator[Row]:
    document, empty = reading.document, [None] * 5
    about = reading.document if reading.key is None else reading.parts[0]
    named = document["company"]["name"] if reading.key is None else department_name(reading.names, about["key"])
    yield [_("Report on"), Typed(named, "text"), *empty]
    yield [_("Month"), Typed(reading.month, "text"), *empty]
    yield [_("Issue"), Typed(document["number"], "whole"), *empty]
    yield [_("Closed on"), Typed(reading.closed_at, "moment"), *empty]
    if document["reason"]:
        yield [_("Corrected because"), Typed(document["reason"], "text"), *empty]
    yield [_("Method"), Typed(document["method"], "whole"), *empty]
    yield [_("Checksum"), Typed(reading.checksum, "text"), *empty]
    for row in figures_of(about):
        values = (None if value is None else Typed(value, row.kind) for value in (row.value, row.low, row.high))
        yield [row.name, *values, row.n, row.people, _("yes") if row.hidden else None]


def _departments(reading: Reading) -> Sheet:
    columns = [Column(_("Department"), width=30)]
    columns += [Column(figure.name, figure.kind, 18) for figure in figures_of(reading.document)]
    rows = ([name, *(row.value for row in figures_of(part))] for name, part in sections(reading))
    return Sheet(_("Departments"), columns, rows)


def _promises(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Promise"), width=16), Column(_("Kept"), "whole"), Column(_("Broken"), "whole"),
        Column(_("of them excused"), "whole"), Column(_("Share kept"), "percent"), Column(_("From (95 %)"), "percent"),
        Column(_("To (95 %)"), "percent"), Column(_("Time on hold"), "percent"),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, part in sections(reading):
            for metric in METRICS:
                row = part["promises"][metric]
                yield [
                    name, metric_name(metric), row["kept"], row["broken"], row["excused"], row["share"], row["low"],
                    row["high"], row["pause_share"],
                ]  # fmt: skip

    return Sheet(_("Promises"), columns, rows())


def _times(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Promise"), width=16), Column(_("Half took at most"), "duration", 18),
        Column(_("Nine of ten took at most"), "duration", 22), Column(_("Promises"), "whole"),
        Column(_("Still running"), "whole"),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, part in sections(reading):
            for metric in METRICS:
                row = part["times"][metric]
                yield [name, metric_name(metric), row["median"], row["p90"], row["n"], row["running"]]

    return Sheet(_("Times"), columns, rows())


def _scores(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Question"), width=16), Column(_("Mean"), "number"),
        Column(_("From (95 %)"), "number"), Column(_("To (95 %)"), "number"), Column(_("Ratings"), "whole"),
        Column(_("People"), "whole"), Column(_("Asked"), "whole"), Column(_("Response rate"), "percent"), Column(_("Hidden")),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, part in sections(reading):
            answers = part["responses"]
            for question in (*SCORES, "index"):
                row = part["ratings"][question]
                yield [
                    name, score_name(question), row["value"], row["low"], row["high"], row["n"], row["raters"],
                    answers["invited"], answers["rate"], _("yes") if row["hidden"] else None,
                ]  # fmt: skip

    return Sheet(_("Scores"), columns, rows())


def _used(reading: Reading) -> Sheet:
    """Nothing in it of months that were closed before this was counted."""
    columns = (
        Column(_("Department"), width=30), Column(_("Promise"), width=16), Column(_("Time used"), width=26), Column(_("Promises"), "whole"),
    )  # fmt: skip
    rows = (
        [name, metric_name(metric), share_name(band["up_to_share"]), band["count"]]
        for name, part in sections(reading)
        for metric in METRICS
        for band in part.get("times_distribution", {}).get(metric, ())
    )
    return Sheet(_("Time used"), columns, rows)


def _survey(reading: Reading) -> Sheet:
    """The newest closed survey, as the month's document repeats it."""
    columns = (
        Column(_("Department"), width=30), Column(_("Survey"), width=22), Column(_("Question"), width=34), Column(_("Mean"), "number"),
        Column(_("From (95 %)"), "number"), Column(_("To (95 %)"), "number"), Column(_("People"), "whole"),
        Column(_("Asked"), "whole"), Column(_("Response rate"), "percent"), Column(_("Hidden")),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, part in sections(reading):
            found: Json = part.get("survey") or {}
            for question, row in found.get("questions", {}).items():
                yield [
                    name, wave_name(found["wave"]), question_name(question), row["value"], row["low"], row["high"], row["raters"],
                    found["response"]["invited"], found["response"]["rate"], _("yes") if row["hidden"] else None,
                ]  # fmt: skip

    return Sheet(_("Survey"), columns, rows())


def _matrix(reading: Reading) -> Sheet:
    columns = (
        Column(_("Supplier"), width=30), Column(_("Customer"), width=30), Column(_("Requests"), "whole"),
        Column(_("Share kept"), "percent"), Column(_("Index"), "number"), Column(_("From (95 %)"), "number"),
        Column(_("To (95 %)"), "number"), Column(_("Ratings"), "whole"), Column(_("People"), "whole"), Column(_("Hidden")),
    )  # fmt: skip

    def named(key: str) -> str:
        return _("All") if key == TOTAL else department_name(reading.names, key)

    def rows() -> Iterator[Row]:
        for cell in reading.document["matrix"]["cells"]:
            index, kept = cell["index"], cell["kept"]
            yield [
                named(cell["supplier"]), named(cell["customer"]), cell["tickets"], kept["share"] if kept else None,
                index["value"], index["low"], index["high"], index["n"], index["raters"],
                _("yes") if cell["hidden"] or index["hidden"] else None,
            ]  # fmt: skip

    return Sheet(_("Matrix"), columns, rows())


def _route(reading: Reading, chain: Json) -> str:
    return " → ".join(department_name(reading.names, key) for key in chain["route"])


def _chains(reading: Reading) -> Sheet:
    columns = (
        Column(_("Route"), width=44), Column(_("Requests"), "whole"), Column(_("Promises broken"), "whole", 18),
        Column(_("Weakest link"), width=30), Column(_("Share kept"), "percent"),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for chain in reading.document["chains"]:
            weak = None if chain["weakest"] is None else chain["links"][chain["weakest"]]
            yield [
                _route(reading, chain), chain["tickets"], chain["broken"],
                link_name(weak, reading.names) if weak else None, weak["kept_share"] if weak else None,
            ]  # fmt: skip

    return Sheet(_("Chains"), columns, rows())


def _links(reading: Reading) -> Sheet:
    columns = (
        Column(_("Route"), width=44), Column(_("Place"), "whole", 8), Column(_("Link"), width=30),
        Column(_("Working time"), "duration"), Column(_("Half took at most"), "duration", 18), Column(_("Share"), "percent"),
        Column(_("Broke the promise"), "whole", 18), Column(_("Share kept"), "percent"), Column(_("Weakest link")),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for chain in reading.document["chains"]:
            for place, link in enumerate(chain["links"]):
                yield [
                    _route(reading, chain), place + 1, link_name(link, reading.names), link["seconds"], link["median"],
                    link["share"], link["broke"], link["kept_share"], _("yes") if place == chain["weakest"] else None,
                ]  # fmt: skip

    return Sheet(_("Links"), columns, rows())


def _ball(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Held by"), width=30), Column(_("Working time"), "duration"),
        Column(_("Share"), "percent"),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, part in sections(reading):
            for row in (part.get("ball") or {}).get("holders", ()):
                yield [name, holder_name(row, reading.names), row["seconds"], row["share"]]

    return Sheet(_("Who held the ball"), columns, rows())


def _backlog(reading: Reading) -> Sheet:
    columns = (Column(_("Department"), width=30), Column(_("Age"), width=18), Column(_("Requests"), "whole"))
    rows = (
        [name, age_name(band["up_to_days"]), band["tickets"]]
        for name, part in sections(reading)
        for band in part["backlog"]
    )
    return Sheet(_("Backlog"), columns, rows)


def _customers(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Customer"), width=30), Column(_("Requests"), "whole"),
        Column(_("Hidden")),
    )  # fmt: skip
    rows = (
        [
            department_name(reading.names, part["key"]), department_name(reading.names, row["customer"]), row["tickets"],
            _("yes") if row["hidden"] else None,
        ]
        for part in reading.parts for row in part["load_by_customer"]
    )  # fmt: skip
    return Sheet(_("Customers"), columns, rows)


def _trend(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Month")), Column(_("Index"), "number"), Column(_("From (95 %)"), "number"),
        Column(_("To (95 %)"), "number"), Column(_("Ratings"), "whole"), Column(_("Resolutions in time"), "percent", 18),
        Column(_("From (95 %)"), "percent"), Column(_("To (95 %)"), "percent"),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        for name, part in sections(reading):
            for point in part["trend"]:
                index, kept = point["index"], point["kept"]
                yield [
                    name, point["month"], index["value"], index["low"], index["high"], index["n"], kept["share"],
                    kept["low"], kept["high"],
                ]  # fmt: skip

    return Sheet(_("Month by month"), columns, rows())


def _definitions() -> Sheet:
    return Sheet(_("Definitions"), [Column(_("What is what"), width=120)], ([_(text)] for text in DEFINITIONS.values()))
