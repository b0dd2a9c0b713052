"""How much time a promise allows, and which browser somebody uses, in words. Reads no rows."""

from __future__ import annotations

from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import ngettext

from servicedesk.sla_engine import Target
from servicedesk.web import present

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
    """ "3bd" as `3 working days`, "4h" as `4 h of working time`, "24h wall" as `24 h round the clock`."""
    target = Target.parse(text)
    if target.unit == "days":
        return ngettext("%(num)d working day", "%(num)d working days", int(target.amount))
    time = present.duration(target.amount, present.here())
    return (
        _("%(time)s round the clock", time=time) if target.unit == "wall" else _("%(time)s of working time", time=time)
    )


def browser_name(agent: str) -> str:
    """`Firefox · Linux` of what a browser says of itself; empty when it says nothing we know."""
    known = [next((name for mark, name in table if mark in agent), None) for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in known if name)


def install(setup: BlueprintSetupState) -> None:
    """The filters, when the blueprint that uses them is registered."""
    app = setup.app
    # For sentences that slices hold: unlike the templates' own _() it takes a percent sign for what it is.
    app.jinja_env.filters["translated"] = _
    app.jinja_env.filters["target_words"] = target_words
    app.jinja_env.filters["browser_name"] = browser_name
