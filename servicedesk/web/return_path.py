"""Where to go after a form that names its own way back. Only paths of this site; never another address."""

from __future__ import annotations

from urllib.parse import unquote

from flask import redirect, request
from werkzeug.wrappers import Response

LENGTH = 2000


def is_local_path(text: str) -> bool:
    """Whether a browser told to go to `text` stays here, however often somebody on the way decodes it."""
    if not text.startswith("/") or len(text) > LENGTH or not _is_harmless(text):
        return False
    path = text.partition("?")[0].partition("#")[0]
    for _ in range(3):
        if path.startswith("//") or not _is_harmless(path):
            return False
        path = unquote(path)
    return True


def back_to(wanted: str | None) -> Response:
    """To the path the form asked for, else to the home page."""
    path = wanted if wanted and is_local_path(wanted) else "/"
    return redirect(request.script_root + path, 303)


def _is_harmless(text: str) -> bool:
    # Browsers read a backslash as a slash and drop control characters.
    return "\\" not in text and all(character.isprintable() and not character.isspace() for character in text)
