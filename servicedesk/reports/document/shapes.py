"""How figures and rows look in the document: plain JSON, rounded, instants in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from servicedesk.reports import figures
from servicedesk.reports.figures import BallRow, ClockRow, Promises

Json = dict[str, Any]


def kept_of(promises: Promises) -> Json:
    found = figures.kept(promises)
    return {
        "kept": found.kept, "broken": found.broken, "excused": found.excused, "share": rounded(found.share),
        "low": rounded(found.low), "high": rounded(found.high), "pause_share": rounded(found.pause_share),
    }  # fmt: skip


def times_of(promises: Promises) -> Json:
    found = figures.times(promises)
    return {"median": seconds(found.median), "p90": seconds(found.p90), "n": found.n, "running": found.running}


def distribution_of(promises: Promises) -> list[Json]:
    return [{"up_to_share": share, "count": count} for share, count in figures.times_distribution(promises)]


def breach_of(clock: ClockRow) -> Json:
    """A confidential ticket's breach is counted and explained by its code; nothing leads to the ticket."""
    return {
        "ticket_id": None if clock.confidential else clock.ticket_id,
        "clock_id": None if clock.confidential else clock.clock_id,
        "confidential": clock.confidential, "metric": clock.metric,
        "breached_at": moment(clock.breached_at) if clock.breached_at else None,
        "target_seconds": seconds(clock.target_seconds), "elapsed_seconds": seconds(clock.elapsed_seconds),
        "running": not clock.stopped, "ball": clock.ball, "excused": clock.excused, "reason_code": clock.reason_code,
        "reason_text": None if clock.confidential else clock.reason_text,
    }  # fmt: skip


def ball_of(rows: Iterable[BallRow], keys: Mapping[int | None, str]) -> Json:
    found = figures.ball(rows)
    return {
        "tickets": found.tickets, "closed": seconds(found.closed),
        "holders": [
            {
                "holder": part.holder, "department": keys[part.department_id] if part.holder == "supplier" else None,
                "seconds": seconds(part.seconds), "share": rounded(part.share),
            }
            for part in found.holders
        ],
    }  # fmt: skip


def rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def seconds(number: float | None) -> int | None:
    return None if number is None else round(number)


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
