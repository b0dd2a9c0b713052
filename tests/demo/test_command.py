"""The command line of the demo: the same story twice, and never into somebody's data."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from servicedesk import demo
from servicedesk.kernel.db import db
from servicedesk.ratings.models import Rating
from servicedesk.sla.models import Clock
from servicedesk.tickets.models import Message, Ticket
from tests.conftest import Templates
from tests.demo.conftest import END, empty_desk

pytestmark = pytest.mark.slow

SMALL = ["desk", "demo", "--tickets", "30", "--months", "1", "--until", "2026-05-19T11:00:00+0000"]


@pytest.mark.flow
def test_the_same_seed_and_end_give_the_same_story(templates: Templates) -> None:
    stories = []
    for _ in range(2):
        with empty_desk(templates):
            told = demo.tell(tickets=60, months=2, seed=7, end=END)
            stories.append((told, _subjects(), _counts(), _states()))
    assert stories[0] == stories[1]


@pytest.mark.flow
def test_another_seed_gives_another_story(templates: Templates) -> None:
    stories = []
    for seed in (1, 2):
        with empty_desk(templates):
            demo.tell(tickets=20, months=1, seed=seed, end=END)
            stories.append(_subjects())
    assert stories[0] != stories[1]


def test_it_prints_who_can_sign_in(bare_desk: Flask) -> None:
    result = bare_desk.test_cli_runner().invoke(args=SMALL)
    assert result.exit_code == 0, result.output
    assert "118 people, 30 requests" in result.stdout
    assert "mariya.yaseneva@north.example" in result.stdout and demo.PASSWORD in result.stdout


def test_it_refuses_a_company_that_is_set_up(own_desk: Flask) -> None:
    result = own_desk.test_cli_runner().invoke(args=SMALL)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    with own_desk.app_context():
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_if_empty_says_that_somebody_elses_company_is_there(own_desk: Flask) -> None:
    result = own_desk.test_cli_runner().invoke(args=[*SMALL, "--if-empty"])
    assert result.exit_code == 0
    assert "Nothing was added" in result.stdout and demo.PASSWORD not in result.stdout


@pytest.mark.parametrize("wanted", [["--tickets", "0"], ["--months", "0"], ["--until", "yesterday"]])
def test_it_refuses_what_makes_no_story(bare_desk: Flask, wanted: list[str]) -> None:
    result = bare_desk.test_cli_runner().invoke(args=["desk", "demo", *wanted])
    assert result.exit_code == 2


def test_if_empty_leaves_a_told_story_alone(bare_desk: Flask) -> None:
    runner = bare_desk.test_cli_runner()
    small = ["desk", "demo", "--tickets", "12", "--months", "1"]
    assert runner.invoke(args=small).exit_code == 0
    assert runner.invoke(args=small).exit_code == 2
    again = runner.invoke(args=[*small, "--if-empty"])
    assert again.exit_code == 0
    assert "mariya.yaseneva@north.example" in again.stdout
    with bare_desk.app_context():
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == 12


def test_a_story_that_breaks_off_leaves_nothing(bare_desk: Flask) -> None:
    def break_off(_count: int) -> None:
        raise KeyboardInterrupt

    with bare_desk.app_context(), pytest.raises(KeyboardInterrupt):
        demo.tell(tickets=20, months=1, seed=1, end=END, moved_on=break_off)
    with bare_desk.app_context():
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0
        demo.refuse_unless_empty()


def _subjects() -> list[tuple[str, str, str]]:
    query = select(Ticket.subject, Ticket.status, Ticket.description).order_by(Ticket.id)
    return [tuple(row) for row in db.session.execute(query)]


def _counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (Message, Clock, Rating)]


def _states() -> list[tuple[str, str, object]]:
    return [
        tuple(row) for row in db.session.execute(select(Clock.metric, Clock.state, Clock.due_at).order_by(Clock.id))
    ]
