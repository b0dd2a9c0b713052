"""A stored April, and papers of it as text."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from servicedesk.kernel.transaction import transaction
from servicedesk.papers.making import paper_for
from servicedesk.people.models import Person
from tests.papers import april

ZONE = "Europe/Moscow"


@pytest.fixture
def the_month(app: Any) -> Any:
    with transaction():
        return april.store()


@pytest.fixture
def bytes_of(app: Any) -> Callable[..., bytes]:
    """The paper of April of this kind for a person."""

    def made(person: Person, kind: str, key: str | None = None, language: str = "en") -> bytes:
        file = io.BytesIO()
        paper_for(person, "2026-04", kind, key=key, language=language, zone=ZONE).write(file)
        return file.getvalue()

    return made


def text_of_pdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
