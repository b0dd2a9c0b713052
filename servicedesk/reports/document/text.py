"""The canonical text of what is stored, and its checksum: equal content gives equal bytes, wherever it is written."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def text_of(content: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, no number that is not one."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def checksum_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
