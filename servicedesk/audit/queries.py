"""Reads of the audit table."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Select, or_, select

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
) -> Page[Entry]:
    """Everything, newest first, for the administrator; `unseen` leaves out entries about things of this kind and these ids."""
    query = select(Entry)
    if what:
        query = query.where(Entry.what == what)
    if unseen is not None:
        query = query.where(
            or_(Entry.subject_kind != unseen[0], Entry.subject_id.is_(None), Entry.subject_id.not_in(unseen[1]))
        )
    return page_of(query, [Entry.id], cursor=cursor, limit=limit, descending=True)
