"""flask desk import: history from other desks."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from servicedesk.cli.words import progress, refusals, refuse
from servicedesk.imports import incidents
from servicedesk.imports.incidents.reading import BadRow, count_cases, header_of

importing = AppGroup("import", help="Bring in history from other desks.")


@importing.command("incidents")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read and plan everything, change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--bad-rows", type=click.Path(path_type=Path), help="Where rows that cannot be used go, with reasons.")
@with_appcontext
@refusals
def import_incidents(file: Path, dry_run: bool, as_json: bool, bad_rows: Path | None) -> None:
    """Import a ServiceNow incident log (CSV, .gz too). Running it twice adds nothing."""
    try:
        with progress("Importing", count_cases(file)) as moved_on:
            summary = incidents.run(file, dry_run=dry_run, moved_on=moved_on)
    except incidents.WrongFile as error:
        refuse(str(error))
    if summary.bad:
        target = bad_rows or Path(f"{file.name.split('.')[0]}.bad-rows.csv")
        _write(target, header_of(file), summary.bad)
        click.echo(f"{len(summary.bad)} rows could not be used; they are in {target} with the reasons.", err=True)
    if as_json:
        click.echo(json.dumps(summary.as_dict()))
        return
    verb = "would be added" if dry_run else "added"
    click.echo(
        f"{summary.incidents} incidents: {summary.ready if dry_run else summary.added} {verb}, "
        f"{summary.already_there} already there, {summary.failed_incidents} left out; "
        f"{summary.departments_added} departments and {summary.people_added} people made; {summary.bad_rows} bad rows."
    )


def _write(path: Path, header: list[str], bad: list[BadRow]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["line", "reason", *header])
            writer.writerows([row.line or "", row.reason, *(row.cells or (row.number,))] for row in bad)
    except OSError as error:
        refuse(f"The file for bad rows {path} cannot be written: {error.strerror}. Name another with --bad-rows.")


COMMANDS = [importing]
