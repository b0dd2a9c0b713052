"""Choices of lists, as WTForms takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import SelectChoice


def listed(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Choices of a list from (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]
