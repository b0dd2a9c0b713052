"""How a route of the access table is tried, and what an answer means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from servicedesk.kernel.db import db
from tests.doors import Door
from tests.security.access_table import API, WEB, Route
from tests.security.scene import Scene

TABLE = WEB | API


def routes_of(app: Flask) -> dict[str, Rule]:
    """Every route and method under the name it has in the access table."""
    found: dict[str, Rule] = {}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found[f"{method} {rule.endpoint}{_shape(app, rule)}"] = rule
    return found


def _shape(app: Flask, rule: Rule) -> str:
    """Names the arguments of an address where its function serves a shorter one as well."""
    least = min(len(other.arguments) for other in app.url_map.iter_rules(rule.endpoint))
    return "".join(f" <{name}>" for name in sorted(rule.arguments)) if len(rule.arguments) > least else ""


def address(app: Flask, name: str, route: Route, scene: Scene, **other: Any) -> str:
    values = {key: scene.value(value) for key, value in route.values.items()} | other
    with app.test_request_context():
        return app.url_map.bind("localhost").build(name.split()[1], values | route.query)


@dataclass(frozen=True)
class Caller:
    """Somebody at a door."""

    name: str
    client: Door

    def call(self, app: Flask, name: str, route: Route, scene: Scene, **other: Any) -> Any:
        """Ask, and take back whatever that changed. `csrf=False` leaves the token out."""
        options = {key: other.pop(key) for key in ("csrf",) if key in other}
        body = {"json" if name in API else "data": route.body} if not name.startswith("GET") else {}
        where = address(app, name, route, scene, **other)
        cookies = dict(getattr(self.client, "_cookies", None) or {})
        db.session.rollback()
        nested = db.engine.begin_nested()  # type: ignore[attr-defined]  # the test's one connection
        try:
            return self.client.open(where, method=name.split()[0], **body, **options)
        finally:
            db.session.rollback()
            nested.rollback()
            if cookies:
                self.client._cookies = cookies


def outcome(answer: Any) -> str:
    """in, refused, hidden, sign in: or the status itself where it is none of them."""
    if answer.status_code in (301, 302, 303, 307, 308):
        return "sign in" if answer.location.startswith("/sign-in") else "in"
    known = {401: "sign in", 403: "refused", 404: "hidden"}
    return known.get(answer.status_code) or ("in" if answer.status_code < 500 else str(answer.status_code))
