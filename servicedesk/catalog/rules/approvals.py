"""What the steps of approval of a request type may be. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from servicedesk.catalog.rules.amounts import AMOUNTS

_STEP = {"who", "people", "need", "over"}


def approval_faults(steps: Sequence[Any], fields: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with the steps of approval, as English sentences; `fields` is the form, which has no faults."""
    faults = []
    amounts = {field["key"] for field in fields if field["type"] in AMOUNTS}
    for number, step in enumerate(steps, 1):
        where = f"step {number}"
        if not isinstance(step, Mapping):
            faults.append(f"{where} must be a mapping with who")
            continue
        people, over = step.get("people") or [], step.get("over")
        if step.get("who") not in ("lead", "people"):
            faults.append(f"{where}: who must be lead or people")
        elif (step["who"] == "people") != bool(people):
            faults.append(f"{where}: name people exactly where who is people")
        if step.get("need", "any") not in ("any", "all"):
            faults.append(f"{where}: need must be any or all")
        if over is not None:
            faults.extend(f"{where}: {fault}" for fault in _threshold_faults(over, amounts))
        faults.extend(f"{where}: unknown setting {extra!r}" for extra in sorted(set(step) - _STEP, key=str))
    return faults


def _threshold_faults(over: Any, amounts: Collection[str]) -> list[str]:
    if not isinstance(over, Mapping) or set(over) != {"field", "amount"}:
        return ["over must say field and amount"]
    faults = []
    if over["field"] not in amounts:
        faults.append("over must name a field of the form that is a number or money")
    try:
        if not isinstance(over["amount"], str) or not Decimal(over["amount"]).is_finite():
            raise InvalidOperation
    except InvalidOperation:
        faults.append("the amount must be a decimal number in quotes")
    return faults
