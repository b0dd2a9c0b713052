"""What monitoring asks. Alive needs no database; figures are for this machine or the bearer of a token."""

import pytest
from sqlalchemy import text

from servicedesk.kernel import schema
from servicedesk.kernel.db import db
from servicedesk.kernel.transaction import transaction


def test_the_process_is_alive_without_the_database(client, count_queries):
    count_queries()
    assert client.get("/health/live").json == {"status": "ok"}
    assert count_queries() == 0


def test_it_is_ready_when_the_tables_are_those_of_this_version(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": True, "migrations": True}


def test_it_is_not_ready_when_migrations_are_missing(client):
    with transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json["migrations"] is False


def test_it_is_not_ready_without_its_database(client, monkeypatch):
    monkeypatch.setattr(schema, "answers", lambda: False)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "database": False, "migrations": False}


def test_figures_are_told_to_this_machine(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert 'desk_mail{state="queued"} 0.0' in answer.text
    assert "desk_clocks_behind_seconds 0.0" in answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_behind_a_proxy_nobody_counts_as_this_machine(client, header):
    assert client.get("/metrics", headers={header: "203.0.113.9"}).status_code == 401


def test_from_elsewhere_a_token_is_needed(client, api, maria):
    away = {"REMOTE_ADDR": "203.0.113.9"}
    answer = client.get("/metrics", environ_base=away)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert api.as_person(maria).get("/metrics", environ_base=away).status_code == 200
    wrong = client.get("/metrics", environ_base=away, headers={"Authorization": "Bearer desk_wrong"})
    assert wrong.status_code == 401


def test_the_figures_name_nobody(client, maria):
    assert "maria" not in client.get("/metrics").text.lower()
