"""What monitoring asks: alive, ready, figures. Never names, never what anybody wrote."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from servicedesk.kernel import once, schema
from servicedesk.kernel.now import now
from servicedesk.letters import queries as letters
from servicedesk.mailout import queries as mailout
from servicedesk.people import queries as people
from servicedesk.sla import queries as sla

health = Blueprint("health", __name__)

LOOPBACK = frozenset({"127.0.0.1", "::1"})
# Their presence means that somebody stands between us and the caller.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


@health.get("/health/live")
def live() -> Any:
    """The process answers; nothing else is asked."""
    return {"status": "ok"}


@health.get("/health/ready")
def ready() -> Any:
    """The database answers and has the tables of this version; 503 otherwise."""
    answers = schema.answers()
    current = answers and schema.is_current(migrations())
    found = {"status": "ok" if current else "not ready", "database": answers, "migrations": current}
    return found, 200 if current else 503


@health.get("/metrics")
def metrics() -> Any:
    if not (_is_local() or _has_token()):
        return Response(
            "Metrics are for this machine, or for the bearer of an API token.\n", 401, {"WWW-Authenticate": "Bearer"}
        )
    return Response(_figures(), content_type=CONTENT_TYPE_LATEST)


def migrations() -> Path:
    return Path(current_app.root_path).parent / "migrations"


def _is_local() -> bool:
    # A proxy on this machine makes everybody look local, so a forwarded request is not.
    return request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)


def _has_token() -> bool:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and people.token_of(secret.strip(), now()) is not None


def _figures() -> bytes:
    """Read anew at each call, so that any number of web processes tells the same."""
    at, registry = now(), CollectorRegistry()
    mail = Gauge("desk_mail", "Outgoing mails by state.", ["state"], registry=registry)
    for state, count in mailout.counts().items():
        mail.labels(state).set(count)
    age = mailout.oldest_queued_age(at) or timedelta(0)
    Gauge("desk_mail_oldest_queued_seconds", "How long the oldest unsent mail has waited.", registry=registry).set(
        age.total_seconds()
    )
    due = sla.waiting_clocks()
    behind = max(0.0, (at - due).total_seconds()) if due else 0.0
    Gauge("desk_clocks_behind_seconds", "How late the worker is in looking at promises.", registry=registry).set(behind)
    started = Gauge("desk_job_last_run_timestamp_seconds", "When each job began last.", ["job"], registry=registry)
    failed = Gauge("desk_job_failed", "Whether the last run of each job failed.", ["job"], registry=registry)
    for run in once.last_runs():
        started.labels(run.job).set(run.started_at.timestamp())
        failed.labels(run.job).set(run.failure is not None)
    _mailbox_figures(registry)
    return generate_latest(registry)


def _mailbox_figures(registry: CollectorRegistry) -> None:
    """Mailboxes by the names that the settings give them."""
    looked = Gauge(
        "desk_mailbox_last_look_timestamp_seconds", "When each mailbox was read last.", ["mailbox"], registry=registry
    )
    fails = Gauge("desk_mailbox_failing", "Whether each mailbox cannot be read.", ["mailbox"], registry=registry)
    waits = Gauge(
        "desk_mailbox_waiting", "Letters on the server that could not be taken in.", ["mailbox"], registry=registry
    )
    states = letters.mailbox_states()
    for name in (mailbox.name for mailbox in current_app.config["SETTINGS"].mailboxes if mailbox.name in states):
        state = states[name]
        looked.labels(name).set(state.looked_at.timestamp() if state.looked_at else 0)
        fails.labels(name).set(state.failure is not None)
        waits.labels(name).set(state.waiting or 0)
