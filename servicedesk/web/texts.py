"""The texts of templates in the reader's language, and nothing else: Python's own texts go through Flask-Babel.

A page has hundreds of texts. Jinja's functions find each by four calls and format it whether or not it has something
to fill in; here a text is found by one call, and one that has nothing to fill in is made ready once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from typing import Any

import flask.templating
from flask import Flask, g
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.ext import Extension
from jinja2.nodes import EvalContext
from markupsafe import Markup

_INDENTATION = re.compile(r"\n[ \t\n]+")
# By language: the catalogue, and those of its texts that have nothing to fill in, by whether they stand in HTML,
# context and text.
_CATALOGS: dict[str, tuple[Any, dict[tuple[bool, str, str], str]]] = {}


class Environment(flask.templating.Environment):
    """Jinja's, whose templates share one dictionary of globals: of Jinja's chain of two each import compares all names."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Unindented(Extension):
    """Pages are sent without the indentation of their templates: there it helps who reads, here it only weighs."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _INDENTATION.sub("\n", source)


def install(app: Flask) -> None:
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.add_extension(Unindented)
    shown: dict[str, Callable[..., str]] = {
        "gettext": _one,
        "ngettext": _many,
        "pgettext": _one_in,
        "npgettext": _many_in,
    }
    environment.globals.update({**shown, "_": _one})


def _found() -> tuple[Any, dict[tuple[bool, str, str], str]]:
    """The catalogue of the language that is shown right now, and its texts that are ready."""
    # Where Flask-Babel keeps it for one answer; found by its own way, each text takes as long as ten.
    locale = getattr(getattr(g, "_flask_babel", None), "babel_locale", None) or get_locale()
    language = locale.language if locale else ""
    if language not in _CATALOGS:
        _CATALOGS[language] = get_translations(), {}
    return _CATALOGS[language]


def translated(text: str) -> str:
    """A text that is known by its English words alone, such as the name of a holder: found as quickly as those of templates."""
    return str(_found()[0].ugettext(text))


@pass_eval_context
def _one(here: EvalContext, text: str, /, **values: Any) -> str:
    catalog, ready = _found()
    if values:
        return _filled(here, catalog.ugettext(text), values)
    key = (here.autoescape, "", text)
    if key not in ready:
        ready[key] = _filled(here, catalog.ugettext(text), {})
    return ready[key]


@pass_eval_context
def _one_in(here: EvalContext, context: str, text: str, /, **values: Any) -> str:
    catalog, ready = _found()
    if values:
        return _filled(here, catalog.upgettext(context, text), {"context": context, **values})
    key = (here.autoescape, context, text)
    if key not in ready:
        ready[key] = _filled(here, catalog.upgettext(context, text), {"context": context})
    return ready[key]


@pass_eval_context
def _many(here: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    return _filled(here, _found()[0].ungettext(one, many, number), {"num": number, **values})


@pass_eval_context
def _many_in(here: EvalContext, context: str, one: str, many: str, number: int, /, **values: Any) -> str:
    text = _found()[0].unpgettext(context, one, many, number)
    return _filled(here, text, {"context": context, "num": number, **values})


def _filled(here: EvalContext, text: str, values: dict[str, Any]) -> str:
    """A percent sign is written twice in every text, whether or not it has something to fill in."""
    return (Markup(text) if here.autoescape else text) % values  # noqa: S704 — the catalogue is ours, values are escaped
