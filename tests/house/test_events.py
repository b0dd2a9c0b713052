"""Every event of the program is wired, and nothing else is."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from servicedesk.audit.reactions import record
from servicedesk.kernel.events import Event
from servicedesk.wiring import REACTIONS


def _children(kind):
    for child in kind.__subclasses__():
        if not child.__module__.startswith("servicedesk."):
            continue
        yield from _children(child)
        if not [c for c in child.__subclasses__() if c.__module__.startswith("servicedesk.")]:
            yield child


EVENTS = sorted(_children(Event), key=lambda kind: kind.__qualname__)


def test_every_event_is_wired_and_nothing_else():
    assert set(REACTIONS) == set(EVENTS)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_an_event_is_a_frozen_fact(kind):
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen
    names = {field.name for field in fields(kind)}
    subject, field_name = kind.subject
    assert not field_name or field_name in names
    assert bool(subject) is bool(field_name)


def test_every_event_is_audited_but_those_around_opinions():
    silent = {kind.__name__ for kind, reactions in REACTIONS.items() if record not in reactions}
    assert silent == {"RatingAsked", "RatingSigned", "RatingWithdrawn", "SurveyAsked", "ThanksKept"}


def test_audit_comes_first():
    """Before a reaction can publish what follows, so that the history reads in order."""
    assert all(reactions[0] is record for reactions in REACTIONS.values() if record in reactions)
