"""Fields and checks of what is sent, with our own sentences instead of marshmallow's. Never a rule of a slice."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import Any

from apiflask import Schema
from marshmallow import EXCLUDE, RAISE, ValidationError, fields, validate

from servicedesk.kernel.errors import DeskError
from servicedesk.kernel.text import N_, is_storable

NEEDED = N_("This field is needed.")
NOT_NULL = N_("This field cannot be null.")
MOMENT = N_("A moment is expected here, like 2026-04-30T09:00:00Z.")
WHOLE = N_("A whole number is expected here.")
_COMMON = {"required": NEEDED, "null": NOT_NULL, "validator_failed": N_("This value does not fit here.")}
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def refusal(sentence: str, **params: Any) -> ValidationError:
    return ValidationError([DeskError(sentence, **params)])


class Body(Schema):
    """What is sent as JSON. A name that is not known is refused: it is a mistake nobody would notice."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": N_("There is no such field."), "type": N_("A JSON object is expected here.")}  # noqa: RUF012


class Query(Schema):
    """What stands behind the question mark, all of it text."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": N_("There is no such parameter."), "type": N_("A JSON object is expected here.")}  # noqa: RUF012


class Shape(Schema):
    """What is answered: read by the documentation alone, answers are made in shapes.py."""

    class Meta:
        unknown = EXCLUDE


class Fits(validate.Length):
    """No longer than `max`, with the sentence the pages use."""

    def __call__(self, value: Any) -> Any:
        if self.max is not None and len(value) > self.max:
            raise refusal(N_("At most %(most)d characters fit here."), most=self.max)
        return value


class Between(validate.Range):
    def __call__(self, value: Any) -> Any:
        if value < self.min or value > self.max:
            raise refusal(N_("A number from %(least)d to %(most)d is expected here."), least=self.min, most=self.max)
        return value


class Known(validate.OneOf):
    def __call__(self, value: Any) -> Any:
        if not isinstance(value, str) or value not in self.choices:
            raise refusal(N_("One of these is expected here: %(known)s."), known=self.choices_text)
        return value


class Text(fields.String):
    default_error_messages = {**_COMMON, "invalid": N_("A text is expected here.")}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not is_storable(value):
            raise refusal(N_("This text has a character that cannot be kept."))
        return value


class Word(Text):
    """One of a few words."""

    def __init__(self, known: Iterable[str], **kwargs: Any) -> None:
        super().__init__(validate=Known(list(known)), **kwargs)


class Words(Text):
    """Several of a few words, with commas between."""

    def __init__(self, known: Collection[str], **kwargs: Any) -> None:
        self.known = known
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        words = [word.strip() for word in super()._deserialize(value, attr, data, **kwargs).split(",") if word.strip()]
        if not words or any(word not in self.known for word in words):
            raise refusal(N_("One of these is expected here: %(known)s."), known=", ".join(self.known))
        return words


class Whole(fields.Integer):
    """A whole number; in a query it comes as digits."""

    default_error_messages = {**_COMMON, "invalid": WHOLE, "too_large": WHOLE}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            return int(value)
        if type(value) is not int:
            raise self.make_error("invalid")
        return value


class Digits(fields.Integer):
    default_error_messages = {**_COMMON, "invalid": WHOLE, "too_large": WHOLE}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]{1,9}", value):
            raise self.make_error("invalid")
        return int(value)


class TrueOrFalse(fields.Boolean):
    default_error_messages = {**_COMMON, "invalid": N_("true or false is expected here.")}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Moment(fields.DateTime):
    """An instant with its offset, kept in UTC."""

    default_error_messages = {**_COMMON, "invalid": MOMENT}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        found = instant(value)
        if found is None:
            raise self.make_error("invalid")
        return found


class Day(fields.Date):
    """A date."""

    default_error_messages = {**_COMMON, "invalid": N_("A date is expected here, like 2026-04-30.")}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error


class DayOrMoment(Text):
    """A date, or an instant with its offset."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                day = date.min
            if 1970 <= day.year < LATEST.year:
                return day
        # A plus in an address that was not escaped arrives as a space.
        found = instant(text.replace(" ", "+"))
        if found is None:
            raise refusal(N_("A date or a moment is expected here, like 2026-04-30 or 2026-04-30T09:00:00Z."))
        return found


class Numbers(fields.List):
    """A list of ids, each once; at least one, and no more than `most`."""

    default_error_messages = {**_COMMON, "invalid": N_("A list of whole numbers is expected here.")}  # noqa: RUF012

    def __init__(self, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(Whole(), validate=validate.Length(1, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and not 1 <= len(value) <= self.most:
            raise refusal(N_("From 1 to %(most)d are expected here."), most=self.most)
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))


class Keys(fields.List):
    """A list of keys, each once; at most a hundred."""

    default_error_messages = {**_COMMON, "invalid": N_("A list of texts is expected here.")}  # noqa: RUF012

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Text(validate=Fits(max=64)), validate=validate.Length(max=100), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list) or len(value) > 100 or not all(isinstance(one, str) for one in value):
            raise self.make_error("invalid")
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))


class Anything(fields.Dict):
    """An object whose content is checked by the slice."""

    default_error_messages = {**_COMMON, "invalid": N_("A JSON object is expected here.")}  # noqa: RUF012


def instant(value: Any) -> datetime | None:
    """The UTC instant that an RFC 3339 text names, or None."""
    if not isinstance(value, str) or len(value) > 40 or "T" not in value.upper():
        return None
    try:
        found = datetime.fromisoformat(value.upper())
        if found.tzinfo is None:
            return None
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if found.year >= 1970 and found < LATEST else None
