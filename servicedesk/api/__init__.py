"""The door for programs: REST with OpenAPI. Parses JSON, calls one action, writes JSON. No rules live here."""

from __future__ import annotations

from apiflask import APIFlask
from flask import Blueprint, render_template, url_for

from servicedesk.api import openapi
from servicedesk.api.v1 import DOORS

pages = Blueprint("api_pages", __name__)
BLUEPRINTS = [*DOORS, pages]


@pages.get("/api/docs")
def docs() -> str:
    """The pages of the API. Public: they say what can be asked, not what is answered."""
    return render_template("api_docs.html", openapi_url=url_for("openapi.spec"))


def install(app: APIFlask) -> None:
    """Everything under /api."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        DESCRIPTION=openapi.DESCRIPTION,
        SECURITY_SCHEMES=openapi.SECURITY_SCHEMES,
        # What goes wrong is described in openapi.py, as what it really is.
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_200_RESPONSE=False,
        LOCAL_SPEC_JSON_INDENT=0,
    )
    app.spec_processor(openapi.complete)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
