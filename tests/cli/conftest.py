"""How tests type commands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

Run = Callable[..., Result]


def runner_of(app: Flask) -> Run:
    """`run("desk", "token", …)`; a fault that is not a sentence fails the test."""

    def run(*words: str, **given: Any) -> Result:
        result = app.test_cli_runner().invoke(args=words, **given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def run(app: Flask) -> Run:
    """Commands to the desk with the cast."""
    return runner_of(app)


@pytest.fixture
def run_bare(bare_desk: Flask) -> Run:
    """Commands to a desk without a single row."""
    return runner_of(bare_desk)
