"""What papers and the mail say, word for word, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from servicedesk.kernel.db import db
from servicedesk.kernel.events import publish
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.models import OutgoingMail
from servicedesk.mailout.render import render
from servicedesk.people.models import Person
from servicedesk.reports.events import MonthClosed
from tests.cast import by
from tests.mailout.samples import Links
from tests.papers.conftest import text_of_pdf
from tests.papers.golden import agrees_with
from tests.web.sheets import cells_of, names_of

LANGUAGES = ("en", "ru")
_CHECKSUM = re.compile(r"\b[0-9a-f]{64}\b")
# What the figures mean is told by the definitions, which have tests of their own.
_MEANING = {"en": "What the figures mean\nIndex\n", "ru": "Что означают показатели\nИндекс\n"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_of_a_department(
    the_month: object, bytes_of: Callable[..., bytes], olga: Person, language: str
) -> None:
    text = text_of_pdf(bytes_of(olga, "pdf", "it", language))
    agrees_with(f"department.{language}.pdf.txt", _CHECKSUM.sub("…", text.partition(_MEANING[language])[0]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_of_the_company(
    the_month: object, bytes_of: Callable[..., bytes], olga: Person, language: str
) -> None:
    data = bytes_of(olga, "xlsx", None, language)
    lines = []
    for place, name in enumerate(names_of(data), 1):
        if name in ("Definitions", "Определения"):
            continue
        lines += [f"# {name}", *(" | ".join(map(_cell, row)) for row in cells_of(data, place)), ""]
    agrees_with(f"company.{language}.xlsx.txt", _CHECKSUM.sub("…", "\n".join(lines)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_to_a_lead(the_month: object, olga: Person, language: str) -> None:
    with transaction():
        db.session.get_one(Person, olga.id).language = language
        publish(MonthClosed(stamp=by(None, "2026-05-06 18:00"), month="2026-04", number=1))
    (mail,) = db.session.query(OutgoingMail).filter_by(to_address=olga.email, template="month_closed")
    told = render(mail, Links())
    agrees_with(f"mail.{language}.txt", f"{told.subject}\n\n{told.text}")
    agrees_with(f"mail.{language}.html", told.html)


def _cell(cell: object) -> str:
    """A number with its format, a text as it is."""
    kind, text, form = cell.kind, cell.text, cell.format  # type: ignore[attr-defined]
    return f"{float(text):.6g} [{form}]" if kind == "n" else text
