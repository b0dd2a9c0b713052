"""Every figure is explained where it is shown: on pages, at the end of the PDF, in the workbook's last sheet."""

from __future__ import annotations

import re

from servicedesk.papers.pdf.composing import titles
from servicedesk.reports.figures import DEFINITIONS
from tests.house.sources import ROOT

TEMPLATES = ROOT / "servicedesk" / "web" / "templates"


def test_every_definition_stands_on_a_page():
    pages = " ".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    assert set(re.findall(r"\bdefinitions\.(\w+)", pages)) == set(DEFINITIONS)


def test_the_paper_ends_with_every_definition_once(app):
    with app.test_request_context():
        keys = [key for key, _ in titles()]
    assert sorted(keys) == sorted(DEFINITIONS)
