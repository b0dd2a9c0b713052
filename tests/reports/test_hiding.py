"""No hidden cell can be computed from what is shown: checked by solving the table's equations."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.reports.figures import LEAST_RATERS, TOTAL, few, hidden_cells, hidden_in_every

NAMES = ("a", "b", "c", "d")


def with_totals(cells):
    table = {}
    for (row, column), persons in cells.items():
        for cell in ((row, column), (row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            table[cell] = table.get(cell, frozenset()) | persons
    return table


def people(count, first=0):
    return frozenset(range(first, first + count))


def known(hidden):
    """The hidden cells that the equations "a line sums up to its total" determine."""
    cells = sorted(hidden)
    place = {cell: i for i, cell in enumerate(cells)}
    rows = []
    for axis in (0, 1):
        for name in (*NAMES, TOTAL):
            row = [Fraction(0)] * len(cells)
            for cell in cells:
                if cell[axis] == name:
                    row[place[cell]] = Fraction(-1 if cell[1 - axis] == TOTAL else 1)
            if any(row):
                rows.append(row)
    reduced = _reduce(rows, len(cells))
    return {cells[next(i for i, value in enumerate(row) if value)] for row in reduced if sum(bool(v) for v in row) == 1}


def _reduce(rows, width):
    """Reduced row echelon form: an unknown is determined exactly when its row has no other entry."""
    done = 0
    for column in range(width):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for i in range(len(rows)):
            if i != done and rows[i][column]:
                rows[i] = [a - rows[i][column] * b for a, b in zip(rows[i], rows[done], strict=True)]
        done += 1
    return rows[:done]


tables = st.dictionaries(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.frozensets(st.integers(0, 30), min_size=1, max_size=12),
    max_size=16,
).map(with_totals)


@given(tables)
@settings(max_examples=400, deadline=None)
def test_no_hidden_cell_follows_from_totals(table):
    hidden = hidden_cells(table, few=few(table))
    assert few(table) <= hidden
    assert known(hidden) == set()


@given(tables)
@settings(max_examples=200, deadline=None)
def test_what_a_line_hides_has_five_persons_behind_it(table):
    hidden = hidden_cells(table, few=few(table))
    for axis in (0, 1):
        for name in (*NAMES, TOTAL):
            line = [cell for cell in hidden if cell[axis] == name and cell[1 - axis] != TOTAL]
            total = (name, TOTAL) if axis == 0 else (TOTAL, name)
            if line and total not in hidden:
                assert len(frozenset().union(*(table[cell] for cell in line))) >= LEAST_RATERS


def test_nothing_is_hidden_when_every_cell_has_five():
    table = with_totals({("a", "a"): people(5), ("a", "b"): people(6, 10)})
    assert hidden_cells(table, few=few(table)) == frozenset()


def test_a_single_small_cell_takes_the_next_smallest_of_its_row_and_column_with_it():
    table = with_totals(
        {
            ("a", "a"): people(2),
            ("a", "b"): people(6, 10),
            ("a", "c"): people(9, 20),
            ("b", "a"): people(7, 30),
            ("b", "b"): people(8, 40),
            ("b", "c"): people(9, 50),
        }
    )
    assert hidden_cells(table, few=few(table)) == {("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")}


def test_two_small_cells_of_a_line_are_not_enough_when_together_they_are_fewer_than_five():
    table = with_totals(
        {
            (row, column): people(2 if row == "a" and column in "ab" else 9, ord(column) * 10)
            for row in "ab"
            for column in "abc"
        }
    )
    hidden = hidden_cells(table, few=few(table))
    assert ("a", "c") in hidden


def test_an_empty_table_hides_nothing():
    assert hidden_cells({}, few=frozenset()) == frozenset()


@given(
    tables,
    st.dictionaries(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)),
        st.frozensets(st.integers(100, 110), min_size=1, max_size=6),
        max_size=6,
    ),
)
def test_neither_who_knows_the_signed_ratings_nor_who_does_not_can_compute_one(unsigned, signed):
    """Signed raters have numbers from 100 on. Both tables are solved: all ratings, and those without the signed ones."""
    every = with_totals(
        {cell: unsigned.get(cell, frozenset()) | signed.get(cell, frozenset()) for cell in unsigned | signed}
    )
    rest = with_totals(unsigned)
    hidden = hidden_in_every([every, {cell: rest.get(cell, frozenset()) for cell in every}])
    assert all(cell in hidden for cell in every if len(rest.get(cell, ())) < LEAST_RATERS)
    assert known(hidden) == set()
    assert known(hidden & rest.keys()) == set()


def test_a_cell_of_signed_ratings_alone_protects_no_other():
    """The lead knows the signed ratings of (a, b): the total of row a would give (a, a) away."""
    unsigned = {("a", "a"): people(3), ("a", "c"): people(9, 20), ("b", "a"): people(9, 40), ("b", "c"): people(9, 60)}
    signed = {("a", "b"): people(6, 100)}
    every, rest = with_totals(unsigned | signed), with_totals(unsigned)
    hidden = hidden_in_every([every, {cell: rest.get(cell, frozenset()) for cell in every}])
    assert ("a", "c") in hidden or ("a", TOTAL) in hidden
