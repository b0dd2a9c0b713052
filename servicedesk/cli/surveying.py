"""flask desk survey: start a wave, close it, show what was stored. Computes nothing."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from servicedesk.cli.words import refusals, refuse, stamp
from servicedesk.kernel.text import in_language
from servicedesk.kernel.transaction import transaction
from servicedesk.people.queries import company
from servicedesk.reports import actions as reports
from servicedesk.reports import queries
from servicedesk.reports.figures.surveys import QUESTIONS
from servicedesk.surveys import actions
from servicedesk.surveys import queries as surveys
from servicedesk.surveys.rules import is_wave

survey = AppGroup("survey", help="Surveys: start one, close it, show its results.")


@survey.command("start")
@with_appcontext
@refusals
def start() -> None:
    """Ask everybody who dealt with another department in the last months. The worker sends the invitations."""
    with transaction():
        wave = actions.start_wave(stamp(), _keys()[0])
    counts = surveys.invited(wave.id)
    click.echo(f"{wave.key} has begun: {counts['waiting']} people will be asked, until {wave.closes_on:%Y-%m-%d}.")


@survey.command("close")
@click.argument("wave", metavar="YYYY-Qn")
@with_appcontext
@refusals
def close(wave: str) -> None:
    """Sum a wave up before its last day and forget who said what. A closed one stays as it is."""
    _need_wave(wave)
    with transaction():
        before = queries.survey_report(wave)
        made = reports.close_wave(stamp(), wave, _keys())
    if before is None:
        reports.wipe_traces_of_answers()
    click.echo(
        f"{wave} is closed." if before is None
        else f"{wave} is closed already, since {made.closed_at:%Y-%m-%d %H:%M} UTC."
    )  # fmt: skip


@survey.command("show")
@click.argument("wave", metavar="YYYY-Qn")
@click.option("--json", "as_json", is_flag=True, help="Print the stored document.")
@with_appcontext
@refusals
def show(wave: str, as_json: bool) -> None:
    """Show the stored results of a closed wave."""
    _need_wave(wave)
    stored = queries.survey_report(wave)
    if stored is None:
        refuse(f"There is no closed survey {wave}.")
    if as_json:
        click.echo(stored.document)
        return
    document, row = json.loads(stored.document), company()
    click.echo("\t".join(["", *QUESTIONS, "answered"]))
    click.echo(_line(document["company"]["name"] or "company", document))
    for part in document["departments"]:
        click.echo(_line(in_language(part["name"], row.language if row else "en"), part))


def _line(name: str, part: dict[str, Any]) -> str:
    scores = [part["questions"][question] for question in QUESTIONS]
    told = ["hidden" if s["hidden"] else "–" if s["value"] is None else f"{s['value']:.1f}" for s in scores]
    answered, invited = part["response"]["answered"], part["response"]["invited"]
    return "\t".join([name, *told, "few" if answered is None else f"{answered} of {invited}"])


def _need_wave(wave: str) -> None:
    if not is_wave(wave):
        refuse(f"A survey is named by its quarter or half-year, like 2026-Q3, not {wave}.")


def _keys() -> tuple[str, ...]:
    found: tuple[str, ...] = current_app.config["SETTINGS"].keys
    return found


COMMANDS = [survey]
