"""What happens to the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from servicedesk.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class RequestTypeAdded(Event):
    subject: ClassVar = ("request_type", "request_type_id")
    request_type_id: int
    key: str


@dataclass(frozen=True, kw_only=True)
class RequestTypeChanged(Event):
    subject: ClassVar = ("request_type", "request_type_id")
    request_type_id: int
    fields: tuple[str, ...]
    version: int


@dataclass(frozen=True, kw_only=True)
class TemplateSet(Event):
    """A template of child requests was made or changed."""

    subject: ClassVar = ("template", "template_id")
    template_id: int
    key: str
    fields: tuple[str, ...]
