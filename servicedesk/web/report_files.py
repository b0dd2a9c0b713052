"""The pages of a closed month as files: the same rights, the reader's language, nothing sent twice to who has it."""

from __future__ import annotations

from flask import Response

from servicedesk.papers.answers import paper_answer
from servicedesk.papers.making import paper_for
from servicedesk.web.reports import issue_asked_for, reports
from servicedesk.web.session import language, me, signed_in, timezone


@reports.get("/reports/<month>.<any(pdf, xlsx, csv):kind>")
@signed_in
def company_file(month: str, kind: str) -> Response:
    return _file(month, None, kind)


@reports.get("/reports/<month>/<key>.<any(pdf, xlsx, csv):kind>")
@signed_in
def department_file(month: str, key: str, kind: str) -> Response:
    return _file(month, key, kind)


def _file(month: str, key: str | None, kind: str) -> Response:
    paper = paper_for(
        me(), month, kind, key=key, number=issue_asked_for(), language=language(), zone=timezone()
    )  # fmt: skip
    return paper_answer(paper)
