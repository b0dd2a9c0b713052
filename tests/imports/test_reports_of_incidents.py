"""Every month of a real log is closed, and its numbers are counted again in plain SQL that knows nothing of the report."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, column, text

from benchmarks.incident_arithmetic import TARGET_HOURS, day_types, exceptions_of
from servicedesk.imports import incidents
from servicedesk.kernel.db import UtcDateTime
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.reports import queries, rules
from servicedesk.reports.actions import close_month
from servicedesk.sla import actions as sla
from tests.cast import FOUNDED, OFFICE, at, by
from tests.imports.test_incidents import first_cases, shared

SAMPLE = 150
ZONE = "Europe/Moscow"
TURNS = "('TicketResolved', 'TicketReopened', 'TicketCancelled')"

# A ticket is counted for the department whose stay began last before the month ended.
HOLDER = """
    (SELECT s.department_id FROM stay s WHERE s.ticket_id = t.id AND s.began_at < :end
     ORDER BY s.began_at DESC, s.id DESC LIMIT 1)
"""
FILED = f"""
    SELECT {HOLDER}, t.customer_department_id, count(*) FROM ticket t
    WHERE t.created_at >= :begin AND t.created_at < :end GROUP BY 1, 2
"""
# Kept in the month in which it stopped, broken in the month in which it fell due.
KEPT = """
    SELECT department_id, metric, count(*) FROM clock
    WHERE breached_at IS NULL AND stopped_at >= :begin AND stopped_at < :end AND state <> 'cancelled' GROUP BY 1, 2
"""
BROKEN = """
    SELECT department_id, metric, count(*) FROM clock
    WHERE breached_at >= :begin AND breached_at < :end AND state <> 'cancelled' GROUP BY 1, 2
"""
BACKLOG = f"""
    SELECT {HOLDER}, count(*) FROM ticket t
    WHERE t.created_at < :end AND coalesce(
        (SELECT e.what FROM audit_entry e
         WHERE e.subject_kind = 'ticket' AND e.subject_id = t.id AND e.what IN {TURNS} AND e.at < :end
         ORDER BY e.at DESC, e.id DESC LIMIT 1), 'nothing') IN ('nothing', 'TicketReopened')
    GROUP BY 1
"""
FIRST = """
    SELECT e.subject_id, min(e.at) AS resolved,
        (SELECT min(r.at) FROM audit_entry r WHERE r.subject_kind = 'ticket' AND r.subject_id = e.subject_id
         AND r.what = 'TicketReopened' AND r.at < :end) AS reopened
    FROM audit_entry e WHERE e.subject_kind = 'ticket' AND e.what = 'TicketResolved' AND e.at < :end GROUP BY 1
"""
BOUNCED = """
    SELECT a.department_id, b.department_id, count(*) FROM stay a JOIN stay b ON b.ticket_id = a.ticket_id
    WHERE b.id = (SELECT min(c.id) FROM stay c WHERE c.ticket_id = a.ticket_id AND c.id > a.id)
      AND b.began_at >= :begin AND b.began_at < :end AND (a.left_because IS NULL OR a.left_because = 'misdirected')
    GROUP BY 1, 2
"""


@pytest.fixture
def reports(app: Any, db: Any, tmp_path: Any) -> list[dict[str, Any]]:
    """The documents of all months of a piece of the log, oldest first."""
    log = shared("data", "incidents-servicenow", "incident_event_log.even.csv.gz")
    types = day_types(shared("data", "calendar-ru", "xmlcalendar"))
    with transaction():
        stamp = by(None, FOUNDED, "cli")
        calendar = sla.set_calendar(
            stamp, key="production", timezone=ZONE, week=OFFICE, exceptions=exceptions_of(types)
        )
        sla.make_company_calendar(calendar)
        for digit, priority in (("1", "urgent"), ("2", "high"), ("3", "normal"), ("4", "low")):
            targets = {"first_reply": "4h", "resolution": f"{TARGET_HOURS[digit]}h", "stay": "27h"}
            sla.set_policy(stamp, name=f"priority={priority}", priority=priority, targets=targets)
    assert incidents.run(first_cases(log, tmp_path / "part.csv.gz", SAMPLE)).added == SAMPLE
    now = at("2017-06-01 12:00")
    months = queries.open_months_to_close(now)
    for month in months:
        with transaction():
            close_month(Stamp(None, now, "worker"), month)
    return [queries.whole_document_of(queries.issue(month)) for month in months]  # type: ignore[arg-type]


@pytest.mark.slow
def test_every_number_is_what_plain_sql_counts(reports: list[dict[str, Any]], db: Any) -> None:
    keys = dict(db.session.execute(text("SELECT id, key FROM department")).all()) | {None: "-"}
    whole: Counter[str] = Counter()
    for report in reports:
        begin, end = rules.bounds(report["month"], ZONE)

        def ask(sql: str, begin: Any = begin, end: Any = end, columns: tuple[str, ...] = ()) -> list[Any]:
            names = [name for name in ("begin", "end") if f":{name}" in sql]
            bound = text(sql).bindparams(*[bindparam(name, type_=UtcDateTime) for name in names])
            typed = bound.columns(column("id"), *[column(name, UtcDateTime) for name in columns]) if columns else bound
            values = {"begin": begin, "end": end}
            return list(db.session.execute(typed, {name: values[name] for name in names}).all())

        filed = {(keys[row[0]], keys[row[1]]): row[2] for row in ask(FILED)}
        kept = {(keys[row[0]], row[1]): row[2] for row in ask(KEPT)}
        broken = {(keys[row[0]], row[1]): row[2] for row in ask(BROKEN)}
        backlog = {keys[row[0]]: row[1] for row in ask(BACKLOG)}
        moves = {(keys[row[0]], keys[row[1]]): row[2] for row in ask(BOUNCED)}

        assert report["tickets"] == sum(filed.values())
        assert sum(band["tickets"] for band in report["backlog"]) == sum(backlog.values())
        assert report["bounces"] == {"given": sum(moves.values()), "received": sum(moves.values())}
        for metric, told in report["promises"].items():
            assert told["kept"] == sum(n for (_, name), n in kept.items() if name == metric), (report["month"], metric)
            assert told["broken"] == sum(n for (_, name), n in broken.items() if name == metric)
        assert fix_of(report) == counted_fixes(ask(FIRST, columns=("resolved", "reopened")), begin, end)
        for part in report["departments"]:
            key = part["key"]
            assert part["tickets"] == sum(n for (own, _), n in filed.items() if own == key)
            assert sum(band["tickets"] for band in part["backlog"]) == backlog.get(key, 0)
            assert part["bounces"]["given"] == sum(n for (own, _), n in moves.items() if own == key)
            assert part["bounces"]["received"] == sum(n for (_, own), n in moves.items() if own == key)
            for metric, told in part["promises"].items():
                assert (told["kept"], told["broken"]) == (kept.get((key, metric), 0), broken.get((key, metric), 0))
            assert len(part["breaches"]) == sum(n for (own, _), n in broken.items() if own == key)
        cells = {(cell["supplier"], cell["customer"]): cell["tickets"] for cell in report["matrix"]["cells"]}
        for cell, number in filed.items():
            assert cells[cell] == number
        assert cells.get(("*", "*"), 0) == sum(filed.values())
        whole.update(tickets=sum(filed.values()), broken=sum(broken.values()), moves=sum(moves.values()))
        whole.update(backlog=sum(backlog.values()), months=1)
    # Numbers that are all zero would agree with anything.
    assert whole["tickets"] == SAMPLE and whole["months"] > 2
    assert whole["broken"] > 30 and whole["moves"] > 10 and whole["backlog"] > 10


def fix_of(report: dict[str, Any]) -> tuple[int, int]:
    return report["first_time_fix"]["fixed"], report["first_time_fix"]["reopened"]


def counted_fixes(rows: list[Any], begin: Any, end: Any) -> tuple[int, int]:
    """A first resolution counts in the month in which it was reopened within seven days, else where those end."""
    fixed = reopened = 0
    for _, resolved, again in rows:
        held = resolved + timedelta(days=7)
        if again is not None and resolved <= again <= held:
            reopened += begin <= again < end
        else:
            fixed += begin <= held < end
    return fixed, reopened
