"""Takes letters apart in another process, which may hang, eat memory or die without harm. POSIX alone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import servicedesk
from servicedesk.mailin.parse import framing
from servicedesk.mailin.parse.limits import Limits
from servicedesk.mailin.parse.markup import CleanHtml
from servicedesk.mailin.shapes import IncomingMail, Unparsable
from servicedesk.mailin.text import Stripped

_ROOT = Path(servicedesk.__file__).resolve().parents[1]


class _Child:
    """One process for all letters of this one, made when it is first needed and again when it is gone."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0

    def ask(self, facts: dict[str, Any], blob: bytes, limits: Limits) -> tuple[dict[str, Any], list[bytes]]:
        """Raises `Unparsable`. A process that dies may have been ended by somebody else, so a letter is tried twice."""
        with self.lock:
            for _ in range(2):
                answer = self._once(facts, blob, limits)
                if answer is not None:
                    break
            else:
                raise Unparsable("crashed")
        if "unparsable" in answer[0]:
            raise Unparsable(answer[0]["unparsable"])
        return answer

    def _once(self, facts: dict[str, Any], blob: bytes, limits: Limits) -> tuple[dict[str, Any], list[bytes]] | None:
        """None where the process died of it. Raises `Unparsable` where it was too slow."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        slow = threading.Event()

        def end() -> None:
            slow.set()
            process.kill()

        timer = threading.Timer(limits.seconds, end)
        timer.daemon = True
        timer.start()
        answer = None
        try:
            framing.write(process.stdin, {"limits": asdict(limits), **facts}, blob)
            answer = framing.read(process.stdout)
        except (OSError, EOFError, ValueError):
            self._end()
        finally:
            timer.cancel()
            timer.join()
        if slow.is_set():
            self._end()
            if answer is None:
                raise Unparsable("too slow")
        if answer is not None and answer[0].get("unparsable") == "too much memory":
            self._end()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.owner != os.getpid() or self.process.poll() is not None:
            self._end()
            self.owner = os.getpid()
            # It ends with this process: its standard input does.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "servicedesk.mailin.parse.child"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_ROOT,
            )  # fmt: skip
        return self.process

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was not written yet has no reader any more.
                    continue


_child = _Child()


def parse_apart(raw: bytes, limits: Limits = Limits()) -> IncomingMail:  # noqa: B008 — frozen
    """`parse` in the other process. Raises `Unparsable` too where it takes too long, too much memory, or dies."""
    facts, blobs = _child.ask({}, raw, limits.for_size(len(raw)))
    return framing.unpacked(facts["mail"], blobs)


def safe_html_apart(html: str, images: Mapping[str, str], remote_images: bool, limits: Limits) -> CleanHtml:
    """`safe_html` in the other process, for HTML on which it may work for long. Raises `Unparsable`."""
    facts, blobs = _child.ask({"images": dict(images), "remote_images": remote_images}, html.encode(), limits)
    return CleanHtml(blobs[0].decode(), facts["blocked_images"])


def new_text_apart(
    plain: str | None, html: str | None, *, forwarded: bool = False, limits: Limits = Limits()  # noqa: B008 — frozen
) -> Stripped:  # fmt: skip
    """`new_text` in the other process: lines made for it keep its rules busy for minutes. Raises `Unparsable`."""
    facts, _ = _child.ask({"read": {"plain": plain, "html": html, "forwarded": forwarded}}, b"", limits)
    return Stripped(**facts["stripped"])
