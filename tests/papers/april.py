"""April of a small company, written down row by row and stored as an issue: what papers are made of in these tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from servicedesk.kernel.db import db
from servicedesk.reports import document
from servicedesk.reports.document.improvements import ActionRow
from servicedesk.reports.figures import (
    BallRow,
    ClockRow,
    DepartmentRow,
    HandOverRow,
    Journey,
    Link,
    MonthRows,
    RatingRow,
    ResolutionRow,
    TicketRow,
)
from servicedesk.reports.models import ReportIssue, ReportListPage

BEGIN, END = datetime(2026, 3, 31, 21, tzinfo=UTC), datetime(2026, 4, 30, 21, tzinfo=UTC)
CLOSED = datetime(2026, 5, 6, 15, tzinfo=UTC)
IT, HR, SALES, LEGAL = 1, 2, 3, 4
NAMES: dict[int, tuple[str, Mapping[str, str]]] = {
    IT: ("it", {"ru": "ИТ", "en": "IT"}), HR: ("hr", {"ru": "Кадры", "en": "HR"}), SALES: ("sales", {"ru": "Продажи", "en": "Sales"}),
    LEGAL: ("legal", {"ru": "Юристы", "en": "Legal"}),
}  # fmt: skip
COMMENTS = ("Ответили вечером, спасибо.", "Nobody said when it would be ready.")
HOUR = 3600.0


def store(
    comments: Sequence[str] = COMMENTS, *, name: str | None = None, breaches: int = 2, why: str = "The vendor was silent.", number: int = 1
) -> ReportIssue:  # fmt: skip
    """Call inside a transaction. `name` is what IT is called, `breaches` how many of its resolutions were late."""
    names = NAMES | {IT: ("it", {"ru": name, "en": name})} if name else NAMES
    rows = _rows([DepartmentRow(key, *about) for key, about in names.items()], breaches, why)
    opinions = document.opinions_of(_ratings(), rows.departments, {IT: 14, HR: 5, LEGAL: 6}, {})
    # They are shuffled when a month is closed; here they stand in an order.
    lows = sorted(opinions.low_ratings.get("it", ()), key=lambda row: row["score"])
    opinions = replace(opinions, comments={"it": list(comments)}, low_ratings={"it": lows})
    issue = ReportIssue(
        month="2026-04", number=number, closed_at=CLOSED, method=document.METHOD, document="", checksum="", summary={}, reason="",
    )  # fmt: skip
    db.session.add(issue)
    db.session.flush()

    def keep(key: str, name: str, page: int, listed: list[dict[str, Any]]) -> None:
        db.session.add(ReportListPage(issue_id=issue.id, department_key=key, name=name, page=page, rows=listed))

    built = document.build(
        rows,
        opinions,
        document.Lists(keep),
        company="Север",
        number=number,
        closed_at=CLOSED,
        actions={"it": _actions()},
    )
    issue.document, issue.summary = document.text_of(built), document.summary_of(built)
    issue.checksum = document.checksum_of(issue.document)
    db.session.flush()
    return issue


def _rows(departments: list[DepartmentRow], breaches: int, why: str) -> MonthRows:
    clocks = [_clock(number, kept=True) for number in range(18)]
    clocks += [_clock(100 + number, kept=False, why=why if number == 0 else None) for number in range(breaches)]
    clocks += [replace(_clock(50 + number, kept=True), department_id=HR, metric="first_reply") for number in range(3)]
    way = (
        Link("stay", HR, 2 * HOUR), Link("stay", IT, 9 * HOUR, broke=True), Link("waiting_for_requester", None, HOUR),
    )  # fmt: skip
    return MonthRows(
        "2026-04", BEGIN, END, departments=departments, clocks=clocks,
        tickets=[TicketRow(number, IT, SALES if number % 2 else HR, BEGIN, requester_id=number) for number in range(20)],
        backlog=[TicketRow(900 + days, IT, SALES, END - timedelta(days=days), requester_id=days) for days in (1, 5, 40)],
        resolutions=[ResolutionRow(number, IT, BEGIN + timedelta(days=3)) for number in range(18)],
        hand_overs=[HandOverRow(7, HR, IT, "misdirected")],
        journeys=[Journey(200 + number, way, promised=True) for number in range(6)],
        balls=[BallRow(1, IT, "supplier", 60 * HOUR), BallRow(1, IT, "requester", 20 * HOUR), BallRow(1, IT, "closed", 90 * HOUR)],
    )  # fmt: skip


def _clock(number: int, *, kept: bool, why: str | None = None) -> ClockRow:
    return ClockRow(
        number + 1000, number, "resolution", IT, SALES, kept, (4 + number % 5) * HOUR if kept else 30 * HOUR, 0.0, 27 * HOUR,
        breached_at=None if kept else BEGIN + timedelta(days=5, hours=13), requester_id=number, excused=why is not None,
        reason_code=why and "waiting_outside", reason_text=why, ball=None if kept else "supplier",
    )  # fmt: skip


def _ratings() -> list[RatingRow]:
    """Eight raters of IT from sales; three of HR and four of legal, who are too few."""
    scores = [(9, 8, 10), (8, 7, 9), (7, 5, 9), (9, 9, 9), (6, 4, 8), (8, 8, 9), (9, 7, 10), (10, 9, 10)]
    told = [RatingRow(IT, SALES, *score, token=bytes([place])) for place, score in enumerate(scores)]
    told += [RatingRow(HR, SALES, 8, 8, 8, token=bytes([100 + place])) for place in range(3)]
    return told + [RatingRow(LEGAL, SALES, 6, 7, 8, token=bytes([110 + place])) for place in range(4)]


def _actions() -> list[ActionRow]:
    baseline = {"month": "2026-02", "value": 0.7, "error": None, "n": 20, "good": 14}
    return [
        ActionRow(
            1, "A second shift on Mondays", "Olga", None, "resolution", "2026-02", done_on=datetime(2026, 3, 10, tzinfo=UTC).date(),
            published=True, did="Two agents begin at eight on Mondays.", baseline=baseline,
        ),
        ActionRow(2, "Answer before noon", None, datetime(2026, 4, 15, tzinfo=UTC).date(), "speed", "2026-04"),
    ]  # fmt: skip
