"""Which cells of a table may not be shown, so that none of them can be computed from the rest. Knows no figures."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

# A figure needs so many distinct raters.
LEAST_RATERS = 5
# The name of the row and the column of totals.
TOTAL = "*"

Cell = tuple[str, str]
People = Mapping[Cell, frozenset[Hashable]]
Node = tuple[str, str]


def few(people: People) -> frozenset[Cell]:
    """The cells that fewer than five persons are behind."""
    return frozenset(cell for cell, persons in people.items() if len(persons) < LEAST_RATERS)


def hidden_cells(people: People, *, few: frozenset[Cell]) -> frozenset[Cell]:
    """A figure with fewer than five raters is hidden, and where it could be computed, the next smallest with it.
    Raters who signed do not count.

    `people` names the persons behind every cell that is not empty, totals included under `TOTAL`; an empty cell is
    known to be empty. Cells are added to `few`, smallest first and totals last, until both hold:

    - no hidden cell is a bridge of the graph of rows and columns joined by hidden cells. With every line summing up to
      its total this is exactly when a cell of a two-way table can be computed (Gusfield 1988, SIAM J. Comput. 17,
      552-571); a total counts as one more cell of its line, so a hidden total is an edge like the others;
    - where a line's total is shown, what is hidden of the line has five persons behind it, because total minus shown
      cells is a figure too.
    """
    hidden = set(few)
    while cell := _one_more(people, hidden):
        hidden.add(cell)
    return frozenset(hidden)


def hidden_in_every(tables: Sequence[People]) -> frozenset[Cell]:
    """`hidden_cells` for tables of the same cells that are shown or hidden together, one for each question: a cell of
    which one table has fewer than five persons is hidden in all, until none of the tables gives any cell away.

    A cell in which nobody judged a question protects no other in that question's table.
    """
    hidden = frozenset[Cell]().union(*(few(table) for table in tables))
    judged = [{cell: persons for cell, persons in table.items() if persons} for table in tables]
    while True:
        more = hidden.union(*(hidden_cells(table, few=hidden & table.keys()) for table in judged))
        if more == hidden:
            return hidden
        hidden = more


def hidden_counts(
    people: People, counts: Sequence[Mapping[Cell, int]], *, few: frozenset[Cell], columns: Sequence[str]
) -> frozenset[Cell]:
    """Which cells of tables of counts are hidden together, where the totals of rows stand in other tables as well and
    so cannot be hidden.

    `people` names the persons behind every cell that is not empty, without totals; a count that is missing is nought.
    In each row that has one of `few` the smallest cells are hidden with it until what is hidden of the row

    - has five persons behind it, because total minus shown cells is a figure too;
    - is nought in one of `counts` only where the whole row is, because then every hidden cell is nought;
    - is two cells at least. Where a row has no other cell an empty one is hidden, of the first of `columns`, those
      before in which something is hidden already.

    The total of a column is hidden with the first of its cells: a hidden number of requests then can be anything from
    nought to what is left of its row, and no row is hidden for the sake of another one.
    """
    rows: dict[str, list[Cell]] = {}
    for cell in sorted(people.keys() | few, key=lambda cell: (len(people.get(cell, ())), cell)):
        rows.setdefault(cell[0], []).append(cell)
    hidden, touched = set(few), sorted({cell[0] for cell in few})
    for row in touched:
        for cell in rows[row]:
            if _hides_enough(rows[row], hidden, people, counts):
                break
            hidden.add(cell)
    for row in touched:
        if sum(cell in hidden for cell in rows[row]) < 2:
            taken = {cell[1] for cell in hidden}
            empty = [column for column in columns if (row, column) not in rows[row]]
            hidden.update((row, column) for column in sorted(empty, key=lambda column: column not in taken)[:1])
    return frozenset(hidden | {(TOTAL, column) for _, column in hidden})


def _hides_enough(row: Sequence[Cell], hidden: set[Cell], people: People, counts: Sequence[Mapping[Cell, int]]) -> bool:
    inside = [cell for cell in row if cell in hidden]
    behind = frozenset[Hashable]().union(*(people.get(cell, frozenset()) for cell in inside))
    told_as_nought = any(
        not any(count.get(cell) for cell in inside) and any(count.get(cell) for cell in row) for count in counts
    )
    return len(inside) > 1 and len(behind) >= LEAST_RATERS and not told_as_nought


def _one_more(people: People, hidden: set[Cell]) -> Cell | None:
    for line, total in _lines(people):
        inside = [cell for cell in line if cell in hidden and cell != total]
        if not inside or total in hidden:
            continue
        behind = frozenset[Hashable]().union(*(people[cell] for cell in inside))
        if len(behind) < LEAST_RATERS and (cell := _smallest(people, hidden, line)):
            return cell
    for bridge in sorted(_bridges(hidden)):
        side = _reached_from(("row", bridge[0]), hidden - {bridge})
        across = [cell for cell in people if (("row", cell[0]) in side) != (("column", cell[1]) in side)]
        if cell := _smallest(people, hidden, across):
            return cell
    return None


def _lines(people: People) -> Iterator[tuple[list[Cell], Cell]]:
    """Every row and every column with the place of its total."""
    rows: dict[str, list[Cell]] = {}
    columns: dict[str, list[Cell]] = {}
    for cell in sorted(people):
        rows.setdefault(cell[0], []).append(cell)
        columns.setdefault(cell[1], []).append(cell)
    yield from ((line, (row, TOTAL)) for row, line in rows.items())
    yield from ((line, (TOTAL, column)) for column, line in columns.items())


def _smallest(people: People, hidden: set[Cell], among: Iterable[Cell]) -> Cell | None:
    shown = [cell for cell in among if cell not in hidden]
    return min(shown, key=lambda cell: (cell.count(TOTAL), len(people[cell]), cell), default=None)


def _graph(cells: Iterable[Cell]) -> dict[Node, list[Node]]:
    graph: dict[Node, list[Node]] = {}
    for row, column in sorted(cells):
        graph.setdefault(("row", row), []).append(("column", column))
        graph.setdefault(("column", column), []).append(("row", row))
    return graph


def _reached_from(start: Node, cells: set[Cell]) -> set[Node]:
    graph, seen, waiting = _graph(cells), {start}, [start]
    while waiting:
        for node in graph.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def _bridges(cells: set[Cell]) -> list[Cell]:
    """Edges whose removal parts the graph: depth-first order and low points (Tarjan 1974), without recursion."""
    graph = _graph(cells)
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    found: list[Cell] = []
    for root in graph:
        if root in order:
            continue
        order[root] = low[root] = len(order)
        path: list[tuple[Node, Node | None, Iterator[Node]]] = [(root, None, iter(graph[root]))]
        while path:
            node, parent, ahead = path[-1]
            child = next(ahead, None)
            if child is None:
                path.pop()
                if parent is not None:
                    low[parent] = min(low[parent], low[node])
                    if low[node] > order[parent]:
                        found.append(_cell(parent, node))
            elif child not in order:
                order[child] = low[child] = len(order)
                path.append((child, node, iter(graph[child])))
            elif child != parent:
                low[node] = min(low[node], order[child])
    return found


def _cell(a: Node, b: Node) -> Cell:
    return (a[1], b[1]) if a[0] == "row" else (b[1], a[1])
