"""What the lines of a template may be. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from servicedesk.catalog.rules.answers import LONGEST
from servicedesk.catalog.rules.faults import Fault, fault
from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_

MOST_LINES = 50
LONGEST_SUBJECT = 300
_LINE = {"request_type_id", "step", "subject", "description", "waits"}


def template_faults(lines: Sequence[Any], known_types: Collection[Any]) -> list[Fault]:
    """What is wrong with the lines of a template; `known_types` are what their request_type_id may be."""
    faults = []
    if not lines:
        faults.append(fault(None, "", "", N_("A template has at least one line.")))
    if len(lines) > MOST_LINES:
        faults.append(fault(None, "", "", N_("A template has at most %(most)d lines."), most=MOST_LINES))
    for number, line in enumerate(lines):
        name = f"line {number + 1}"
        if not isinstance(line, Mapping):
            faults.append(fault(number, name, "", N_("A line is a mapping with request_type and subject.")))
        else:
            faults.extend(Fault(number, at, error, name) for at, error in _faults_of(line, known_types))
    return faults


def _faults_of(line: Mapping[str, Any], known_types: Collection[Any]) -> list[tuple[str, DeskError]]:
    faults = []
    kind, step = line.get("request_type_id"), line.get("step", 1)
    if not isinstance(kind, int | str) or kind not in known_types:
        faults.append(("request_type", DeskError(N_("Choose a kind of request that there is."))))
    if isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= MOST_LINES:
        faults.append(("step", DeskError(N_("A step is a number from 1 to %(most)d."), most=MOST_LINES)))
    subject = line.get("subject")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > LONGEST_SUBJECT:
        sentence = N_("A subject is a text of at most %(most)d characters.")
        faults.append(("subject", DeskError(sentence, most=LONGEST_SUBJECT)))
    description = line.get("description", "")
    if not isinstance(description, str) or len(description) > LONGEST["long_text"]:
        sentence = N_("A description is a text of at most %(most)d characters.")
        faults.append(("description", DeskError(sentence, most=LONGEST["long_text"])))
    if not isinstance(line.get("waits", True), bool):
        faults.append(("waits", DeskError(N_("Whether the request waits for it is true or false."))))
    faults.extend(
        (str(extra), DeskError(N_("There is no setting %(name)s."), name=repr(extra)))
        for extra in sorted(set(line) - _LINE, key=str)
    )
    return faults
