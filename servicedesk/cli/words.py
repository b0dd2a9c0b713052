"""How commands speak: one sentence on stderr and exit 2 for bad input, progress on a terminal only."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import click
from flask import current_app
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from servicedesk.kernel import schema
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.text import is_storable

Command = TypeVar("Command", bound=Callable[..., Any])


def stamp() -> Stamp:
    return Stamp(None, now(), "cli")


def refuse(sentence: str) -> NoReturn:
    """Bad input: one sentence on stderr, exit code 2."""
    click.echo(sentence, err=True)
    sys.exit(2)


def fail(sentence: str) -> NoReturn:
    """A fault that is not of the input: one sentence on stderr, exit code 1."""
    click.echo(sentence, err=True)
    sys.exit(1)


def refusals(command: Command) -> Command:
    """Turns the refusal of an action into a sentence and exit code 2; asks first whether the database is ready."""

    @functools.wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        need_database()
        if not all(is_storable(value) for value in kwargs.values() if isinstance(value, str)):
            refuse("What was typed is not UTF-8 text.")
        try:
            return command(*args, **kwargs)
        except Invalid as error:
            if error.fields:
                refuse("; ".join(f"{place}: {fault}" for place, fault in error.fields.items()))
            refuse(str(error))
        except DeskError as error:
            refuse(str(error))

    return cast(Command, told)


def need_database() -> None:
    """Ends the command where there is no database, or one of another version."""
    if not schema.answers():
        fail("The database does not answer; see DATABASE_URL, or run flask desk doctor.")
    if not schema.is_current(migrations()):
        refuse("The database does not have the tables of this version: run flask db upgrade first.")
    schema.let_go()


def migrations() -> Path:
    return Path(current_app.root_path).parent / "migrations"


def read_password() -> str:
    """Asked for without showing it on a terminal; else the first line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        refuse("The password on standard input is not UTF-8 text.")


@contextmanager
def progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, silence in a pipe. The callable moves it forward by so many."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _count: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(label, total=total)
        yield lambda count: bar.advance(task, count)
