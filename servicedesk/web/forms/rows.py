"""Forms with a list of rows, each a small form: promises of an agreement, steps after a breach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import FieldList

from servicedesk.kernel.errors import Invalid
from servicedesk.web import errors


class RowList(FieldList):
    """The rows in the order of their numbers. What has no number of ours in its name is passed over."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterable[int]:
        numbers = (name.removeprefix(f"{prefix}-").partition("-")[0] for name in formdata if name.startswith(prefix))
        return [int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 6]


class FormWithRows(FlaskForm):
    """Faults of rows stand at the rows. A blank row (its form says `is_blank`) counts for nothing."""

    # The name of the list of rows, what an action calls it in the names of fields, and the field of a row that gets
    # what is said of the row as a whole.
    rows: ClassVar[str]
    refused_as: ClassVar[str]
    whole_row: ClassVar[str]
    # How a list of faults calls the list, and a field of a row: with %(number)d, counted from one, and %(field)s.
    rows_title: ClassVar[Any]
    field_title: ClassVar[Any]

    def filled_rows(self) -> list[Any]:
        return [entry for entry in self[self.rows] if not entry.form.is_blank()]

    def show(self, refusal: Invalid) -> None:
        """Put an action's refusal at its fields, those of the rows too."""
        said, rest = self.filled_rows(), {}
        for name, fault in refusal.fields.items():
            kind, _, place = name.partition("-")
            number, _, inner = place.partition("-")
            if kind == self.refused_as and number.isdecimal() and int(number) < len(said):
                form = said[int(number)].form
                field = form._fields.get(inner, form[self.whole_row])
                field.errors = [*field.errors, errors.sentence_of(fault)]
            else:
                rest[self.rows if name == self.refused_as else name] = fault
        errors.put_into(self, Invalid(fields=rest))

    def faults(self) -> list[tuple[str, str, str]]:
        """(id of the field, its label, the sentence) of all that is wrong, in the order of the page."""
        found = []
        for field in self:
            if field.name != self.rows:
                found += [(field.id, str(field.label.text), str(problem)) for problem in field.errors[:1]]
                continue
            own = [problem for problem in field.errors if isinstance(problem, str)]
            found += [(field.id, str(self.rows_title), problem) for problem in own[:1]]
            for number, entry in enumerate(field, 1):
                for inner in entry.form:
                    label = str(self.field_title) % {"number": number, "field": str(inner.label.text).lower()}
                    found += [(inner.id, label, str(problem)) for problem in inner.errors[:1]]
        return found
