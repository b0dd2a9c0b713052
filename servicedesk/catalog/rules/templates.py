"""What the lines of a template may be. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from servicedesk.catalog.rules.answers import LONGEST

MOST_LINES = 50
_LINE = {"request_type_id", "step", "subject", "description", "waits"}


def template_faults(lines: Sequence[Any], known_types: Collection[int]) -> list[str]:
    """What is wrong with the lines of a template, as English sentences with their number."""
    faults = [] if lines else ["a template needs at least one line"]
    if len(lines) > MOST_LINES:
        faults.append(f"a template has at most {MOST_LINES} lines")
    for number, line in enumerate(lines, 1):
        where = f"line {number}"
        if not isinstance(line, Mapping) or line.get("request_type_id") not in known_types:
            faults.append(f"{where} must name a request type that exists")
            continue
        step = line.get("step", 1)
        if isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= MOST_LINES:
            faults.append(f"{where}: step must be a number from 1 to {MOST_LINES}")
        if not isinstance(line.get("subject"), str) or not line["subject"].strip() or len(line["subject"]) > 300:
            faults.append(f"{where}: subject must be a text of at most 300 characters")
        if not isinstance(line.get("description", ""), str) or len(line.get("description", "")) > LONGEST["long_text"]:
            faults.append(f"{where}: description must be a text of at most {LONGEST['long_text']} characters")
        if not isinstance(line.get("waits", True), bool):
            faults.append(f"{where}: waits must be true or false")
        faults.extend(f"{where}: unknown setting {extra!r}" for extra in sorted(set(line) - _LINE, key=str))
    return faults
