"""What stands on which page of the PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from servicedesk.people.models import Person
from servicedesk.reports import access


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_summary_stays_on_one_page_however_much_was_undertaken(
    the_month: Any, bytes_of: Callable[..., bytes], rita: Person, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    as_stored = access.report_for

    def with_many_actions(*args: Any, **kinds: Any) -> Any:
        document = as_stored(*args, **kinds)
        for part in document["departments"]:
            part["improvements"] = [
                row | {"title": "A title as long as it may be. " * 4} for row in part["improvements"]
            ] * 20
        return document

    monkeypatch.setattr(access, "report_for", with_many_actions)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(bytes_of(rita, "pdf", language=language))).pages]
    second, third = {"en": ("The month in short", "Departments"), "ru": ("Месяц коротко", "Отделы")}[language]
    assert second in pages[1] and {"en": "more", "ru": "и ещё"}[language] in pages[1]
    assert second not in pages[2] and third in pages[2]
