"""Foreign keys go down the stairs, and tables say what they are."""

from __future__ import annotations

import pytest
from sqlalchemy import DateTime

from servicedesk.app import create_app  # noqa: F401  — loads every table
from servicedesk.kernel.db import Base, UtcDateTime
from tests.house.sources import steps

SLICE_OF = {mapper.local_table.name: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}


def test_every_table_belongs_to_a_slice():
    assert set(SLICE_OF) == set(Base.metadata.tables)


@pytest.mark.parametrize("table", sorted(SLICE_OF))
def test_references_lead_down_or_stay(table):
    step = steps()
    for key in Base.metadata.tables[table].foreign_keys:
        above, below = SLICE_OF[table], SLICE_OF[key.column.table.name]
        assert above == below or step[above] < step[below], f"{table} refers to {key.column.table.name}"


def test_instants_are_of_the_one_type():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, DateTime):
                pytest.fail(f"{table.name}.{column.name} would take a naive instant")
            if column.name.endswith("_at") and column.name != "warn_at":  # percents
                assert isinstance(column.type, UtcDateTime), f"{table.name}.{column.name}"


def test_every_constraint_has_a_name_that_batches_can_use():
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"
