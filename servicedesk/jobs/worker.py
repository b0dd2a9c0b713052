"""Runs the schedule. Any number of workers may: each run first takes its (job, slot) row."""

from __future__ import annotations

import signal
import threading
from typing import Any

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from servicedesk.jobs.schedule import JOBS, Job
from servicedesk.kernel import once
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.mailin.source import start_watching

log = structlog.get_logger()
# How long a letter may take that is being saved when the worker is told to stop, in seconds.
LAST_LETTER = 15


def run_once(app: Any) -> dict[str, int]:
    """Every job once, now, whatever their rhythm; how many rows each handled. A fault in one is raised at the end."""
    handled: dict[str, int] = {}
    faults: list[Exception] = []
    for job in JOBS:
        with app.app_context():
            try:
                handled[job.name] = _run(job, slot=now().isoformat()[:32])
            except Exception as fault:  # the other jobs still run; the first fault is raised below
                faults.append(fault)
    if faults:
        raise faults[0]
    return handled


def run_for_ever(app: Any, stop: threading.Event | None = None) -> None:
    """Run the schedule and watch the mailboxes until SIGTERM or SIGINT (or `stop`); the job and the letters in hand are
    finished first."""
    stop = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    watchers = start_watching(app, stop)
    for job in JOBS:
        scheduler.add_job(_tick, "interval", args=[app, job], seconds=job.every, id=job.name, next_run_time=now())
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=True)
    for watcher in watchers:
        watcher.join(LAST_LETTER)


def _tick(app: Any, job: Job) -> None:
    with app.app_context():
        slot = str(int(now().timestamp()) // job.every)
        try:
            _run(job, slot)
        except Exception:  # the next slot tries again; the run's row says what happened
            log.exception("a job failed", job=job.name, slot=slot)


def _run(job: Job, slot: str) -> int:
    at = now()
    with transaction():
        mine = once.claim(job.name, slot, at)
    if not mine:
        return 0
    failure: str | None = None
    try:
        return job.work(at)
    except Exception as fault:
        failure = repr(fault)[:1000]
        raise
    finally:
        with transaction():
            once.finish(job.name, slot, now(), failure)
