"""Sheets of what is told one by one: broken promises, comments, notes of thanks. Rows are read while they are written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from flask_babel import gettext as _

from servicedesk.papers.actions import aim_name, outcome_words, state_name
from servicedesk.papers.names import ball_name, department_name, metric_name, score_name
from servicedesk.papers.reading import Json, Reading
from servicedesk.papers.tables import Column, Sheet
from servicedesk.sla.rules import BREACH_REASONS

Row = list[Any]


def list_sheets(reading: Reading) -> Iterator[Sheet]:
    """A sheet for each list that the reader may see of at least one department."""
    if _seen(reading, "breaches"):
        yield _breaches(reading)
    if _seen(reading, "comments"):
        yield _told(reading, "comments", _("Comments"))
    if _seen(reading, "thanks"):
        yield _thanks(reading)
    if _seen(reading, "low_ratings"):
        yield _low_ratings(reading)
    yield _actions(reading)


def _seen(reading: Reading, name: str) -> bool:
    return any(reading.may_read(part, name) for part in reading.parts)


def _named(reading: Reading, name: str) -> Iterator[tuple[str, Json]]:
    for part in reading.parts:
        title = department_name(reading.names, part["key"])
        for row in reading.rows(part, name):
            yield title, row


def _breaches(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Request"), "whole", 9), Column(_("Promise"), width=16),
        Column(_("Broken on"), "moment", 17), Column(_("Promised time"), "duration"), Column(_("Time used, h:min"), "duration", 16),
        Column(_("Still running")), Column(_("Whose turn it was"), width=22), Column(_("Reason"), width=34),
        Column(_("What happened"), width=60), Column(_("Excused"), width=9), Column(_("Confidential"), width=12),
    )  # fmt: skip

    def rows() -> Iterator[Row]:
        yes = _("yes")
        reasons = {code: _(words) for code, words in BREACH_REASONS.items()}
        # Said once each: finding a translation takes longer than reading a row.
        promise, turn = cache(metric_name), cache(ball_name)
        for title, row in _named(reading, "breaches"):
            code = row["reason_code"]
            yield [
                title, row["ticket_id"], promise(row["metric"]),
                datetime.fromisoformat(row["breached_at"]) if row["breached_at"] else None, row["target_seconds"],
                row["elapsed_seconds"], yes if row["running"] else None, turn(row.get("ball")),
                reasons.get(code, code) if code else None, row["reason_text"], yes if row["excused"] else None,
                yes if row["confidential"] else None,
            ]  # fmt: skip

    return Sheet(_("Broken promises"), columns, rows())


def _told(reading: Reading, name: str, title: str) -> Sheet:
    columns = (Column(_("Department"), width=30), Column(_("In their own words"), width=100))
    return Sheet(title, columns, ([department, row["text"]] for department, row in _named(reading, name)))


def _thanks(reading: Reading) -> Sheet:
    columns = (Column(_("Department"), width=30), Column(_("To"), width=30), Column(_("In their own words"), width=100))
    rows = ([department, row["to"], row["text"]] for department, row in _named(reading, "thanks"))
    return Sheet(_("Thanks"), columns, rows)


def _low_ratings(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Question"), width=16), Column(_("Score"), "whole"),
        Column(_("In their own words"), width=100),
    )  # fmt: skip
    rows = (
        [department, score_name(row["metric"]), row["score"], row["comment"]]
        for department, row in _named(reading, "low_ratings")
    )
    return Sheet(_("Low ratings"), columns, rows)


def _actions(reading: Reading) -> Sheet:
    columns = (
        Column(_("Department"), width=30), Column(_("Action"), width=50), Column(_("State")), Column(_("Until when"), "day", 12),
        Column(_("Done on"), "day", 12), Column(_("Owner"), width=24), Column(_("Aims at"), width=20), Column(_("What came of it"), width=60),
        Column(_("We did"), width=60),
    )  # fmt: skip
    rows = (
        [
            department_name(reading.names, part["key"]), row["title"], state_name(row), _day(row["due_on"]),
            _day(row["done_on"]), row["owner"], aim_name(row["metric"]) if row["metric"] else None, outcome_words(row), row["did"],
        ]
        for part in reading.parts for row in part["improvements"]
    )  # fmt: skip
    return Sheet(_("Actions"), columns, rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
