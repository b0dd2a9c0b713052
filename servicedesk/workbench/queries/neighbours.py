"""Where a request stands in a list, for who works through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select

from servicedesk.kernel.db import db
from servicedesk.tickets.models import Ticket
from servicedesk.workbench.queries.queue import Order


def numbers_in_order(query: Select[Any], order: Order, most: int) -> Sequence[int]:
    """Numbers of the first requests of a list, `most` of them, in its order; one statement that loads no row."""
    keys = [key.desc() if order.descending else key.asc() for key in order.keys]
    return list(db.session.scalars(query.with_only_columns(Ticket.id).order_by(None).order_by(*keys).limit(most)))
