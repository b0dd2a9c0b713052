"""Numbers and amounts of money: how they are read, how they are bounded. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_

# Types of fields whose value is an amount that a threshold can look at.
AMOUNTS = ("number", "money")
# In what money is counted where the form does not say.
CURRENCY = "RUB"
_CURRENCY = re.compile(r"[A-Z]{3}")
_CENT = Decimal("0.01")
_BLANKS = str.maketrans("", "", " \u00a0\u202f")


def read_number(field: Mapping[str, Any], value: Any) -> str | None:
    """The number as a string of an exact decimal."""
    number = _entered(value)
    return None if number is None else format(_bounded(field, number), "f")


def read_money(field: Mapping[str, Any], value: Any) -> str | None:
    """The amount as a string with two decimals; one that has more is refused, not rounded."""
    number = _entered(value)
    if number is None:
        return None
    whole = number.quantize(_CENT)
    if whole != number:
        raise DeskError(N_("An amount of money has at most two decimals."))
    return format(_bounded(field, whole), "f")


def amount_faults(field: Mapping[str, Any]) -> list[tuple[str, DeskError]]:
    """What is wrong with the bounds and the currency of a number or money field, with the setting."""
    faults: list[tuple[str, DeskError]] = []
    bounds: dict[str, Decimal] = {}
    for name in ("least", "most"):
        said = field.get(name)
        number = _decimal(said) if isinstance(said, str) else None
        if number is not None:
            bounds[name] = number
        elif said is not None:
            faults.append((name, DeskError(N_("A bound is a decimal number."))))
    if len(bounds) == 2 and bounds["least"] > bounds["most"]:
        faults.append(("most", DeskError(N_("The least is more than the most."))))
    currency = field.get("currency")
    if currency is not None and not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
        faults.append(("currency", DeskError(N_("A currency is three capital Latin letters, like RUB."))))
    return faults


def _entered(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    number = _decimal(value)
    if number is None:
        raise DeskError(N_("A number is expected here."))
    return number


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip().translate(_BLANKS).replace(",", "."))
    except (InvalidOperation, ValueError):
        return None
    # By exponents, not by arithmetic: "1e999999" overflows, and "1e-999999999" would be written with a gigabyte of zeros.
    if not number.is_finite() or number.adjusted() >= 15 or int(number.as_tuple().exponent) < -30:
        return None
    return number


def _bounded(field: Mapping[str, Any], number: Decimal) -> Decimal:
    least, most = field.get("least"), field.get("most")
    if least is not None and number < Decimal(least):
        raise DeskError(N_("At least %(least)s is expected here."), least=least)
    if most is not None and number > Decimal(most):
        raise DeskError(N_("At most %(most)s is expected here."), most=most)
    return number
