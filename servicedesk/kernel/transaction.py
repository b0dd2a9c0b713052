"""The one place that commits. A door opens `with transaction():`, gets rows through access, calls one action."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from servicedesk.kernel import events
from servicedesk.kernel.db import (
    OPEN,
    db,
    drop_what_waits,
    forget_remembered,
    is_duplicate,
    is_lock_timeout,
    write_what_waits,
)
from servicedesk.kernel.errors import Busy, Conflict
from servicedesk.kernel.text import N_

RETRY_AFTER = 5
CHANGED = N_("Somebody changed this meanwhile. Your text is kept: look at the change and send again.")


@contextmanager
def transaction() -> Iterator[None]:
    """One change: rows, the reactions to its events, one commit; all of it or none of it.

    On SQLite it begins with BEGIN IMMEDIATE, before the row to be changed is read, so that no update is lost.
    Raises `Conflict` when a row was changed or made by somebody else in between, `Busy` when others kept it locked too long.
    """
    session = db.session()
    if session.info.get(OPEN):
        raise RuntimeError("a transaction is open already; actions never open one")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside a transaction")
    session.rollback()
    forget_remembered()
    session.info[OPEN] = True
    try:
        session.connection(execution_options={"write": True})
        yield
        events.settle()
        write_what_waits()
        session.commit()
    except OperationalError as error:
        session.rollback()
        if not is_lock_timeout(error):
            raise
        raise Busy(N_("Many changes are being saved right now. Try again in a moment."), seconds=RETRY_AFTER) from error
    except StaleDataError as error:
        session.rollback()
        raise Conflict(CHANGED) from error
    except IntegrityError as error:
        session.rollback()
        if not is_duplicate(error):
            raise
        # Actions look before they insert, so this row was made at the very same moment.
        raise Conflict(CHANGED) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        events.forget()
        forget_remembered()
        drop_what_waits()
        session.info.pop(OPEN, None)


def settle() -> None:
    """Between the steps of a transaction that tells a long story: handle what was published so far."""
    events.settle()
