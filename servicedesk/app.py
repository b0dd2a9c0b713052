"""Builds the application: the one place that knows every part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask import request
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from servicedesk import api, cli, web
from servicedesk.api.errors import HANDLERS as PROBLEMS
from servicedesk.kernel import events, logs
from servicedesk.kernel.db import db, engine_options, listen_to_sqlite
from servicedesk.kernel.prepared import keep_prepared
from servicedesk.web.errors import HANDLERS as PAGES
from servicedesk.web.session import csrf
from servicedesk.web.texts import Environment
from servicedesk.wiring import REACTIONS

HERE = Path(__file__).resolve().parent
Handler = Callable[[Any], Any]
LARGEST_REQUEST = 16 * 1024 * 1024
LARGEST_FORM = 3 * 1024 * 1024
MOST_FIELDS = 6000


def create_app(config: Any) -> APIFlask:
    """The application for one `config.Config`. Nothing is read from the environment here."""
    logs.configure(config.log_format)
    app = APIFlask(
        "servicedesk", title="Service desk", version="1", spec_path="/api/v1/openapi.json", docs_path=None, json_errors=False,
        static_folder=str(HERE / "web" / "static"), static_url_path="/static", template_folder=str(HERE / "web" / "templates"),
    )  # fmt: skip
    # Before anybody asks for the environment, which is made only once.
    app.jinja_environment = Environment
    app.config.update(
        SETTINGS=config,
        SECRET_KEY=config.secret_key,
        TESTING=config.testing,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        # A calendar with all its days, and the text of another one pasted beside them, is one form.
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.public_url.startswith("https:"),
        SESSION_COOKIE_NAME="__Host-desk" if config.public_url.startswith("https:") else "desk",
        WTF_CSRF_TIME_LIMIT=None,
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            listen_to_sqlite(engine)
            keep_prepared(engine)
    # Types are compared by hand-written checks: JSON and UtcDateTime look different on each database.
    Migrate(app, db, directory=str(HERE.parent / "migrations"), render_as_batch=True, compare_type=False)
    events.connect(REACTIONS)
    web.install(app)
    api.install(app)
    for blueprint in api.BLUEPRINTS:
        csrf.exempt(blueprint)  # programs send tokens, and cookies are never looked at there
    _answer_errors(app)
    cli.install(app)
    return app


def _answer_errors(app: APIFlask) -> None:
    """Programs get problem details, people get pages: the address says who asks."""
    for kind in (*PAGES, *PROBLEMS):
        app.register_error_handler(kind, _by_address(_handler(PAGES, kind), _handler(PROBLEMS, kind)))


def _by_address(page: Handler, problem: Handler) -> Handler:
    def answer(error: Any) -> Any:
        return problem(error) if request.path.startswith("/api/") else page(error)

    return answer


def _handler(table: Mapping[type[Exception], Handler], kind: type[Exception]) -> Handler:
    """The handler of `kind`, or of the nearest kind above it."""
    return next(table[ancestor] for ancestor in kind.__mro__ if ancestor in table)
