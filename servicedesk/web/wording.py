"""What a promise allows and where it comes from, who had to act, which browser somebody uses, in words. Asks for no rows."""

from __future__ import annotations

from typing import Any

from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk.kernel.text import in_language
from servicedesk.papers.names import ball_name, metric_name
from servicedesk.sla.rules import is_agreed
from servicedesk.sla_engine import Target
from servicedesk.web import present
from servicedesk.web.texts import translated

__all__ = ["ball_name", "browser_name", "install", "metric_name", "promise_source", "target_words"]

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def target_words(text: str) -> str:
    """ "3bd" as `3 working days`, "4h" as `4 h of working time`, "24h wall" as `24 h round the clock`; an agreed moment
    as `until 1 Dec 2026, 18:00, as agreed` in the reader's zone."""
    target = Target.parse(text)
    if target.moment is not None:
        return _("until %(when)s, as agreed", when=present.when(target.moment, present.here(), present.zone()))
    if target.unit == "days":
        return ngettext("%(num)d working day", "%(num)d working days", int(target.amount))
    time = present.duration(target.amount, present.here())
    return (
        _("%(time)s round the clock", time=time) if target.unit == "wall" else _("%(time)s of working time", time=time)
    )


def promise_source(clock: Any) -> str:
    """Which policy or agreement set the clock's target, with its version."""
    version = clock.policy_version
    if version is None or is_agreed(clock.target):
        return _("date agreed for this request")
    if version.agreement_version is None:
        return _("policy “%(name)s”, version %(number)s", name=version.policy.name, number=version.number)
    agreement = version.agreement_version.agreement
    language = present.language(present.here())
    supplier, customer = (in_language(row.name, language) for row in (agreement.supplier, agreement.customer))
    return _(
        "agreement %(supplier)s – %(customer)s, version %(number)s",
        supplier=supplier, customer=customer, number=version.agreement_version.number,
    )  # fmt: skip


def browser_name(agent: str) -> str:
    """`Firefox · Linux` of what a browser says of itself; empty when it says nothing we know."""
    known = [next((name for mark, name in table if mark in agent), None) for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in known if name)


def install(setup: BlueprintSetupState) -> None:
    """The filters, when the blueprint that uses them is registered."""
    app = setup.app
    # For sentences that slices hold: unlike the templates' own _() it takes a percent sign for what it is.
    app.jinja_env.filters["translated"] = translated
    app.jinja_env.filters["target_words"] = target_words
    app.jinja_env.filters["promise_source"] = promise_source
    app.jinja_env.filters["browser_name"] = browser_name
