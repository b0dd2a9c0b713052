"""The report as one plain table: a company with a row for each department, a department with a row for each figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from servicedesk.papers.figures import figures_of
from servicedesk.papers.names import department_name
from servicedesk.papers.reading import Json, Reading
from servicedesk.papers.tables import Column, Sheet, Typed


def table_of(reading: Reading) -> Sheet:
    return _departments(reading) if reading.key is None else _figures(reading)


def _departments(reading: Reading) -> Sheet:
    """First the company, whose key is empty, then its departments by key."""
    columns = [Column(_("Month")), Column(_("Key")), Column(_("Department"))]
    for figure in figures_of(reading.document):
        columns.append(Column(figure.name, figure.kind))
        if figure.interval:
            columns.append(Column(_("%(figure)s: from", figure=figure.name), figure.kind))
            columns.append(Column(_("%(figure)s: to", figure=figure.name), figure.kind))
    return Sheet(_("Departments"), columns, _department_rows(reading))


def _department_rows(reading: Reading) -> Iterator[list[Any]]:
    yield [reading.month, "", reading.document["company"]["name"], *_wide(reading.document)]
    for part in reading.parts:
        yield [reading.month, part["key"], department_name(reading.names, part["key"]), *_wide(part)]


def _wide(part: Json) -> Iterator[Any]:
    for figure in figures_of(part):
        yield figure.value
        if figure.interval:
            yield from (figure.low, figure.high)


def _figures(reading: Reading) -> Sheet:
    columns = (
        Column(_("Month")), Column(_("Key")), Column(_("Figure")), Column(_("Value"), "number"), Column(_("From (95 %)"), "number"),
        Column(_("To (95 %)"), "number"), Column(_("Of"), "whole"), Column(_("People"), "whole"), Column(_("Hidden")),
    )  # fmt: skip
    return Sheet(_("Figures"), columns, _figure_rows(reading))


def _figure_rows(reading: Reading) -> Iterator[list[Any]]:
    for part in reading.parts:
        for row in figures_of(part):
            values = (None if value is None else Typed(value, row.kind) for value in (row.value, row.low, row.high))
            yield [reading.month, row.key, row.name, *values, row.n, row.people, _("yes") if row.hidden else None]
