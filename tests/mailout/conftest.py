"""A database with the tables of mailout alone, on a file of its own."""

from __future__ import annotations

import pytest
from flask import Flask

from servicedesk.kernel import events
from servicedesk.kernel.db import db, engine_options, listen_to_sqlite
from servicedesk.mailout.models import BouncedAddress, OutgoingMail, TroubledDomain


@pytest.fixture
def mail_room(tmp_path):
    app = Flask("mail_room")
    url = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    app.config |= {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url)}
    db.init_app(app)
    with app.app_context():
        listen_to_sqlite(db.engine)
        for table in (OutgoingMail, BouncedAddress, TroubledDomain):
            table.__table__.create(db.engine)
        events.connect({})
        yield app
        db.session.remove()
        db.engine.dispose()
