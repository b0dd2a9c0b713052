"""Keyset paging: every row once, in order, whatever is added meanwhile; only our own markers."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.once import JobRun
from servicedesk.kernel.paging import LARGEST, page_of
from servicedesk.kernel.transaction import transaction

NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)


def add(db, minutes):
    with transaction():
        db.session.execute(delete(JobRun))
        for number, minute in enumerate(minutes):
            db.session.add(JobRun(job="x", slot=str(number), started_at=NOON + timedelta(minutes=minute)))


def read(limit, descending, after_first=None):
    seen, cursor = [], None
    while True:
        page = page_of(
            select(JobRun), [JobRun.started_at, JobRun.id], cursor=cursor, limit=limit, descending=descending
        )
        assert len(page.items) <= limit
        seen += page.items
        if page.next is None:
            return seen
        assert page.items
        cursor = page.next
        if after_first:
            after_first()
            after_first = None


@settings(max_examples=40)
@given(minutes=st.lists(st.integers(0, 5), max_size=20), limit=st.integers(1, 7), descending=st.booleans())
def test_every_row_comes_once_and_in_order(db, minutes, limit, descending):
    add(db, minutes)
    seen = [(row.started_at, row.id) for row in read(limit, descending)]
    assert seen == sorted(seen, reverse=descending)
    assert len(seen) == len(set(seen)) == len(minutes)


def test_a_row_added_in_front_meanwhile_repeats_nothing(db):
    add(db, range(6))

    def newer():
        with transaction():
            db.session.add(JobRun(job="x", slot="new", started_at=NOON + timedelta(hours=1)))

    assert [row.slot for row in read(2, descending=True, after_first=newer)] == ["5", "4", "3", "2", "1", "0"]


def test_a_page_that_is_just_full_is_the_last(db):
    add(db, range(4))
    assert page_of(select(JobRun), [JobRun.id], cursor=None, limit=4).next is None


@pytest.mark.parametrize(("asked", "given_size"), [(0, 1), (-5, 1), (10_000, LARGEST)])
def test_the_size_has_bounds(db, asked, given_size):
    add(db, range(LARGEST + 1))
    assert len(page_of(select(JobRun), [JobRun.id], cursor=None, limit=asked).items) == given_size


def test_two_columns_come_as_pairs(db):
    add(db, range(2))
    page = page_of(select(JobRun.slot, JobRun.job), [JobRun.id], cursor=None)
    assert [tuple(item) for item in page.items] == [("0", "x"), ("1", "x")]


def marker(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "foreign",
    [
        "!!!", "a", "%00", "null", marker(None), marker(7), marker([]), marker([1, 2, 3]), marker([None, 1]), marker([[1], 1]),
        marker([{"t": "yesterday"}, 1]), marker([{"x": 1}, 1]), marker({"t": 1}),
        marker(["a", "b"]), marker([1, "b"]), marker([{"t": "2026-04-06T12:00:00+00:00"}, "b"]),
        marker([{"t": "2026-04-06T12:00:00+00:00"}, 2**70]), marker([True, 1]), "é", marker("[[[[") , "W" * 5000,
    ],
)  # fmt: skip
def test_a_marker_that_is_not_ours_is_refused_in_words(db, foreign):
    add(db, range(3))
    with pytest.raises(Invalid) as refusal:
        page_of(select(JobRun), [JobRun.started_at, JobRun.id], cursor=foreign, limit=2)
    assert set(refusal.value.fields) == {"cursor"}


@given(foreign=st.text(max_size=40))
def test_no_text_is_a_fault_of_ours(db, foreign):
    with suppress(Invalid):
        page_of(select(JobRun), [JobRun.started_at, JobRun.id], cursor=foreign, limit=2)
