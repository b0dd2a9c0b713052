"""Supplier by customer, with totals: summed up row by row, only cells in which something happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from servicedesk.reports import figures
from servicedesk.reports.document.opinions import NOBODY, Cell, Opinions
from servicedesk.reports.document.shapes import kept_of
from servicedesk.reports.figures import LEAST_RATERS, TOTAL, ClockRow, DepartmentRow, Promises, TicketRow

Json = dict[str, Any]


@dataclass(slots=True)
class _Sums:
    tickets: int = 0
    promises: Promises = field(default_factory=Promises)
    people: set[Hashable] = field(default_factory=set)
    confidential: bool = False


# What is told of a cell that is not hidden.
_COUNTS: tuple[Callable[[_Sums], int], ...] = (
    lambda sums: sums.tickets,
    lambda sums: sums.promises.good,
    lambda sums: sums.promises.broken,
    lambda sums: sums.promises.excused,
)


class Matrix:
    """Takes the tickets filed in the month and the resolutions decided in it."""

    def __init__(
        self, keys: Mapping[int | None, str], departments: Sequence[DepartmentRow] = (), hidden: Iterable[Cell] = ()
    ) -> None:
        """`hidden` are the cells whose counts the issue before hid: of two issues one shall not tell what the other hides."""
        self._keys = keys
        self._possible = [*sorted(row.key for row in departments if row.active), NOBODY]
        self._hidden_before = frozenset(hidden)
        self._cells: defaultdict[Cell, _Sums] = defaultdict(_Sums)

    def file(self, ticket: TicketRow) -> None:
        for sums in self._touched(ticket):
            sums.tickets += 1

    def decide(self, clock: ClockRow) -> None:
        for sums in self._touched(clock):
            sums.promises.add(clock)

    def load_of(self, supplier: str) -> list[Json]:
        """Whose tickets a department got; a hidden count stands there as one."""
        hidden = self._hidden
        cells = [cell for cell in sorted(self._cells.keys() | hidden) if cell[0] == supplier and cell[1] != TOTAL]
        return [
            {"customer": cell[1], "tickets": None if cell in hidden else self._cells[cell].tickets, "hidden": cell in hidden}
            for cell in cells if cell in hidden or self._cells[cell].tickets
        ]  # fmt: skip

    def written(self, opinions: Opinions) -> Json:
        """The part of the document. Opinions are hidden or shown by their own rule; a cell stands here because work was
        done in it, because it is hidden for the sake of another one or because a figure is shown, never because of a
        hidden opinion."""
        hidden = self._hidden
        cells = sorted(self._cells.keys() | hidden | opinions.cells.keys())
        return {
            "suppliers": sorted({supplier for supplier, _ in cells} - {TOTAL}),
            "customers": sorted({customer for _, customer in cells} - {TOTAL}),
            "cells": [self._cell(cell, cell in hidden, opinions.index_of(cell)) for cell in cells],
        }

    def _touched(self, row: TicketRow | ClockRow) -> list[_Sums]:
        supplier, customer = self._keys[row.department_id], self._keys[row.customer_department_id]
        cells = ((supplier, customer), (supplier, TOTAL), (TOTAL, customer), (TOTAL, TOTAL))
        found = [self._cells[cell] for cell in cells]
        for sums in found:
            sums.people.add(row.requester_id)
            sums.confidential |= row.confidential
        return found

    @cached_property
    def _hidden(self) -> frozenset[Cell]:
        """Asked after the last row. Counts of a cell are hidden where fewer than five persons stand behind a confidential
        ticket: others may not even count those."""
        inner = {cell: sums for cell, sums in self._cells.items() if TOTAL not in cell}
        few = {cell for cell, sums in inner.items() if sums.confidential and len(sums.people) < LEAST_RATERS}
        busy = {cell[1]: len(sums.people) for cell, sums in self._cells.items() if cell[0] == TOTAL != cell[1]}
        known = sorted(busy, key=lambda customer: (busy[customer], customer))
        return figures.hidden_counts(
            {cell: frozenset(sums.people) for cell, sums in inner.items()},
            [{cell: count(sums) for cell, sums in inner.items()} for count in _COUNTS],
            few=frozenset(few) | self._hidden_before, columns=[*known, *self._possible],
        )  # fmt: skip

    def _cell(self, cell: Cell, hidden: bool, index: Json) -> Json:
        sums = self._cells.get(cell) or _Sums()
        return {
            "supplier": cell[0], "customer": cell[1], "hidden": hidden, "tickets": None if hidden else sums.tickets,
            "kept": None if hidden else kept_of(sums.promises), "index": index,
        }  # fmt: skip


def hidden_in(document: Json) -> frozenset[Cell]:
    """The cells of a stored document whose counts are hidden, without totals."""
    cells = {(cell["supplier"], cell["customer"]) for cell in document["matrix"]["cells"] if cell["hidden"]}
    return frozenset(cell for cell in cells if TOTAL not in cell)
