"""Rating and person cannot be joined: the shape of the tables. tests/security/test_attack_on_ratings.py tries it."""

from __future__ import annotations

from servicedesk.kernel.db import Base
from servicedesk.kernel.events import Event
from servicedesk.ratings.models import AnsweredInvitation, Rating
from servicedesk.wiring import REACTIONS


def test_an_opinion_has_no_author_no_ticket_no_time_and_nothing_to_read():
    assert set(Rating.__table__.columns.keys()) == {"id", "month", "sealed"}
    assert set(AnsweredInvitation.__table__.columns.keys()) == {"name"}


def test_nothing_refers_to_an_opinion_and_an_opinion_to_nothing():
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            assert key.column.table.name not in ("rating", "rating_answered"), table.name
    assert not Rating.__table__.foreign_keys and not AnsweredInvitation.__table__.foreign_keys


def test_its_number_is_random():
    assert Rating.__table__.primary_key.columns["id"].autoincrement is not True


def test_no_event_tells_of_a_rating_and_no_audit_of_a_question():
    from servicedesk.audit.reactions import record
    from servicedesk.ratings import events

    kinds = [
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
    ]
    assert {kind.__name__ for kind in kinds} == {"RatingAsked", "RatingSigned", "RatingWithdrawn"}
    assert all(record not in REACTIONS[kind] for kind in kinds)
