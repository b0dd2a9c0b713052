"""What is promised for one request type: what applies now, and the promise of the type itself as its page edits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from servicedesk.kernel.now import now
from servicedesk.sla import actions as sla
from servicedesk.sla import queries, rules
from servicedesk.sla.actions.policies import Content, add_policy, change_policy
from servicedesk.sla.queries import promising
from servicedesk.web.forms.catalog import PRIORITY_NAMES
from servicedesk.web.session import stamp


@dataclass(frozen=True)
class OwnPromise:
    """The promise for every request of a type; `number` is its version, 0 where there is none."""

    number: int
    targets: Mapping[str, str]
    row: Any = None


def own_promise(request_type_id: int | None) -> OwnPromise:
    row = promising.policy_of_case(None, request_type_id, None) if request_type_id is not None else None
    if row is None:
        return OwnPromise(0, {})
    shown = promising.shown(row)
    return OwnPromise(shown.number, shown.row.targets, row)


def applying(department_id: int, request_type_id: int) -> list[tuple[str, dict[str, tuple[str, Any]]]]:
    """By priority, for each metric the target and the policy that says so; agreements left out."""
    rows = [row for row in queries.policies() if row.customer_department_id is None]
    by_version = {row.version_id: row for row in rows}
    today = queries.day_of(now(), department_id)
    found = []
    for priority in PRIORITY_NAMES:
        case = rules.Case(department_id, request_type_id, priority, None, today)
        chosen = {metric: rules.choose(rows, metric, case) for metric in rules.METRICS}
        found.append(
            (priority, {name: (one.target, by_version[one.version_id]) for name, one in chosen.items() if one})
        )
    return found


def promise(department: Any, kind: Any, targets: Mapping[str, str], seen: str) -> None:
    """Make, change or withdraw the promise of the type; nothing where it is so already, or where what is typed is what
    was shown (version `seen`). Call inside a transaction. Raises `Invalid` and `Conflict`."""
    before, number = own_promise(kind.id), int(seen) if _is_number(seen) else 0
    if dict(targets) == dict(before.targets):
        return
    if before.row is None:
        add_policy(stamp(), Content(targets), department=department, request_type=kind)
        return
    shown = promising.numbered(before.row.id, {number}).get(number)
    if shown is not None and dict(shown.targets) == dict(targets):
        return
    if not targets and number == before.number:
        sla.withdraw_policy(stamp(), before.row.name)
        return
    row = promising.shown(before.row).row
    content = Content(targets or row.targets, row.warn_at, row.escalate, row.calendar_id)
    change_policy(stamp(), before.row, number, content)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
