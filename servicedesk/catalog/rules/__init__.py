"""Pure answers about the catalog, one file per subject: forms, answers to them, steps of approval, templates."""

from servicedesk.catalog.rules.amounts import AMOUNTS, CURRENCY
from servicedesk.catalog.rules.answers import LONGEST, Lookups, checked_answers
from servicedesk.catalog.rules.approvals import MOST_STEPS, approval_faults
from servicedesk.catalog.rules.conditions import CONTROLS, shown, wanted
from servicedesk.catalog.rules.faults import Fault, by_place
from servicedesk.catalog.rules.fields import FIELD_TYPES, MOST_FIELDS, SETTINGS_OF, form_faults, is_type_key
from servicedesk.catalog.rules.patterns import LONGEST_PATTERN, fits, pattern_fault
from servicedesk.catalog.rules.rights import KEYWORDS, are_keywords, edits_catalog
from servicedesk.catalog.rules.templates import MOST_LINES, template_faults

__all__ = [
    "AMOUNTS", "CONTROLS", "CURRENCY", "FIELD_TYPES", "KEYWORDS", "LONGEST", "LONGEST_PATTERN", "MOST_FIELDS",
    "MOST_LINES", "MOST_STEPS", "SETTINGS_OF", "Fault", "Lookups", "approval_faults", "are_keywords", "by_place",
    "checked_answers", "edits_catalog", "fits", "form_faults", "is_type_key", "pattern_fault", "shown",
    "template_faults", "wanted",
]  # fmt: skip
