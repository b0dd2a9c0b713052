"""A desk on which the demo has been told once, for all tests of a file that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask

from config import for_tests
from servicedesk import demo
from servicedesk.app import create_app
from servicedesk.kernel import events
from servicedesk.kernel.db import db
from servicedesk.wiring import REACTIONS
from tests.conftest import Templates

END = datetime(2026, 5, 19, 11, tzinfo=UTC)


@contextmanager
def empty_desk(templates: Templates) -> Iterator[Flask]:
    """A desk on an empty, migrated database of its own, with its context."""
    events.connect(REACTIONS)
    database = templates.bare.copy()
    application = create_app(for_tests(database.url))
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()
    database.drop()


@pytest.fixture(scope="module")
def told(templates: Templates) -> Iterator[demo.Summary]:
    """Two closed months and a running one."""
    with empty_desk(templates):
        yield demo.tell(tickets=320, months=2, seed=1, end=END)
