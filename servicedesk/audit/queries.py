"""Reads of the audit table."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Select, and_, or_, select

from servicedesk.audit.models import Entry
from servicedesk.kernel.paging import Page, page_of


def history(
    kind: str, subject_id: int, *, cursor: str | None = None, limit: int = 50, only: Collection[str] | None = None,
    newest_first: bool = False, unless: Mapping[str, str] | None = None,
) -> Page[Entry]:  # fmt: skip
    """What happened to one thing, oldest first unless told; `only` keeps these event names, `unless` drops entries
    whose data has one of these values."""
    query = select(Entry).where(Entry.subject_kind == kind, Entry.subject_id == subject_id)
    if only is not None:
        query = query.where(Entry.what.in_(only))
    for name, value in (unless or {}).items():
        said = Entry.data[name].as_string()
        query = query.where(or_(said.is_(None), said != value))
    return page_of(query, [Entry.id], cursor=cursor, limit=limit, descending=newest_first)


def newest(
    *,
    cursor: str | None = None,
    limit: int = 50,
    what: str | None = None,
    unseen: tuple[str, Select[int]] | None = None,
    named_by: Collection[str] = (),
    but: Collection[str] = (),
) -> Page[Entry]:
    """Everything, newest first, for the administrator; `unseen` leaves out entries about things of this kind and these
    ids, and those whose data name one of the ids by `named_by`. Events in `but` are never left out."""
    query = select(Entry)
    if what:
        query = query.where(Entry.what == what)
    if unseen is not None:
        kind, ids = unseen
        open_to_all = [or_(Entry.subject_kind != kind, Entry.subject_id.is_(None), Entry.subject_id.not_in(ids))]
        for name in named_by:
            number = Entry.data[name].as_integer()
            open_to_all.append(or_(number.is_(None), number.not_in(ids)))
        query = query.where(or_(and_(*open_to_all), Entry.what.in_(but)))
    return page_of(query, [Entry.id], cursor=cursor, limit=limit, descending=True)
