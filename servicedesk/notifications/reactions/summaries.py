"""A month on one page for one reader: plain figures of the stored document, through the reader's own access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servicedesk.people.models import Person
from servicedesk.people.queries import departments
from servicedesk.reports import access
from servicedesk.reports.figures import weakest_of

Json = dict[str, Any]
MOST_ACTIONS = 5


def summary_for(person: Person, month: str, number: int, counted: dict[str, int]) -> Json:
    """Facts of a mail: the company, its weakest link, and each department that the person leads. A figure that is hidden
    on the page is not among them. `counted` remembers what was counted of a department for its other leads."""
    document = access.report_for(person, month, number)
    led = {row.key for row in departments(active_only=False) if row.id in person.leads}
    parts = [part for part in document["departments"] if part["key"] in led]
    for part in parts:
        if part["key"] not in counted:
            counted[part["key"]] = _unexplained(person, part["key"], document)
    return {
        "whole": _figures(document), "weakest": _weakest(document),
        "departments": [
            _figures(part) | {
                "key": part["key"], "name": part["name"], "broken": sum(row["broken"] for row in part["promises"].values()),
                "unexplained": counted[part["key"]], "actions": _actions(part),
            }
            for part in parts
        ],
    }  # fmt: skip


def _figures(part: Mapping[str, Any]) -> Json:
    index, promise, changes = part["ratings"]["index"], part["promises"]["resolution"], part["changes"] or {}
    return {
        "index": {name: index[name] for name in ("value", "low", "high")} | {"few": bool(index["hidden"] or index["n"])},
        "kept": {"share": promise["share"], "kept": promise["kept"], "all": promise["kept"] + promise["broken"]},
        "rate": part["responses"]["rate"], "since": changes.get("since"),
        "index_moved": _moved(changes.get("index")), "kept_moved": _moved(changes.get("kept")),
    }  # fmt: skip


def _moved(change: Mapping[str, Any] | None) -> Json | None:
    return None if change is None else {"certain": change["clear"], "difference": change["difference"]}


def _weakest(document: Mapping[str, Any]) -> Json | None:
    found = weakest_of(document["chains"])
    if found is None:
        return None
    chain, place = found
    names = [document["names"][key] for key in chain["route"] if key in document["names"]]
    link = chain["links"][place]
    return {"link": document["names"][link["department"]], "route": names, "kept": link["kept_share"]}


def _actions(part: Mapping[str, Any]) -> Json:
    """Those that are open, the longest overdue first, as the document has them."""
    found = [row for row in part["improvements"] if row["state"] == "open"]
    told = [{name: row[name] for name in ("title", "due_on", "overdue")} for row in found[:MOST_ACTIONS]]
    return {"listed": told, "more": len(found) - len(told)}


def _unexplained(person: Person, key: str, document: Mapping[str, Any]) -> int:
    """As the report shows them, not as the breaches stand now."""
    rows = access.report_rows_for(person, document["month"], key, "breaches", document["number"])
    return sum(row["reason_code"] is None for row in rows)
