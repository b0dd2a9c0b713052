"""flask desk report: close a month, show what was stored. Computes nothing."""

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
from servicedesk.ratings import actions as ratings
from servicedesk.reports import actions, queries
from servicedesk.reports.document import text_of
from servicedesk.reports.rules import is_month

report = AppGroup("report", help="Monthly reports: close one, show one.")

# What a department's report repeats of the whole one, as the API gives it.
_HEAD = ("month", "method", "number", "reason", "closed_at", "company")
_COLUMNS = ("", "tickets", "index", "first reply", "reply", "resolution", "median")


@report.command("close")
@click.argument("month", metavar="YYYY-MM")
@click.option("--reason", help="Issue a correction of a closed month, with this reason.")
@click.option("--give-up-opinions", is_flag=True, help="The SECRET_KEY that sealed its opinions is lost: erase them.")
@with_appcontext
@refusals
def close(month: str, reason: str | None, give_up_opinions: bool) -> None:
    """Store the report of a month that is over. A closed month stays as it is."""
    _need_month(month)
    keys = current_app.config["SETTINGS"].keys
    with transaction():
        before = queries.issue(month)
        if before is None and reason is not None:
            refuse(f"{month} is not closed, so there is nothing to correct; leave out --reason.")
        if give_up_opinions:
            ratings.give_up_opinions(month, keys=keys)
        if before is not None and reason is not None:
            made = actions.correct_month(stamp(), month, reason=reason)
        else:
            made = actions.close_month(stamp(), month, keys=keys)
    if before is not None and before.number == made.number:
        click.echo(f"{month} is closed already, since {before.closed_at:%Y-%m-%d %H:%M} UTC (issue {before.number}).")
    else:
        ratings.wipe_traces_of_opinions()
        click.echo(f"{month} is closed (issue {made.number}).")


@report.command("show")
@click.argument("month", metavar="YYYY-MM")
@click.option("--json", "as_json", is_flag=True, help="Print the stored document with its lists.")
@click.option("--department", "key", help="Only this department.")
@with_appcontext
@refusals
def show(month: str, as_json: bool, key: str | None) -> None:
    """Show the stored report of a closed month."""
    _need_month(month)
    stored = queries.issue(month)
    if stored is None:
        refuse(f"{month} is not closed; close it with flask desk report close {month}.")
    if not queries.is_intact(stored):
        click.echo(f"The report of {month} is not what was stored: its checksum does not fit.", err=True)
    document = queries.whole_document_of(stored) if as_json else json.loads(stored.document)
    part = next((row for row in document["departments"] if row["key"] == key), None)
    if key is not None and part is None:
        refuse(f"The report of {month} has no department {key}; it has {_listed(document)}.")
    if not as_json:
        click.echo("\n".join(_table(document, [part] if part else document["departments"])))
    elif part is not None:
        click.echo(json.dumps({name: document[name] for name in _HEAD} | {"department": part}, ensure_ascii=False))
    else:
        click.echo(text_of(document))


def _need_month(month: str) -> None:
    if not is_month(month):
        refuse(f"A month is written as year and number, like 2026-04, not {month}.")


def _listed(document: dict[str, Any]) -> str:
    return ", ".join(row["key"] for row in document["departments"]) or "none"


def _table(document: dict[str, Any], departments: list[dict[str, Any]]) -> list[str]:
    row = company()
    language = row.language if row else "en"
    lines = [_COLUMNS, _line(document["company"]["name"] or "company", document)]
    lines += [_line(in_language(part["name"], language), part) for part in departments]
    widths = [max(len(line[place]) for line in lines) for place in range(len(_COLUMNS))]
    shown = [
        "  ".join(
            [line[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    ]
    head = f"{document['month']}, issue {document['number']}, closed {document['closed_at']}"
    foot = "Promises are shares that were kept, with their number; the median is working hours to a resolution."
    return [head, "", *shown, "", foot]


def _line(name: str, part: dict[str, Any]) -> tuple[str, ...]:
    index, median = part["ratings"]["index"], part["times"]["resolution"]["median"]
    kept = [_kept(part["promises"][metric]) for metric in ("first_reply", "reply", "resolution")]
    score = "hidden" if index["hidden"] else "–" if index["value"] is None else f"{index['value']:.1f}"
    return name, str(part["tickets"]), score, *kept, "–" if median is None else f"{median / 3600:.1f} h"


def _kept(promise: dict[str, Any]) -> str:
    count = promise["kept"] + promise["broken"]
    return "–" if promise["share"] is None else f"{promise['share']:.0%} of {count}"


COMMANDS = [report]
