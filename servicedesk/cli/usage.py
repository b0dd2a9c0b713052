"""Words that a command does not take, told in one sentence instead of click's three lines. Holds no command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError
from flask.cli import AppGroup


class WrongWords(click.ClickException):
    """One sentence on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


@contextmanager
def in_one_sentence() -> Iterator[None]:
    try:
        yield
    except NoArgsIsHelpError:
        raise  # a group alone shows what it has
    except click.UsageError as error:
        # click lists choices below each other.
        said = " ".join(error.format_message().split()).rstrip(".")
        raise WrongWords(f"{said}; see {_command_of(error.ctx)} --help.") from error


class PlainGroup(AppGroup):
    """A group that says so for itself and for every command below it."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with in_one_sentence():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with in_one_sentence():
            return super().invoke(ctx)


class PlainCommand(click.Command):
    """The same for a command outside such a group."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with in_one_sentence():
            return super().make_context(*args, **kwargs)


def _command_of(context: click.Context | None) -> str:
    """What was typed, however flask itself was started."""
    names: list[str] = []
    while context is not None and context.parent is not None:
        names.insert(0, context.info_name or "")
        context = context.parent
    return " ".join(["flask", *names])
