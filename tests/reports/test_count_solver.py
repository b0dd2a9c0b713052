"""Somebody tries to compute the numbers of requests that a report hides, from every table that tells of requests.

The reader knows that such a number is nought or more, that a cell which is not in a table is nought, and that rows and
columns add up. Hidden is whatever a linear programme leaves two values for.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.reports import document
from servicedesk.reports.document.opinions import NOBODY, Opinions
from servicedesk.reports.figures import TOTAL, ClockRow, DepartmentRow, MonthRows, TicketRow
from tests.reports.solving import ends

BEGIN, END = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
KEYS = ("a", "b", "c")
DEPARTMENTS = [DepartmentRow(number, key, {}) for number, key in enumerate(KEYS)]
CUSTOMERS = (*KEYS, NOBODY)
EVERY_CELL = [(supplier, customer) for supplier in KEYS for customer in CUSTOMERS]
COUNTS = ("tickets", "kept", "broken", "excused")

# One request or promise: who serves whom, which of the customer's people asked, what became of it.
happened = st.tuples(
    st.integers(0, 2), st.sampled_from((0, 0, 1, 2, None)), st.integers(0, 6), st.sampled_from((*COUNTS, "tickets"))
)
# Departments that keep something secret do so for a few kinds of request.
months = st.lists(st.tuples(happened, st.sampled_from((False, False, False, True))), min_size=1, max_size=40)


def published(rows, *, number=1, before=None):
    """The document of a month in which this happened; `before` is the one that it corrects."""
    tickets, clocks = [], []
    for place, ((supplier, customer, person, what), confidential) in enumerate(rows):
        who = {"confidential": confidential, "requester_id": person + 10 * (customer or 0)}
        if what == "tickets":
            tickets.append(TicketRow(place, supplier, customer, BEGIN, **who))
        else:
            kept, excused = what == "kept", what == "excused"
            clocks.append(ClockRow(place, place, "resolution", supplier, customer, kept, 60.0, excused=excused, **who))
    return document.build(
        MonthRows("2026-04", BEGIN, END, departments=DEPARTMENTS, tickets=tickets, clocks=clocks), Opinions(),
        document.Lists(lambda *_: None), company="North", number=number, closed_at=END,
        hidden=document.hidden_in(before) if before else (),
    )  # fmt: skip


def told(report, count):
    """Every number of this kind that is published, as the cells it is the sum of. What stands nowhere is nought."""
    found = []
    for cell in report["matrix"]["cells"]:
        if not cell["hidden"]:
            value = cell["tickets"] if count == "tickets" else cell["kept"][count]
            found.append(((cell["supplier"], cell["customer"]), value))
    for key, part in [(TOTAL, report), *((part["key"], part) for part in report["departments"])]:
        found.append(((key, TOTAL), part["tickets"] if count == "tickets" else part["promises"]["resolution"][count]))
        if count == "tickets":
            found += [
                ((key, row["customer"]), row["tickets"])
                for row in part.get("load_by_customer", ())
                if not row["hidden"]
            ]
    listed = {(cell["supplier"], cell["customer"]) for cell in report["matrix"]["cells"]}
    reported = {part["key"] for part in report["departments"]}
    found += [(cell, 0) for cell in EVERY_CELL if cell not in listed or cell[0] not in reported]
    return found


def summed(cell):
    return np.array([float(cell[0] in (TOTAL, s) and cell[1] in (TOTAL, c)) for s, c in EVERY_CELL])


def assert_unsolved(issues, hidden):
    """Of no cell in `hidden`, and of no total of a customer over one of them, does a number follow from all these issues
    together; but that it is nought where its department has nought in all."""
    for count in COUNTS:
        found = [row for report in issues for row in told(report, count)]
        rows, values = np.array([summed(cell) for cell, _ in found]), np.array([float(value) for _, value in found])
        of_department = {cell[0]: value for cell, value in found if cell[1] == TOTAL}
        secrets = {cell for cell in hidden if of_department.get(cell[0])}
        for cell in secrets | {(TOTAL, customer) for _, customer in secrets}:
            least, most = ends(summed(cell), rows, values)
            assert most - least > 0.5, (count, cell)


@settings(max_examples=120)
@given(months)
def test_no_hidden_number_of_requests_follows_from_what_is_shown(rows):
    report = published(rows)
    assert_unsolved([report], document.hidden_in(report))


@settings(max_examples=120)
@given(months)
def test_few_people_with_a_confidential_request_are_hidden(rows):
    """Whatever else is shown, and departments keep their own totals."""
    report = published(rows)
    people, secret = {}, set()
    for (supplier, customer, person, _), confidential in rows:
        cell = (KEYS[supplier], NOBODY if customer is None else KEYS[customer])
        people.setdefault(cell, set()).add((person, customer))
        secret |= {cell} if confidential else set()
    hidden = {(cell["supplier"], cell["customer"]) for cell in report["matrix"]["cells"] if cell["hidden"]}
    for cell in secret:
        assert cell in hidden or len(people[cell]) >= 5
    assert not any(cell[1] == TOTAL for cell in hidden)
    # Nothing is hidden of departments without secrets.
    assert {cell[0] for cell in hidden} <= {TOTAL} | {cell[0] for cell in secret}


@settings(max_examples=80)
@given(months, st.data())
def test_a_correction_tells_no_number_that_the_first_issue_hid(rows, data):
    """The same month told twice; in between some requests are no longer confidential, or have become it."""
    first = published(rows)
    changed = data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=6))
    again = [(row, confidential != (place in changed)) for place, (row, confidential) in enumerate(rows)]
    second = published(again, number=2, before=first)
    third = published(rows, number=3, before=second)
    assert document.hidden_in(first) <= document.hidden_in(second) <= document.hidden_in(third)
    assert_unsolved([first, second, third], document.hidden_in(first))


def test_a_department_with_one_customer_hides_an_empty_cell_with_it():
    """Else its own total would be the number."""
    report = published([((0, 1, 1, "tickets"), True), ((0, 1, 2, "tickets"), False), ((2, 0, 3, "tickets"), False)])
    assert document.hidden_in(report) == {("a", "b"), ("a", "a")}
    assert report["departments"][0]["load_by_customer"] == [
        {"customer": key, "tickets": None, "hidden": True} for key in ("a", "b")
    ]
    assert report["departments"][0]["tickets"] == 2


def test_another_departments_cells_pay_for_nothing():
    rows = [((0, 1, 1, "tickets"), True), *(((0, 2, n, "tickets"), False) for n in range(6))]
    rows += [((2, customer, n, "tickets"), False) for customer in (0, 1, 2) for n in range(3)]
    report = published(rows)
    cells = {(cell["supplier"], cell["customer"]): cell["tickets"] for cell in report["matrix"]["cells"]}
    assert cells["a", "b"] is cells["a", "c"] is cells[TOTAL, "b"] is cells[TOTAL, "c"] is None
    assert (cells["c", "a"], cells["c", "b"], cells["c", "c"], cells[TOTAL, "a"], cells["a", TOTAL]) == (3, 3, 3, 3, 7)
