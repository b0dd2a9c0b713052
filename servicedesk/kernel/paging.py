"""Keyset paging: a page is as dear at the end of a million rows as at the start. Never OFFSET."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from servicedesk.kernel.db import db
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.text import N_, is_storable

LARGEST = 200
Key = ColumnElement[Any] | InstrumentedAttribute[Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """`items` and the cursor of the next page, None on the last one."""

    items: list[T]
    next: str | None

    def map(self, change: Callable[[T], Any]) -> Page[Any]:
        return Page([change(item) for item in self.items], self.next)


def page_of(
    query: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    *,
    cursor: str | None,
    limit: int = 50,
    descending: bool = False,
) -> Page[Any]:
    """Rows of `query` ordered by `keys` (none of them null, together unique), `limit` of them after `cursor`.

    The query must select one entity or expression first; the keys are added behind it and not returned.
    Raises `Invalid` for a cursor that is not ours.
    """
    limit = max(1, min(limit, LARGEST))
    if cursor:
        after = tuple_(*[_bound(key, value) for key, value in zip(keys, read_cursor(cursor, keys), strict=True)])
        query = query.where(tuple_(*keys) < after if descending else tuple_(*keys) > after)
    width = len(query.column_descriptions)
    ordered = query.add_columns(*keys).order_by(*[key.desc() if descending else key.asc() for key in keys])
    rows = db.session.execute(ordered.limit(limit + 1)).all()
    following = _write(rows[limit - 1][width:]) if len(rows) > limit else None
    items = [row[0] if width == 1 else row[:width] for row in rows[:limit]]
    return Page(items, following)


def cursor_after(values: Sequence[Any]) -> str:
    """The cursor of the page that follows a row with these keys, for who knows the row without having read its page."""
    return _write(values)


def _bound(key: Key, value: Any) -> Any:
    return bindparam(None, value, type_=key.type)


def _write(values: Sequence[Any]) -> str:
    plain = [{"t": value.isoformat()} if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def read_cursor(cursor: str, keys: Sequence[Key]) -> list[Any]:
    """The values of `keys` that a cursor says. Raises `Invalid` for one that is not ours."""
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [datetime.fromisoformat(v["t"]).astimezone(UTC) if isinstance(v, dict) else v for v in plain]
        fits = [_fits(value, key.type.python_type) for value, key in zip(values, keys, strict=True)]
    except (binascii.Error, ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise Invalid(
            fields={"cursor": N_("This page marker is not one of ours; start from the first page.")}
        ) from error
    if not all(fits):
        raise Invalid(fields={"cursor": N_("This page marker is not one of ours; start from the first page.")})
    return values


def _fits(value: Any, kind: type) -> bool:
    """Whether the database can compare `value` with a column of `kind` (int, str, else an instant): a forged marker may hold anything."""
    if kind is int:
        return type(value) is int and abs(value) < 2**31
    if kind is str:
        return isinstance(value, str) and is_storable(value)
    return isinstance(value, datetime)
