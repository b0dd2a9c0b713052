"""An answer adds one sealed row under a name that leads nowhere, and changes nothing else in the whole database."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from servicedesk.jobs import mail as sending
from servicedesk.kernel.db import Base, db
from servicedesk.kernel.events import Event
from servicedesk.mailout.models import OutgoingMail
from servicedesk.ratings.sealing import SIZES
from servicedesk.reports.figures import TOTAL
from servicedesk.reports.figures.surveys import hidden_in_line
from servicedesk.surveys import events
from servicedesk.surveys.models import SurveySheet
from servicedesk.surveys.queries import is_finished
from tests.cast import at
from tests.surveys.waves import KEYS, SCORES, answer, colleagues, dealt, invitation_of, start

SUGGESTION = "Seventeen calls and a pigeon"


def dump():
    """Every row of every table as texts."""
    return {
        table.name: [tuple(_plain(value) for value in row) for row in db.session.execute(select(table)).all()]
        for table in Base.metadata.sorted_tables
    }


def _plain(value):
    return (
        bytes(value).hex() if isinstance(value, bytes | memoryview) else json.dumps(value, default=str, sort_keys=True)
    )


@pytest.fixture
def asked(maria, igor, anna):
    dealt(maria, "it.incident", server=igor)
    dealt(maria, "hr.certificate", server=anna)
    for person in colleagues(3):
        dealt(person, "it.incident", server=igor)
    start()


def test_an_answer_adds_one_sealed_row_and_changes_nothing_else(asked, maria):
    before = dump()
    answer(maria, "it", SCORES, SUGGESTION)
    after = dump()
    changed = {
        name: (Counter(after[name]) - Counter(before[name])).total() for name in after if before[name] != after[name]
    }
    assert changed == {"survey_sheet": 1}
    assert all(SUGGESTION not in value for rows in after.values() for row in rows for value in row)
    (row,) = after["survey_sheet"]
    number = invitation_of(maria).id
    assert all(number not in value and f'"{maria.id}"' != value for value in row)


def test_more_answers_change_that_row_alone_and_leave_its_length(asked, maria):
    answer(maria, "it", SCORES)
    before, length = dump(), len(db.session.scalars(select(SurveySheet)).one().sealed)
    answer(maria, "hr", SCORES, SUGGESTION * 20)
    after = dump()
    assert [name for name in after if before[name] != after[name]] == ["survey_sheet"]
    assert len(after["survey_sheet"]) == 1
    assert length == len(db.session.scalars(select(SurveySheet)).one().sealed) == SIZES[0] + 28


def test_sheets_have_no_person_no_time_and_no_order_of_arrival(asked, maria):
    answer(maria, "it")
    assert set(SurveySheet.__table__.columns.keys()) == {"name", "wave_id", "sealed"}
    assert {key.column.table.name for key in SurveySheet.__table__.foreign_keys} == {"survey_wave"}
    if db.engine.dialect.name == "sqlite":
        made = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'survey_sheet'"))
        assert "WITHOUT ROWID" in made


def test_no_event_says_that_somebody_has_answered():
    kinds = {name for name, kind in vars(events).items() if isinstance(kind, type) and issubclass(kind, Event)}
    assert kinds - {"Event"} == {"WaveStarted", "WaveEnded", "SurveyAsked", "RhythmSet"}


def test_a_reminder_to_who_has_finished_is_dropped_where_mail_is_sent_and_its_row_says_sent(asked, maria, app):
    assert not is_finished(invitation_of(maria).id, KEYS)
    answer(maria, "it")
    assert not is_finished(invitation_of(maria).id, KEYS)
    answer(maria, "hr", dealt=False)
    assert is_finished(invitation_of(maria).id, KEYS)
    mail = OutgoingMail(template="survey_reminder", facts={"invitation_id": invitation_of(maria).id})
    sending._Run(at("2026-07-10 09:00"), None, app.config["SETTINGS"])._deliver(mail)  # nothing is asked of the server


PEOPLE = st.frozensets(st.integers(1, 14), max_size=14)


@given(st.dictionaries(st.sampled_from("abcdefgh"), PEOPLE.filter(bool), min_size=1))
def test_what_is_hidden_of_a_line_cannot_be_computed_and_has_five_people_behind_it(departments):
    people = departments | {TOTAL: frozenset().union(*departments.values())}
    hidden = hidden_in_line(people, TOTAL)
    assert {place for place, persons in people.items() if len(persons) < 5} <= hidden
    inside = hidden - {TOTAL}
    if inside and TOTAL not in hidden:
        # One equation (the total) and as many unknowns as hidden places: with two or more none of them is determined.
        assert len(inside) > 1
        assert len(frozenset().union(*(people[place] for place in inside))) >= 5


@given(st.dictionaries(st.sampled_from("abcdefgh"), PEOPLE.filter(lambda persons: len(persons) >= 5), min_size=1))
def test_nothing_is_hidden_without_need(departments):
    people = departments | {TOTAL: frozenset().union(*departments.values())}
    assert hidden_in_line(people, TOTAL) == frozenset()
