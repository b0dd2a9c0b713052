"""Commands that run the desk: serve (web and worker together) and worker."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from servicedesk.cli.usage import PlainCommand
from servicedesk.cli.words import need_database, refuse
from servicedesk.jobs.worker import run_for_ever, run_once


@click.command("serve")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True)
@with_appcontext
def serve(workers: int, port: int, host: str) -> None:
    """Serve the pages and run one worker; both stop cleanly together."""
    _need_secret()
    need_database()
    root = str(Path(current_app.root_path).parent)
    web = [
        sys.executable, "-m", "gunicorn", "wsgi:app", "--chdir", root, "--bind", f"{host}:{port}", "--workers", str(workers),
        "--worker-class", "gthread", "--threads", "8", "--graceful-timeout", "20", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    background = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    children = {
        "web server": subprocess.Popen(web, cwd=root),
        "worker": subprocess.Popen(background, cwd=root),
    }
    click.echo(f"Serving on http://{host}:{port} — Ctrl-C stops.")
    sys.exit(_watch(children))


@click.command("worker", cls=PlainCommand)
@click.option("--once", "only_once", is_flag=True, help="Run every due job once and exit.")
@with_appcontext
def worker(only_once: bool) -> None:
    """Run the background part alone: clocks, mail, reminders, month closing."""
    _need_secret()
    need_database()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not only_once:
        run_for_ever(app)
        return
    for name, count in run_once(app).items():
        click.echo(f"{name}: {count}")


def _need_secret() -> None:
    if not current_app.config["SECRET_KEY"]:
        refuse(
            "SECRET_KEY is not set: give the desk a random key of at least 16 characters, or a file with it in SECRET_KEY_FILE."
        )


def _watch(named: dict[str, subprocess.Popen[bytes]]) -> int:
    """Wait until one child ends or a signal comes, then stop all of them; 0 unless a child failed by itself."""
    asked, children = False, list(named.values())

    def ask(*_: object) -> None:
        nonlocal asked
        asked = True

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    while not asked and all(child.poll() is None for child in children):
        time.sleep(0.2)
    failed = [name for name, child in named.items() if child.poll() not in (None, 0)]
    if failed and not asked:
        click.echo(f"The {' and the '.join(failed)} ended unexpectedly, so the desk stops.", err=True)
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(timeout=25)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0 if asked else (1 if failed else 0)


COMMANDS = [serve]
