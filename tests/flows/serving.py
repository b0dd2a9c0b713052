"""An application served on this machine while a test looks at it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class Impatient(WSGIRequestHandler):
    """Lets go of connections on which nothing is asked: Chromium opens some ahead."""

    timeout = 5


def whole(app: Flask) -> WSGIApplication:
    """Reads an answer to its end before it is sent: a browser that turns away leaves no file of it open."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            getattr(parts, "close", lambda: None)()

    return answer


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Its address."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True, request_handler=Impatient)
    # What pages still ask while they are closed is answered before the database becomes another one.
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
