"""The process in which letters are taken apart: one after the other from standard input, facts to standard output, until
nobody writes to it any more. It may die at any of them."""

from __future__ import annotations

import os
import resource
import signal
import sys
from dataclasses import asdict
from typing import Any

from servicedesk.mailin.parse import framing
from servicedesk.mailin.parse.letter import parse
from servicedesk.mailin.parse.limits import Limits
from servicedesk.mailin.parse.markup import CleanHtml, safe_html
from servicedesk.mailin.shapes import Unparsable
from servicedesk.mailin.text import new_text


def main() -> None:
    # What a library prints is no frame.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            facts, blobs = framing.read(sys.stdin.buffer)
        except EOFError:
            return
        limits = Limits(**facts["limits"])
        _bound(limits)
        answer, files = _answer(facts, blobs[0], limits)
        signal.setitimer(signal.ITIMER_REAL, 0)
        framing.write(out, answer, *files)


def _answer(facts: dict[str, Any], blob: bytes, limits: Limits) -> tuple[dict[str, Any], list[bytes]]:
    try:
        if "read" in facts:
            return {"stripped": asdict(new_text(**facts["read"]))}, []
        if "images" in facts:
            clean: CleanHtml = safe_html(blob.decode(), facts["images"], facts["remote_images"])
            return {"blocked_images": clean.blocked_images}, [clean.html.encode()]
        answer, files = framing.packed(parse(blob, limits))
    except Unparsable as error:
        return {"unparsable": str(error)}, []
    except MemoryError:
        return {"unparsable": "too much memory"}, []
    return {"mail": answer}, files


def _bound(limits: Limits) -> None:
    """The one who asked ends this process when it is too slow; the alarm does where that one is gone itself."""
    signal.setitimer(signal.ITIMER_REAL, limits.seconds * 2)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = limits.memory_bytes if hard == resource.RLIM_INFINITY else min(limits.memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


if __name__ == "__main__":
    main()
