"""Reads the world, the stories and the phrases of the demo company from the YAML files beside this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
LANGUAGES = ("ru", "en")


@dataclass(frozen=True)
class Story:
    """One kind of request: what is asked, how it goes, how it ends. Texts have {places} for slots."""

    type: str
    language: str
    subject: str
    text: str
    done: Sequence[str]
    answers: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 1.0
    priority: str | None = None
    # Departments that ask so; empty for all.
    from_: Sequence[str] = ()
    # When it happens; empty for the whole year.
    months: Sequence[int] = ()
    ask: str = ""
    reply: str = ""
    outside: str = ""
    later: str = ""
    note: str = ""
    back: str = ""
    # It came to the wrong department, which hands it over to this one with these words.
    to: str = ""
    handed: str = ""

    @property
    def department(self) -> str:
        """The department that gets it first."""
        return self.type.split(".")[0]


def _read(name: str) -> Any:
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 — both are safe


@cache
def world() -> Mapping[str, Any]:
    return MappingProxyType(_read("world.yaml"))


@cache
def replies() -> Mapping[str, Any]:
    return MappingProxyType(_read("replies.yaml"))


@cache
def catalog() -> Mapping[str, Any]:
    return MappingProxyType(_read("catalog.yaml"))


@cache
def chains() -> Mapping[str, Any]:
    return MappingProxyType(_read("chains.yaml"))


@cache
def stories() -> tuple[Story, ...]:
    found = []
    for path in sorted((HERE / "stories").glob("*.yaml")):
        language = path.name.split(".")[1]
        for row in _read(f"stories/{path.name}"):
            values = {("from_" if key == "from" else key): value for key, value in row.items()}
            found.append(Story(language=language, **values))
    return tuple(found)


@cache
def phrases(language: str) -> Mapping[str, Any]:
    return MappingProxyType(_read(f"phrases.{language}.yaml"))
