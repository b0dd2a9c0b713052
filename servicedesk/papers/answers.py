"""Papers and tables as answers of a door: written whole first, then sent; not sent again to who has them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO

from flask import Response, request

from servicedesk.papers.making import Paper

CHUNK = 64 * 1024


def paper_answer(paper: Paper) -> Response:
    """Nothing is written for who names the paper's tag in If-None-Match."""
    if request.if_none_match.contains_weak(paper.tag):
        return _tagged(Response(status=304), paper)
    return _tagged(file_answer(paper.write, paper.filename, paper.content_type), paper)


def file_answer(write: Callable[[IO[bytes]], None], filename: str, kind: str) -> Response:
    """Write the whole file first: the database is free again before a slow reader has it all."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 — closed with the answer
    try:
        write(file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    response = Response(iter(lambda: file.read(CHUNK), b""), mimetype=None, content_type=kind)
    response.call_on_close(file.close)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def _tagged(response: Response, paper: Paper) -> Response:
    response.set_etag(paper.tag)
    # Each reader has their own; it may be kept, but is asked for again, since rights end.
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, Cookie, Accept-Language"
    return response
