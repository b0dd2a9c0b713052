"""The pages by subject: every blueprint of the web door."""

from __future__ import annotations

from flask import Blueprint, Flask

from servicedesk.web.people import people
from servicedesk.web.ratings import ratings

BLUEPRINTS: list[Blueprint] = [
    people,
    ratings,
]


def install(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
