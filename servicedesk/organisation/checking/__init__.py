"""A tree of nodes → a plan, or all faults of the file at once. Reads nothing and writes nothing."""

from __future__ import annotations

from servicedesk.organisation.checking.agreements import check_agreements
from servicedesk.organisation.checking.forms import check_request_types
from servicedesk.organisation.checking.hours import check_calendars, check_company, check_triage
from servicedesk.organisation.checking.notebook import Notebook
from servicedesk.organisation.checking.promises import check_policies
from servicedesk.organisation.checking.teams import check_departments, check_people
from servicedesk.organisation.checking.templates import check_templates
from servicedesk.organisation.faults import Faulty
from servicedesk.organisation.plan import Plan
from servicedesk.organisation.reading import Entries, Tree, Word
from servicedesk.organisation.standing import Standing

SECTIONS = (
    "company", "calendars", "departments", "request_types", "templates", "policies", "agreements", "people",
)  # fmt: skip


def check(tree: Tree, desk: Standing) -> Plan:
    """The plan of a file for a desk as it stands. Raises `Faulty` with every fault there is."""
    notes = Notebook(_language(tree.root, desk), tree.faults)
    found = notes.entries(tree.root, "the file", known=SECTIONS).entries
    calendars = check_calendars(notes, found.get("calendars"), desk)
    known_calendars = desk.calendars | {row.key for row in calendars.found} | calendars.named
    company, company_calendar = check_company(notes, found.get("company"), desk, known_calendars)
    departments = check_departments(notes, found.get("departments"), desk, known_calendars)
    known_departments = frozenset(desk.departments) | departments.named
    people = check_people(notes, found.get("people"), desk, known_departments, departments)
    triage = check_triage(notes, found.get("company"), known_departments)
    known_people = desk.people | {plan.email for plan in people.found}
    types, named_types = check_request_types(notes, found.get("request_types"), desk, known_departments, known_people)
    homes = {**dict(desk.request_types), **dict.fromkeys(named_types - desk.request_types.keys())}
    homes |= {row.key: row.department for row in types if row.department is not None}
    templates = check_templates(notes, found.get("templates"), desk, known_departments, homes)
    promises = check_policies(notes, found.get("policies"), known_departments, homes, known_calendars)
    agreements = check_agreements(notes, found.get("agreements"), known_departments, homes, known_calendars)
    if notes.faults:
        raise Faulty(notes.faults)
    return Plan(
        company=company, company_calendar=company_calendar, triage=triage, calendars=calendars.found, departments=departments.found,
        people=people.found, roles=people.roles, closed=departments.closed, own_roles=people.own_roles,
        request_types=types, templates=templates, promises=promises, agreements=agreements, lists=frozenset({"policies", "agreements"} & found.keys()),
    )  # fmt: skip


def _language(root: Entries, desk: Standing) -> str:
    """The language of names that are written without one: the company's."""
    company = root.entries.get("company")
    said = company.entries.get("language") if isinstance(company, Entries) else None
    return said.text if isinstance(said, Word) and said.text in ("ru", "en") else desk.language
