"""Values of filters in both languages: states, times, due instants."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.tickets.rules import ACTIVE
from servicedesk.tickets.search import terms
from servicedesk.tickets.search.terms import Span

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 5, 13, 9, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("2026-05", Span(day("2026-05-01"), day("2026-06-01"))),
        ("2026-12", Span(day("2026-12-01"), day("2027-01-01"))),
        ("2026", Span(day("2026-01-01"), day("2027-01-01"))),
        ("2026-05-13", Span(day("2026-05-13"), day("2026-05-14"))),
        ("today", Span(day("2026-05-13"), day("2026-05-14"))),
        ("вчера", Span(day("2026-05-12"), day("2026-05-13"))),
        (">2026-01-01", Span(since=day("2026-01-02"))),
        (">=2026-01-01", Span(since=day("2026-01-01"))),
        ("<2026-05", Span(before=day("2026-05-01"))),
        ("<=2026-05", Span(before=day("2026-06-01"))),
        ("2026-05..2026-07", Span(day("2026-05-01"), day("2026-08-01"))),
        ("<7d", Span(since=datetime(2026, 5, 6, 9, tzinfo=UTC))),
        (">7д", Span(before=datetime(2026, 5, 6, 9, tzinfo=UTC))),
    ],
)
def test_a_span_of_time(value, span):
    assert terms.span(value, NOW, MOSCOW) == span


@pytest.mark.parametrize(
    "value", ["2026-13", "2026-02-30", "2026-07..2026-05", "soon", "0000", "9999", ">", "99999999w", ".."]
)
def test_what_is_no_time(value):
    assert terms.span(value, NOW, MOSCOW) is None


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("overdue", Span(before=NOW)), ("просрочен", Span(before=NOW)), ("none", Span(never=True)),
        ("<2d", Span(before=datetime(2026, 5, 15, 9, tzinfo=UTC))), (">4ч", Span(since=datetime(2026, 5, 13, 13, tzinfo=UTC))),
        ("сегодня", Span(day("2026-05-13"), day("2026-05-14"))), ("завтра", Span(day("2026-05-14"), day("2026-05-15"))),
    ],
)  # fmt: skip
def test_a_due_time(value, span):
    assert terms.due(value, NOW, MOSCOW) == span


@pytest.mark.parametrize(
    ("value", "states"),
    [("open", ACTIVE), ("открытые", ACTIVE), ("Закрыт", ("closed",)), ("решён", ("resolved",)), ("on_hold", ("on_hold",)),
     ("ждёт", ("waiting",)), ("nonsense", None)],
)  # fmt: skip
def test_a_status(value, states):
    assert terms.states(value) == states


@given(st.text(max_size=30))
def test_nothing_that_is_typed_makes_them_fail(value):
    for read in (terms.states, terms.priority, terms.feature, terms.quality):
        read(value)
    for read in (terms.span, terms.due):
        found = read(value, NOW, MOSCOW)
        assert found is None or found.since is None or found.before is None or found.since < found.before
