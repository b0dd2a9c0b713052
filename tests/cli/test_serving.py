"""Web server and worker under one command: when one of them falls, the other does not go on alone."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from servicedesk.cli import serving


def test_when_the_worker_falls_the_desk_stops_and_says_so(monkeypatch: Any, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(serving.signal, "signal", lambda *_: None)
    web = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    worker = subprocess.Popen([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])
    assert serving._watch({"web server": web, "worker": worker}) == 1
    assert web.poll() is not None
    assert capsys.readouterr().err == "The worker ended unexpectedly, so the desk stops.\n"
