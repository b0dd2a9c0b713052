"""Gives opinions in tests and reads sealed ones, under the key that the desk of the tests runs with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config import for_tests
from servicedesk.kernel.transaction import transaction
from servicedesk.ratings import actions, queries
from tests.cast import by

KEYS = for_tests("sqlite:///:memory:").keys
GOOD: dict[str, int | None] = {"quality": 9, "speed": 8, "helpfulness": 10}


def rate(invitation: Any, when: Any, scores: Mapping[str, int | None] = GOOD, comment: str = "", **more: Any) -> None:
    """As the page behind the link does it: nobody's stamp, a transaction of its own."""
    with transaction():
        actions.rate(by(None, when), invitation, keys=KEYS, scores=scores, comment=comment, **more)


def opinions(month: str = "2026-04") -> list[queries.Opinion]:
    """What was sealed in a month that is open."""
    return list(queries.opened(month, KEYS))
