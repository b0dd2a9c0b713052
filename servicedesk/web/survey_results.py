"""Results of closed survey waves, rendered from the stored document alone, as a page and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, get_template_attribute, render_template, request, url_for
from flask_babel import gettext as _

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.text import in_language
from servicedesk.people import queries as people
from servicedesk.people.rules import is_admin, reads_company_reports
from servicedesk.reports import survey_access as access
from servicedesk.reports.figures import DEFINITIONS
from servicedesk.reports.figures.surveys import QUESTIONS
from servicedesk.surveys import queries
from servicedesk.web.session import language, me, signed_in, timezone
from servicedesk.web.tables_out import Column, Sheet, csv_answer

survey_results = Blueprint("survey_results", __name__)


@survey_results.get("/surveys")
@signed_in
def waves() -> Any:
    who = me()
    if not reads_company_reports(who):
        raise NotFound()
    reports = access.surveys_for(who)
    return render_template(
        "surveys/waves.html", reports=reports, running=queries.running(), manages=is_admin(who),
        latest=access.survey_for(who, reports[0].wave.key) if reports else None, **_tools(),
    )  # fmt: skip


@survey_results.get("/surveys/<wave>")
@signed_in
def company(wave: str) -> Any:
    document, here = access.survey_for(me(), wave), language()
    document["departments"].sort(key=lambda part: in_language(part["name"], here).casefold())
    return render_template("surveys/company.html", **_tools(), **_dated(document))


@survey_results.get("/surveys/<wave>.csv")
@signed_in
def table(wave: str) -> Response:
    document = access.survey_for(me(), wave)
    columns = [
        Column(_("Department"), width=24), Column(_("Question"), width=24), Column(_("Score"), "number"), Column(_("from"), "number"),
        Column(_("to"), "number"), Column(_("Answers"), "whole"), Column(_("Hidden")), Column(_("People invited"), "whole"), Column(_("Answered"), "whole"),
    ]  # fmt: skip
    return csv_answer(f"survey-{wave}", Sheet(wave, columns, _rows(document)), zone=timezone(), language=language())


@survey_results.get("/surveys/<wave>/<key>")
@signed_in
def department(wave: str, key: str) -> Any:
    cursor = request.args.get("cursor") or None
    document, page = access.department_survey_for(me(), wave, key), access.suggestions_for(me(), wave, key, cursor)
    own = people.department_by_key(key)
    return render_template(
        "surveys/department.html", part=document["department"], suggestions=page.items,
        next_url=url_for("survey_results.department", wave=wave, key=key, cursor=page.next) if page.next else None,
        first_url=url_for("survey_results.department", wave=wave, key=key) if cursor else None,
        leads=own is not None and own.id in me().leads, reads_company=reads_company_reports(me()), **_tools(), **_dated(document),
    )  # fmt: skip


def _tools() -> dict[str, Any]:
    return {"questions": QUESTIONS, "definitions": DEFINITIONS, "day_of": date.fromisoformat}


def _dated(document: dict[str, Any]) -> dict[str, Any]:
    return {"report": document, "closed_at": datetime.fromisoformat(document["closed_at"])}


def _rows(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    here, worded = language(), get_template_attribute("surveys/_words.html", "question_name")
    for name, part in [(_("Company"), document)] + [
        (in_language(row["name"], here), row) for row in document["departments"]
    ]:
        for question in QUESTIONS:
            score, response = part["questions"][question], part["response"]
            yield (
                name, str(worded(question)), score["value"], score["low"], score["high"], score["n"],
                _("yes") if score["hidden"] else "", response["invited"], response["answered"],
            )  # fmt: skip
