"""Agreements of a plan → documents in force. What the file says is decreed; what leads propose on top is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from servicedesk.kernel.stamp import Stamp
from servicedesk.organisation.plan import AgreementPlan
from servicedesk.people import queries as people_rows
from servicedesk.sla import actions as sla
from servicedesk.sla import agreement_rules
from servicedesk.sla import queries as sla_rows
from servicedesk.sla.agreement_rules import Terms, says_same
from servicedesk.sla.rules import METRICS

if TYPE_CHECKING:
    from servicedesk.sla.models import Agreement

Tell = Callable[[str, str], None]


@dataclass(frozen=True)
class Agreed:
    """An accepted wording with the days on which it really holds."""

    agreement: Agreement
    plan: AgreementPlan


def apply_agreements(stamp: Stamp, plans: Iterable[AgreementPlan], tell: Tell) -> None:
    """Put into force what the file says, the whole of it; what it does not name ends with yesterday.

    A line of the file belongs to the agreement that says the same, else to one that promises the same to the same
    departments on some of the same days. Another one that does so ends before the line begins: the file is right.
    """
    there = agreed()
    wanted = list(plans)
    meant = {row.agreement.id for plan in wanted for row in there if _is_same(row, plan)}
    changed = [plan for plan in wanted if not any(_is_same(row, plan) for row in there)]
    homes = _homes(changed, there)
    meant |= {home.agreement.id for home in homes if home is not None}
    for agreement in dict.fromkeys(row.agreement for row in there if row.agreement.id not in meant):
        _end(stamp, agreement, [row for row in there if row.agreement is agreement], changed, tell)
    departments = {row.key: row for row in people_rows.departments(active_only=False)}
    for plan, home in zip(changed, homes, strict=True):
        sla.decree_agreement(
            stamp, departments[plan.supplier], departments[plan.customer], plan.terms, home.agreement if home else None
        )
        tell("changed" if home else "added", f"{plan.name}: {_told(home.plan.terms if home else None, plan.terms)}")


def agreed() -> list[Agreed]:
    """Every accepted wording that held, holds or will hold, in the order in which they were made."""
    keys = {row.id: row.key for row in people_rows.departments(active_only=False)}
    found = []
    for agreement in sla_rows.all_agreements():
        rows = agreement_rules.accepted(agreement.versions)
        for version in rows:
            last = agreement_rules.last_day(version, rows)
            if last >= version.valid_from:
                terms = replace(sla_rows.terms_of(version), valid_until=None if last == date.max else last)
                plan = AgreementPlan(keys[agreement.supplier_id], keys[agreement.customer_id], terms)
                found.append(Agreed(agreement, plan))
    return found


def _is_same(row: Agreed, plan: AgreementPlan) -> bool:
    sides = (row.plan.supplier, row.plan.customer) == (plan.supplier, plan.customer)
    return sides and says_same(row.plan.terms, plan.terms)


def _homes(plans: Sequence[AgreementPlan], there: Iterable[Agreed]) -> list[Agreed | None]:
    """The agreement that each of the plans changes, None for a new one; no two change the same."""
    free = list(there)
    found: list[Agreed | None] = []
    for plan in plans:
        home = max((row for row in free if _nearness(row, plan)[0]), key=lambda row: _nearness(row, plan), default=None)
        found.append(home)
        if home is not None:
            free = [row for row in free if row.agreement is not home.agreement]
    return found


def _nearness(row: Agreed, plan: AgreementPlan) -> tuple[int, bool]:
    """How much both promise alike on some of the same days, and whether they begin together."""
    mine, theirs = plan.terms, row.plan.terms
    if (row.plan.supplier, row.plan.customer) != (plan.supplier, plan.customer):
        return 0, False
    if mine.valid_from > (theirs.valid_until or date.max) or theirs.valid_from > (mine.valid_until or date.max):
        return 0, False
    alike = len(plan.claims & row.plan.claims)
    return alike, mine.valid_from == theirs.valid_from


def _end(
    stamp: Stamp, agreement: Agreement, rows: Sequence[Agreed], changed: Sequence[AgreementPlan], tell: Tell
) -> None:
    """Let it end with yesterday, or earlier where a line of the file says otherwise about the days before."""
    yesterday = sla_rows.day_of(stamp.at, agreement.supplier_id) - timedelta(days=1)
    contradicting = [plan for plan in changed if any(_nearness(row, plan)[0] for row in rows)]
    ends = min([yesterday, *(plan.terms.valid_from - timedelta(days=1) for plan in contradicting)])
    last = max(row.plan.terms.valid_until or date.max for row in rows)
    if last > ends and sla.end_agreement_by_decree(stamp, agreement, ends):
        tell("withdrawn", rows[-1].plan.name)


def _told(before: Terms | None, after: Terms) -> str:
    """ "resolution 20h → 8h, until 2026-12-31": what it promises now and what else is new."""
    earlier = {(line.request_type, line.priority): line.targets for line in (before.promises if before else ())}
    said = []
    for line in after.promises:
        case = (line.request_type, line.priority)
        whom = " ".join(word for word in case if word) + ": " if len(after.promises) > 1 and any(case) else ""
        was = earlier.get(case, {})
        said += [
            f"{whom}{metric} {was[metric]} → {line.targets[metric]}"
            if was.get(metric, line.targets[metric]) != line.targets[metric]
            else f"{whom}{metric} {line.targets[metric]}"
            for metric in METRICS
            if metric in line.targets
        ]
    if (before.valid_until if before else None) != after.valid_until:
        said.append(f"until {after.valid_until or 'further notice'}")
    return ", ".join(said)
