"""What can go wrong in words for the person who reads them. No HTTP here: doors translate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servicedesk.kernel.text import N_, in_language


class DeskError(Exception):
    """A refusal. `sentence` is an English msgid with %(name)s places, `params` fill them."""

    code = "error"

    def __init__(self, sentence: str, /, **params: Any) -> None:
        self.sentence = sentence
        self.params = params
        super().__init__(sentence % params if params else sentence)


class InTheirWords(DeskError):
    """A refusal in the words of whoever made the form: `names` has them by language, and no catalogue translates them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        super().__init__(in_language(names, "en"))


class NotFound(DeskError):
    """Missing and invisible look the same."""

    code = "not_found"

    def __init__(self, sentence: str = N_("There is nothing here that you may see."), /, **params: Any) -> None:
        super().__init__(sentence, **params)


class NotAllowed(DeskError):
    """The person sees the thing but may not do this to it."""

    code = "not_allowed"


class Invalid(DeskError):
    """What was sent is wrong; `fields` has a sentence for each field at fault."""

    code = "invalid"

    def __init__(
        self, sentence: str = N_("Please correct what is marked."), /, *,
        fields: Mapping[str, DeskError | str] | None = None, **params: Any,
    ) -> None:  # fmt: skip
        super().__init__(sentence, **params)
        self.fields = {
            key: value if isinstance(value, DeskError) else DeskError(value) for key, value in (fields or {}).items()
        }


class TooLarge(DeskError):
    """More was sent than is taken here."""

    code = "request_entity_too_large"


class Conflict(DeskError):
    """Somebody else was faster, or the state does not allow it any more."""

    code = "conflict"


class Busy(DeskError):
    """Too many tries; `seconds` says how long to wait."""

    code = "busy"
