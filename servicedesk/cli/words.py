"""How commands speak: one sentence on stderr and exit 2 for bad input, progress on a terminal only."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar, cast

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.now import now
from servicedesk.kernel.stamp import Stamp

Command = TypeVar("Command", bound=Callable[..., Any])


def stamp() -> Stamp:
    return Stamp(None, now(), "cli")


def refuse(sentence: str) -> NoReturn:
    """Bad input: one sentence on stderr, exit code 2."""
    click.echo(sentence, err=True)
    sys.exit(2)


def refusals(command: Command) -> Command:
    """Turns the refusal of an action into a sentence and exit code 2."""

    @functools.wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except Invalid as error:
            if error.fields:
                refuse("; ".join(f"{place}: {fault}" for place, fault in error.fields.items()))
            refuse(str(error))
        except DeskError as error:
            refuse(str(error))

    return cast(Command, told)


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
