"""Agreements of the demo company: one lead proposes, another accepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle
from servicedesk.sla import actions as sla
from servicedesk.sla.agreement_rules import Line, Terms

if TYPE_CHECKING:
    from servicedesk.demo.founding import Cast


def agree(stamp: Stamp, cast: Cast, row: Mapping[str, Any]) -> None:
    """The customer's lead proposes, the supplier's accepts the day after; it holds a few days later."""
    version = propose(replace(stamp, at=stamp.at + timedelta(hours=11, minutes=20)), cast, row)
    accepting = cast.leads[row["supplier"]].row
    accepted = replace(stamp, actor_id=accepting.id, at=stamp.at + timedelta(days=1, hours=15, minutes=5))
    sla.accept_agreement(accepted, version, accepting)
    settle()


def propose(stamp: Stamp, cast: Cast, row: Mapping[str, Any]) -> Any:
    """The customer's lead proposes it, as the file of the world says."""
    by, begins = cast.leads[row["customer"]].row, (stamp.at + timedelta(days=5)).date()
    terms = Terms(
        promises=tuple(Line(line.get("type"), line.get("priority"), line["targets"]) for line in row["promises"]),
        valid_from=begins, review_on=begins + timedelta(days=row["review_after"]), services=row["services"],
        mission=row["mission"], customer_provides=row["customer_provides"],
    )  # fmt: skip
    sides = cast.departments[row["supplier"]], cast.departments[row["customer"]]
    version = sla.propose_agreement(replace(stamp, actor_id=by.id), by, *sides, terms)
    settle()
    return version
