"""Files of a request, to be taken to one's own machine."""

from __future__ import annotations

from flask import Response, request, send_file

from servicedesk.files import rules
from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.text import N_
from servicedesk.tickets import access
from servicedesk.web.session import me, signed_in
from servicedesk.web.tickets import tickets
from servicedesk.web.uploads import shelf

# Whatever is in it runs nothing here, also where somebody opens it in the browser.
SEALED = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@tickets.get("/tickets/<int:ticket_id>/files/<int:attachment_id>")
@signed_in
def file(ticket_id: int, attachment_id: int) -> Response:
    """With `inline` pictures of a few kinds are shown; everything else is downloaded."""
    row = access.attachment_for(me(), ticket_id, attachment_id).file
    path = shelf().path_of(row.digest)
    if not path.is_file():
        raise NotFound(N_("There is no such file, or you may not see it."))
    inline = request.args.get("inline") == "1" and rules.is_shown_inline(row.kind)
    answer = send_file(path, mimetype=row.kind, as_attachment=not inline, download_name=row.name, etag=row.digest)
    answer.headers["Content-Security-Policy"] = SEALED
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
