"""What somebody wanted to change when a ticket moved on meanwhile: in words, and as a form that sends the same once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from servicedesk.web.forms import tickets as forms
from servicedesk.web.session import me

# Written by the page itself, and anew each time.
_OF_THE_PAGE = frozenset({"csrf_token", "version", "seen"})
_UNTOLD = ("HiddenField", "CSRFTokenField", "FileField", "MultipleFileField")
# Fields of the composer that matter for one kind of text alone.
_OF_A_KIND = {"reason": "hold", "until": "hold", "missing": "hold", "despite": "resolve"}


@dataclass(frozen=True)
class Again:
    """`what` is the use case, `fields` are what was sent, to be sent to `address` with the version that is shown now."""

    what: str
    address: str
    fields: list[tuple[str, str]]


def again(what: str) -> Again | None:
    """The request at hand, to be made once more; None where files came with it, which no page can send by itself."""
    if any(sent.filename for sent in request.files.values()):
        return None
    given = [pair for pair in request.form.items(multi=True) if pair[0] not in _OF_THE_PAGE]
    return Again(what, request.script_root + request.path, given)


def wanted(form: forms.TicketForm) -> list[tuple[str, str]]:
    """Names and values of what was filled in, as its writer saw them."""
    kind = form.kind.data if isinstance(form, forms.ComposerForm) else None
    told = []
    for field in form:
        if field.type in _UNTOLD or not field.data or _OF_A_KIND.get(field.name, kind) != kind:
            continue
        words = _words(field)
        if words:
            told.append((str(field.label.text), words))
    return told


def _words(field: Any) -> str:
    if field.name == "assignee" and field.data == "me":
        return str(me().name)
    if field.type == "BooleanField":
        return "✓"
    if getattr(field, "choices", None):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(str(label) for value, label, *_ in field.iter_choices() if str(value) in map(str, chosen))
    return str(field.data)
