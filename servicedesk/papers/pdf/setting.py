"""Sets composed pages with Typst: offline, with the fonts it carries, always the same for the same data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
SOURCE = HERE / "report.typ"


def pdf_of(data: dict[str, Any]) -> bytes:
    """Accessible by the rules of PDF/UA-1. Where somebody wrote a letter that the fonts lack (an emoji), those rules forbid
    the whole file: then it is tagged all the same, without the mark."""
    try:
        return _set(data, pdf_standards=["ua-1"])
    except typst.TypstError:
        return _set(data)


def _set(data: dict[str, Any], **more: Any) -> Any:
    return typst.compile(
        str(SOURCE), root=str(HERE), ignore_system_fonts=True, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, **more
    )  # fmt: skip
