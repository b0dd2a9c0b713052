"""Forms with lists of rows, each row a small form: promises of an agreement, steps after a breach, fields of a form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Rows:
    """A list of rows. `refused_as` is what an action calls it in the names of fields (fields-0-key), `whole_row` the
    field of a row that gets what is said of the row as a whole. A list of faults calls the list `title`, and a field of
    a row `field_title`, with %(number)d, counted from one, and %(field)s.
    """

    name: str
    refused_as: str
    whole_row: str
    title: Any
    field_title: Any


class FormWithRows(FlaskForm):
    """Faults of rows stand at the rows. A blank row (its form says `is_blank`) counts for nothing.

    A row's form may have `places`: which of its fields gets what an action says of another name.
    """

    lists: ClassVar[tuple[Rows, ...]]

    def filled_rows(self, name: str | None = None) -> list[Any]:
        """Those of a list, the first one unless it is named."""
        return [entry for entry in self[name or self.lists[0].name] if not entry.form.is_blank()]

    def show(self, refusal: Invalid) -> None:
        """Put an action's refusal at its fields, those of the rows too."""
        rest = {}
        for name, fault in refusal.fields.items():
            kind, _, place = name.partition("-")
            number, _, inner = place.partition("-")
            rows = next((one for one in self.lists if one.refused_as == kind), None)
            said = self.filled_rows(rows.name) if rows is not None else []
            if rows is not None and number.isdecimal() and int(number) < len(said):
                form = said[int(number)].form
                field = form._fields.get(getattr(form, "places", {}).get(inner, inner), form[rows.whole_row])
                field.errors = [*field.errors, errors.sentence_of(fault)]
            else:
                rest[rows.name if rows is not None and name == rows.refused_as else name] = fault
        errors.put_into(self, Invalid(fields=rest))

    def faults(self) -> list[tuple[str, str, str]]:
        """(id of the field, its label, the sentence) of all that is wrong, in the order of the page."""
        found = []
        lists = {rows.name: rows for rows in self.lists}
        for field in self:
            rows = lists.get(field.name)
            if rows is None:
                found += [(field.id, str(field.label.text), str(problem)) for problem in field.errors[:1]]
                continue
            own = [problem for problem in field.errors if isinstance(problem, str)]
            found += [(field.id, str(rows.title), problem) for problem in own[:1]]
            for number, entry in enumerate(field, 1):
                for inner in entry.form:
                    label = str(rows.field_title) % {"number": number, "field": str(inner.label.text).lower()}
                    found += [(inner.id, label, str(problem)) for problem in inner.errors[:1]]
        return found

    def change_rows(self, pressed: str) -> bool:
        """Do what a button of a list says: fields-add, fields-take-2, fields-up-2, fields-down-2. Writes nothing.

        Whether it was such a button; what was typed in the rows goes with them.
        """
        name, _, rest = pressed.partition("-")
        what, _, text = rest.partition("-")
        if name not in {rows.name for rows in self.lists} or what not in ("add", "take", "up", "down"):
            return False
        found = [entry.data for entry in self[name]]
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else len(found)
        other = {"up": number - 1, "down": number + 1}.get(what, -1)
        if what == "add" and len(found) < (self[name].max_entries or 1000):
            found.append({})
        elif what == "take" and number < len(found):
            del found[number]
        elif number < len(found) and 0 <= other < len(found):
            found[number], found[other] = found[other], found[number]
        self[name].process(None, found)
        return True
