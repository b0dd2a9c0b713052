"""Files that come with forms: read from the body without losing the rest of it, and kept at once for the form that may
come back."""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Flask, Request, current_app, g, request
from flask_babel import gettext

from servicedesk.files.rules import takes_files
from servicedesk.files.shelf import Shelf
from servicedesk.kernel.errors import DeskError, Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import actions, queries
from servicedesk.web.session import me, person, settings, stamp

__all__ = ["keep", "keep_all", "sentence_of", "shelf", "show_all", "stored", "takes_files"]

# What is read of a body with files, in bytes; what is too large of it is thrown away while it is read.
LARGEST_BODY = 512 * 1024 * 1024
_IN_MEMORY = 512 * 1024


class Bounded(SpooledTemporaryFile[bytes]):
    """Keeps one byte more than a file may have, to know that it was too large, and lets the rest go by: the form around
    it is read to its end, and nothing that was typed is lost."""

    def __init__(self, most: int) -> None:
        super().__init__(max_size=_IN_MEMORY, mode="rb+")
        self._room = most + 1

    def write(self, data: Any) -> int:
        part = data[: self._room]
        self._room -= len(part)
        super().write(part)
        return len(data)


class UploadRequest(Request):
    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:  # fmt: skip
        return Bounded(current_app.config["SETTINGS"].file_max_bytes)


def install(app: Flask) -> None:
    """Before everything that looks into the body."""
    app.request_class = UploadRequest
    app.before_request(_make_room)
    # What was read aside for this request goes with it.
    app.teardown_request(lambda _error: request.close())


def shelf() -> Shelf:
    return Shelf(settings().files_dir, settings().file_max_bytes)


def keep(fields: Iterable[Any], ticket_id: int | None) -> None:
    """Store what was chosen in the file fields and remember what was sent before; a file that is not taken becomes the
    field's error. Once for a request, however often its form is made."""
    files = [field for field in fields if hasattr(field, "chosen")]
    for field in files:
        if field.chosen is None:
            continue
        key, error = _stored(field)
        field.data = key or field.data
        if error is not None:
            field.process_errors = [*field.process_errors, error]
    keys = {field.data for field in files if field.data}
    known = {row.key: row for row in queries.own_files(keys, me().id, ticket_id)} if keys else {}
    for field in files:
        field.most = settings().file_max_bytes
        field.kept = known.get(field.data)


def keep_all(field: Any) -> None:
    """The same for a field of any number of files: a file that is not taken is named in the error, the others are kept."""
    for chosen in field.chosen:
        try:
            field.data = [*field.data, stored(chosen).key]
        except DeskError as error:
            field.process_errors = [*field.process_errors, f"{chosen.filename}: {sentence_of(error)}"]
    field.chosen = []
    show_all(field, queries.own_files(field.data, me().id) if field.data else [])


def show_all(field: Any, rows: Iterable[Any]) -> None:
    """Files that were sent before for the form of this field, to be shown with it."""
    by_key = {row.key: row for row in rows}
    field.data = field.data or list(by_key)
    field.kept = [by_key[key] for key in field.data if key in by_key]
    field.most = settings().file_max_bytes


def stored(chosen: Any) -> Any:
    """The row of a file that came with this request. Raises `TooLarge`, or `Invalid` at file."""
    with transaction():
        return actions.keep_file(stamp(), shelf(), chosen.stream, chosen.filename or "", me())


def sentence_of(error: DeskError) -> str:
    """Why a file was not taken."""
    fault = error.fields["file"] if isinstance(error, Invalid) else error
    return gettext(fault.sentence) % fault.params


def _stored(field: Any) -> tuple[str | None, str | None]:
    """The key of the chosen file, or the sentence why it was not taken."""
    done: dict[str, tuple[str | None, str | None]] = g.setdefault("uploads", {})
    if field.name not in done:
        try:
            done[field.name] = stored(field.chosen).key, None
        except DeskError as error:
            done[field.name] = None, sentence_of(error)
    return done[field.name]


def _make_room() -> None:
    """More is read only of who is signed in, and only where files are taken."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_files", False) and not request.path.startswith("/api/") and person() is not None:
        request.max_content_length = LARGEST_BODY
