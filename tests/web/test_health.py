"""What monitoring asks. Alive needs no database; figures are for this machine or the bearer of a token."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from config import Mailbox
from servicedesk.kernel import schema
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.letters import actions as letters


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


def test_mailboxes_have_their_figures(client, app, monkeypatch):
    box = Mailbox("it", "imap", "mail.example.com", 143, "it", "secret")
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], mailboxes=(box,)))
    assert "desk_mailbox_failing{" not in client.get("/metrics").text
    stamp = Stamp(None, datetime(2026, 4, 6, 9, tzinfo=UTC), "mail")
    with transaction():
        for name in ("it", "former"):
            letters.claim(stamp, name, "worker")
            letters.finish_look(stamp, name, "worker", letters.Progress(), waiting=2, failure="It is away.")
    figures = client.get("/metrics").text
    assert 'desk_mailbox_failing{mailbox="it"} 1.0' in figures
    assert 'desk_mailbox_waiting{mailbox="it"} 2.0' in figures
    assert 'desk_mailbox_last_look_timestamp_seconds{mailbox="it"} 1.7754' in figures
    assert "former" not in figures
