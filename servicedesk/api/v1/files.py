"""Files: sent beforehand and named by their key in fields, read from the request they belong to."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request, send_file

from servicedesk.api import answers, auth, bodies, shapes
from servicedesk.api.auth import me, stamp
from servicedesk.api.doors import lists, new_door, says
from servicedesk.api.errors import UnknownKind
from servicedesk.api.reading import query
from servicedesk.api.replying import Answer, listed, reply
from servicedesk.files.rules import takes_files
from servicedesk.files.shelf import Shelf
from servicedesk.kernel.errors import Invalid, NotFound
from servicedesk.kernel.text import N_
from servicedesk.kernel.transaction import transaction
from servicedesk.tickets import access, actions, queries

door = new_door("files", "Files")
# What stands around a file in a form, in bytes.
AROUND = 64 * 1024
DOWNLOAD: dict[Any, Any] = {
    200: {"description": "The bytes.", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
}


@door.post("/files")
@takes_files
@says(door, answers.NewFile, 201)
@auth.needs("tickets:write")
@query(door, bodies.FileName)
@door.doc(operation_id="post_files")
def send(asked: dict[str, Any]) -> Response:
    """Send a file

    As the body, with its name in `name`, or as the part `file` of a form. Its key is what a field of type `file` takes;
    a file that no request has after a day is dropped.
    """
    shelf = _shelf()
    request.max_content_length = shelf.most + AROUND
    stream, name = _sent(asked["name"])
    with transaction():
        row = actions.keep_file(stamp(), shelf, stream, name, me())
        found = shapes.stored_file(row)
    return reply(Answer(found, 201))


@door.get("/tickets/<int:ticket_id>/files")
@lists(door, answers.File)
@auth.needs("tickets:read")
def files(ticket_id: int) -> Response:
    """Files of a ticket, in the order in which they came"""
    ticket = access.ticket_for(me(), ticket_id)
    rows = queries.attachments(ticket.id, with_notes=access.reads_notes(me(), ticket))
    return listed([shapes.attachment(row) for row in rows])


@door.get("/tickets/<int:ticket_id>/files/<int:attachment_id>")
@auth.needs("tickets:read")
@door.doc(responses=DOWNLOAD)
def file(ticket_id: int, attachment_id: int) -> Response:
    """One file, as it was sent"""
    row = access.attachment_for(me(), ticket_id, attachment_id).file
    path = _shelf().path_of(row.digest)
    if not path.is_file():
        raise NotFound(N_("There is no such file, or you may not see it."))
    answer = send_file(path, mimetype=row.kind, as_attachment=True, download_name=row.name, etag=row.digest)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _sent(name: str) -> tuple[Any, str]:
    """The bytes and the name, however they came."""
    if request.mimetype == "multipart/form-data":
        part = request.files.get("file")
        if part is None:
            raise Invalid(fields={"file": N_("Send the file as the part file of the form, or as the body.")})
        return part.stream, name or part.filename or ""
    if request.mimetype == "application/x-www-form-urlencoded":
        raise UnknownKind(N_("Send the file as the part file of the form, or as the body."))
    if not name:
        raise Invalid(fields={"name": N_("This field is needed.")})
    return request.stream, name


def _shelf() -> Shelf:
    settings = current_app.config["SETTINGS"]
    return Shelf(settings.files_dir, settings.file_max_bytes)
