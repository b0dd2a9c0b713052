"""What somebody typed whose session ended meanwhile: it is shown to be copied, never thrown away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from servicedesk.web.session import person, signed_in

View = TypeVar("View", bound=Callable[..., Any])
TEXTS = ("subject", "text", "note", "description", "services", "mission", "customer_provides", "reason")
# Beginnings of the names of texts, and ends of those that are chosen from a list, which nobody needs to copy.
PREFIXES = (
    "fields.", "promises-", "fields-", "approvals-", "lines-", "name_", "description_", "provides_", "keywords", "title_", "text_",
)  # fmt: skip
CHOSEN = ("type", "required", "who", "need", "request_type", "waits", "step")


def signed_in_or_kept(view: View) -> View:
    """`signed_in`, for a form with text in it."""
    behind = signed_in(view)

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        text = typed()
        if person() is None and text:
            sentence = _("You were signed out meanwhile. Copy your text, sign in and send it again.")
            return render_template("tickets/kept.html", sentence=sentence, typed=text), 401
        return behind(*args, **kwargs)

    return cast(View, guarded)


def typed() -> str:
    """The texts of the form that was sent, to be copied; nothing where it was too large to be read."""
    if request.method != "POST":
        return ""
    try:
        return "\n\n".join(text for name in _names() if (text := request.form[name].strip()))
    except HTTPException:
        return ""


def _names() -> list[str]:
    return [
        name for name in request.form
        if name in TEXTS or (name.startswith(PREFIXES) and name.rpartition("-")[2] not in CHOSEN)
    ]  # fmt: skip
