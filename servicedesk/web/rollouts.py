"""Pages that apply a new version of a policy or calendar to running promises: the dry run, asking for it, its progress.

Other pages lead here by `url_for("rollouts.prepare", what="policy" or "calendar", version_id=…)` with the id of the
version that was just saved (or any newest version); it is shown to whom `rules.applies_versions` allows it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for

from servicedesk.catalog import queries as catalog
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.now import now
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as people
from servicedesk.sla import access, queries
from servicedesk.sla.actions import rolling_out
from servicedesk.sla.queries import rollouts as rows
from servicedesk.sla.queries.dry_run import dry_run
from servicedesk.web import live
from servicedesk.web.session import me, signed_in, stamp

rollouts = Blueprint("rollouts", __name__, url_prefix="/rollouts")

KINDS = ("policy", "calendar")


@rollouts.get("/<what>/<int:version_id>")
@signed_in
def prepare(what: str, version_id: int) -> Any:
    """What applying the version would do, computed now; nothing is written."""
    version = _version(what, version_id)
    found = dry_run(version, me(), now()) if version.newest and version.active else None
    return render_template(
        "rollouts/prepare.html", version=version, found=found, latest=rows.latest_rollouts(version),
        under_way=rows.unfinished_rollout_of(version), **_named(version),
    )  # fmt: skip


@rollouts.post("/<what>/<int:version_id>")
@signed_in
def ask(what: str, version_id: int) -> Any:
    with transaction():
        rollout = rolling_out.ask_for_rollout(stamp(), _version(what, version_id), me())
    return redirect(url_for("rollouts.progress", rollout_id=rollout.id), 303)


@rollouts.get("/<int:rollout_id>")
@signed_in
def progress(rollout_id: int) -> Any:
    rollout, version = access.rollout_for(me(), rollout_id)
    stand = (rollout.state, rollout.done, rollout.total, rollout.finished_at)
    unchanged = live.conditional(*stand)
    if unchanged:
        return unchanged
    return render_template(
        "rollouts/progress.html", rollout=rollout, version=version, mark=live.mark_of(*stand), **_named(version)
    )


def _version(what: str, version_id: int) -> Any:
    if what not in KINDS:
        raise NotFound()
    return access.applicable_version(me(), what, version_id)


def _named(version: Any) -> dict[str, Any]:
    """What is applied in words: the policy as its list shows it, where it is in force, and where to go back to."""
    policy = next((row for row in queries.policies() if row.version_id == version.id), None)
    if version.what == "calendar":
        return {"policy": None, "back": url_for("admin.calendars", calendar=version.name)}
    back = None if version.of_agreement else url_for("policies.policy", policy_id=version.subject_id)
    return {
        "policy": policy, "back": back, "departments": people.departments_by_id(), "types_by_id": catalog.request_types_by_id(),
    }  # fmt: skip
