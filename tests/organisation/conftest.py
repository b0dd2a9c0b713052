"""Ways to apply an organisation file in a test and to see what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servicedesk import organisation
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
COMPANY = Path(__file__).parent / "company.yaml"


def apply_file(text: str, at: datetime = NOW) -> list[str]:
    """What the file changed, as the command prints it."""
    tree = organisation.read(text)
    with transaction():
        changes = organisation.apply(Stamp(None, at, "cli"), organisation.check(tree, organisation.standing(at)))
    return [str(change) for change in changes]


@pytest.fixture
def apply(app: object) -> Callable[..., list[str]]:
    """Applies to the desk with the cast."""
    return apply_file
