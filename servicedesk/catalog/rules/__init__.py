"""Pure answers about the catalog, one file per subject: forms, answers to them, steps of approval, templates, finding."""

from servicedesk.catalog.rules.amounts import AMOUNTS, CURRENCY
from servicedesk.catalog.rules.answers import LONGEST, Lookups, checked_answers
from servicedesk.catalog.rules.approvals import approval_faults
from servicedesk.catalog.rules.conditions import CONTROLS, shown, wanted
from servicedesk.catalog.rules.fields import FIELD_TYPES, form_faults, is_type_key
from servicedesk.catalog.rules.finding import ranked
from servicedesk.catalog.rules.patterns import LONGEST_PATTERN, fits, pattern_fault
from servicedesk.catalog.rules.templates import MOST_LINES, template_faults

__all__ = [
    "AMOUNTS", "CONTROLS", "CURRENCY", "FIELD_TYPES", "LONGEST", "LONGEST_PATTERN", "MOST_LINES", "Lookups", "approval_faults",
    "checked_answers", "fits", "form_faults", "is_type_key", "pattern_fault", "ranked", "shown", "template_faults", "wanted",
]  # fmt: skip
