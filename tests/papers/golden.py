"""Files that say what a paper must read like, line by line. `DESK_GOLDEN=write` writes them anew; the diff is then reviewed."""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1] / "golden"


def agrees_with(name: str, text: str) -> None:
    """Fails with the lines that differ."""
    path, lines = HERE / name, [line.rstrip() for line in text.splitlines()]
    if os.environ.get("DESK_GOLDEN") == "write":
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    written = path.read_text(encoding="utf-8").splitlines()
    diff = "\n".join(unified_diff(written, lines, f"tests/golden/{name}", "now", lineterm="", n=1))
    if diff:
        pytest.fail(f"{diff}\n\nIf that is meant: DESK_GOLDEN=write python -m pytest tests -k golden", pytrace=False)
