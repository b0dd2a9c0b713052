"""Sums made piece by piece are those of the whole, and parts add up to their totals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from servicedesk.reports import figures
from servicedesk.reports.document import Opinions
from servicedesk.reports.document.matrix import Matrix
from servicedesk.reports.figures import BANDS, TOTAL, ClockRow, Promises, TicketRow

END = datetime(2026, 5, 1, tzinfo=UTC)
KEYS = {None: "-", 1: "a", 2: "b", 3: "c"}

clocks = st.lists(
    st.builds(
        lambda kept, hours, paused, target, runs, of, by, who: ClockRow(
            1, 1, "resolution", of, by, kept, hours * 3600.0, paused * 3600.0, target * 3600.0,
            stopped=kept or not runs, requester_id=who,
        ),
        st.booleans(), st.integers(0, 40), st.integers(0, 9), st.sampled_from((0, 4, 9)), st.booleans(),
        st.sampled_from((1, 2, 3)), st.sampled_from((None, 1, 2, 3)), st.integers(1, 9),
    ),
    max_size=40,
)  # fmt: skip
tickets = st.lists(
    st.builds(
        lambda days, of, by: TicketRow(1, of, by, END - timedelta(days=days)),
        st.floats(0, 90), st.sampled_from((1, 2, 3)), st.sampled_from((None, 1, 2, 3)),
    ),
    max_size=40,
)  # fmt: skip


@given(clocks, st.integers(0, 40))
def test_promises_added_in_two_parts_are_those_of_the_whole(rows, cut):
    together, rest = Promises(rows[:cut]), Promises(rows[cut:])
    together.take(rest)
    for figure in (figures.kept, figures.times, figures.times_distribution):
        assert figure(together) == figure(rows)


@given(clocks)
def test_every_promise_with_an_amount_of_time_is_in_one_band(rows):
    """Bands are those of plain counting: up to and including the share, what still runs beyond all."""
    timed = [row for row in rows if row.target_seconds]
    below = 0.0
    for band, count in figures.times_distribution(rows):
        upper = float("inf") if band is None else band
        shares = [row.elapsed_seconds / row.target_seconds if row.stopped else float("inf") for row in timed]
        assert count == sum(below < share <= upper or (below == 0 == share) for share in shares)
        below = upper
    assert len(BANDS) == len(figures.times_distribution([]))


@given(clocks)
def test_one_more_kept_promise_never_lowers_the_share(rows):
    before, after = figures.kept(rows), figures.kept([*rows, ClockRow(1, 1, "resolution", 1, 2, True, 60.0)])
    assert before.share is None or after.share >= before.share
    assert before.low is None or after.low >= before.low


@given(tickets)
def test_backlog_and_load_add_up_to_the_tickets(rows):
    assert sum(count for _, count in figures.backlog_by_age(rows, END)) == len(rows)
    assert sum(figures.load_by_customer(rows).values()) == len(rows)


@given(tickets, clocks)
def test_totals_of_the_matrix_are_the_sums_of_their_cells(filed, decided):
    matrix = Matrix(KEYS)
    for ticket in filed:
        matrix.file(ticket)
    for clock in decided:
        matrix.decide(clock)
    cells = matrix.written(Opinions())["cells"]
    for figure in (
        lambda cell: cell["tickets"], lambda cell: cell["kept"]["kept"], lambda cell: cell["kept"]["broken"],
    ):  # fmt: skip
        for total in cells:
            if TOTAL in (total["supplier"], total["customer"]):
                inner = [
                    cell for cell in cells
                    if TOTAL not in (cell["supplier"], cell["customer"])
                    and total["supplier"] in (TOTAL, cell["supplier"]) and total["customer"] in (TOTAL, cell["customer"])
                ]  # fmt: skip
                assert figure(total) == sum(figure(cell) for cell in inner)
