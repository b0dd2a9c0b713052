"""What the steps of approval of a request type may be. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from servicedesk.catalog.rules.amounts import AMOUNTS
from servicedesk.catalog.rules.faults import Fault, fault
from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_

MOST_STEPS = 10
_STEP = {"who", "people", "need", "over"}


def approval_faults(steps: Sequence[Any], fields: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """What is wrong with the steps of approval; `fields` is the form, which has no faults."""
    faults = []
    amounts = {field["key"] for field in fields if field["type"] in AMOUNTS}
    if len(steps) > MOST_STEPS:
        faults.append(fault(None, "", "", N_("An approval has at most %(most)d steps."), most=MOST_STEPS))
    for number, step in enumerate(steps):
        name = f"step {number + 1}"
        if not isinstance(step, Mapping):
            faults.append(fault(number, name, "", N_("A step is a mapping with who.")))
        else:
            faults.extend(Fault(number, at, error, name) for at, error in _faults_of(step, amounts))
    return faults


def _faults_of(step: Mapping[str, Any], amounts: Collection[str]) -> list[tuple[str, DeskError]]:
    faults = []
    if step.get("who") not in ("lead", "people"):
        faults.append(("who", DeskError(N_("Choose who approves: the requester's lead (lead) or people."))))
    elif step["who"] == "people" and not step.get("people"):
        faults.append(("people", DeskError(N_("Name at least one person who approves."))))
    elif step["who"] == "lead" and step.get("people"):
        faults.append(("people", DeskError(N_("Name people only where people approve, not the lead."))))
    if step.get("need", "any") not in ("any", "all"):
        faults.append(("need", DeskError(N_("One of them is enough (any), or all of them are needed (all)."))))
    if step.get("over") is not None:
        faults.extend(("over", error) for error in _threshold_faults(step["over"], amounts))
    faults.extend(
        (str(extra), DeskError(N_("There is no setting %(name)s."), name=repr(extra)))
        for extra in sorted(set(step) - _STEP, key=str)
    )
    return faults


def _threshold_faults(over: Any, amounts: Collection[str]) -> list[DeskError]:
    if not isinstance(over, Mapping) or set(over) != {"field", "amount"}:
        return [DeskError(N_("A threshold (over) says field and amount."))]
    faults = []
    if not isinstance(over["field"], str) or over["field"] not in amounts:
        faults.append(DeskError(N_("A threshold (over) names a field of the form that is a number or money.")))
    try:
        if not isinstance(over["amount"], str) or not Decimal(over["amount"]).is_finite():
            raise InvalidOperation
    except InvalidOperation:
        faults.append(DeskError(N_("The amount of a threshold is a decimal number.")))
    return faults
