"""The pages by subject: every blueprint of the web door."""

from __future__ import annotations

from flask import Blueprint, Flask

BLUEPRINTS: list[Blueprint] = []


def install(app: Flask) -> None:
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
