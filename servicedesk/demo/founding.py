"""Founds the demo company: calendar, departments, catalog, promises and people, all through actions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import Any

from servicedesk.catalog import actions as catalog
from servicedesk.demo.agreeing import agree
from servicedesk.demo.texts import catalog as offered
from servicedesk.demo.texts import world
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import settle
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.sla import actions as sla

PASSWORD = "demo demo demo"  # noqa: S105 — printed for everybody; these people are invented
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN = dict(
    zip(
        _CYRILLIC,
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


@dataclass
class Actor:
    """Somebody of the company: the row, and what only the demo knows of them."""

    row: Any
    name: str
    sex: str
    language: str
    department: str
    role: str = ""
    # How much somebody asks, how willingly they answer when asked for an opinion, how kindly they judge.
    asks: float = 1.0
    answers: float = 0.45
    kind: float = 0.0


@dataclass
class Cast:
    """Everybody and everything by name; rows of the one transaction in which the story is told."""

    departments: dict[str, Any] = field(default_factory=dict)
    types: dict[str, Any] = field(default_factory=dict)
    actors: list[Actor] = field(default_factory=list)
    agents: dict[str, list[Actor]] = field(default_factory=lambda: defaultdict(list))
    leads: dict[str, Actor] = field(default_factory=dict)

    def named(self, name: str) -> Actor:
        return next(actor for actor in self.actors if actor.name == name)

    @property
    def visitor(self) -> Actor:
        """The employee as whom a visitor of the demo looks around first."""
        return self.actors[0]


def found_company(stamp: Stamp, chance: Random) -> Cast:
    """Make the company in the open transaction."""
    cast = Cast()
    company, hours = world()["company"], world()["calendar"]
    people.describe_company(
        stamp, name=company["name"][company["language"]], language=company["language"], timezone=company["timezone"]
    )
    office = sla.set_calendar(
        stamp, key=hours["key"], timezone=company["timezone"], week=dict.fromkeys(hours["days"], hours["hours"]),
        holidays=hours["holidays"],
    )  # fmt: skip
    sla.make_company_calendar(office)
    for key, row in world()["departments"].items():
        address = f"{key}@{company['domain']}"
        cast.departments[key] = people.add_department(
            stamp, key=key, name=row["name"], mission=row["mission"], email=address
        )
        people.change_department(stamp, cast.departments[key], {"customers": row.get("customers", {})})
    for key, row in offered().items():
        cast.types[key] = catalog.add_request_type(
            stamp, cast.departments[key.split(".")[0]], key=key, name=row["name"], description=row["description"],
            confidential=row.get("confidential", False), fields=row["fields"], keywords=row.get("keywords", ()),
            provides=row.get("provides"),
        )  # fmt: skip
    settle()
    _promise(stamp, cast)
    for number, row in enumerate(_everybody(chance)):
        _welcome(stamp, cast, row, chance, heavy=number == 0)
        settle()
    for row in world()["agreements"]:
        agree(stamp, cast, row)
    _ask_for_approvals(stamp, cast)
    people.describe_company(
        stamp, name=company["name"][company["language"]], language=company["language"], timezone=company["timezone"],
        triage_department_id=cast.departments[company["triage"]].id,
    )  # fmt: skip
    settle()
    return cast


def _ask_for_approvals(stamp: Stamp, cast: Cast) -> None:
    """Steps of approval name people, who come after the types."""
    for key, row in offered().items():
        steps = [
            step | ({"people": [cast.named(name).row.id for name in step["people"]]} if "people" in step else {})
            for step in row.get("approval", ())
        ]
        if steps:
            catalog.change_request_type(stamp, cast.types[key], {"approvals": steps})


def sign_ins() -> list[tuple[str, str, str]]:
    """(name, e-mail address, what they are) of those who have a password."""
    return [(row["name"], address_of(row["name"]), _what(row)) for row in world()["people"] if row.get("sign_in")]


def is_told() -> bool:
    """Whether this database has the demo company."""
    return who.person_by_email(sign_ins()[0][1]) is not None


def _what(row: Mapping[str, Any]) -> str:
    role = row.get("role", "employee")
    said = {"admin": "administrator", "report_reader": "director, reads reports"}
    language = ", in English" if row.get("language") == "en" else ""
    return said.get(role, f"{role}, {row.get('department')}") + language


def address_of(name: str) -> str:
    """name.surname@north.example, in Latin letters."""
    spelled = re.sub("(ый|ий)\\b", "й", name.lower())
    latin = "".join(_LATIN.get(letter, letter) for letter in spelled)
    return f"{re.sub(r'[^a-z]+', '.', latin)}@{world()['company']['domain']}"


def _promise(stamp: Stamp, cast: Cast) -> None:
    for row in world()["policies"]:
        request_type = cast.types.get(row.get("type", ""))
        key = row.get("department") or (row["type"].split(".")[0] if request_type else None)
        sla.set_policy(
            stamp, name=_name(row, key), targets=row["targets"], department_id=cast.departments[key].id if key else None,
            request_type_id=request_type.id if request_type else None, priority=row.get("priority"),
        )  # fmt: skip
        settle()


def _name(row: Mapping[str, Any], department: str | None) -> str:
    """As the organisation file would call it."""
    parts = [f"department={department}"] if department else []
    parts += [f"{key}={row[said]}" for key, said in (("request_type", "type"), ("priority", "priority")) if said in row]
    return " ".join(parts if department or "priority" in row else ["company"])


def _everybody(chance: Random) -> Iterator[dict[str, Any]]:
    yield from world()["people"]
    for row in world()["english"]:
        yield row | {"language": "en", "sex": "m"}
    full = [
        (first, surname, sex)
        for sex in "mf"
        for first in world()["first_names"][sex]
        for surname in world()["surnames"]
    ]
    picked = iter(chance.sample(full, sum(world()["others"].values())))
    for department, count in world()["others"].items():
        for first, surname, sex in islice(picked, count):
            yield {
                "name": f"{first} {_in_feminine(surname) if sex == 'f' else surname}",
                "sex": sex,
                "department": department,
            }


def _in_feminine(surname: str) -> str:
    return f"{surname[:-2]}ая" if surname.endswith(("ой", "ый")) else f"{surname}а"


def _welcome(stamp: Stamp, cast: Cast, row: dict[str, Any], chance: Random, *, heavy: bool) -> None:
    department = cast.departments.get(row.get("department", ""))
    person = people.add_person(
        stamp,
        email=address_of(row["name"]),
        name=row["name"],
        department=department,
        language=row.get("language", "ru"),
    )
    role = row.get("role", "")
    if role:
        people.grant(stamp, person, role, department if role in ("agent", "lead") else None)
    if row.get("sign_in"):
        people.set_password(stamp, person, PASSWORD)
    actor = Actor(
        row=person, name=row["name"], sex=row["sex"], language=person.language, department=row.get("department", ""), role=role,
        asks=5.0 if heavy else chance.lognormvariate(0, 0.6), answers=min(0.95, chance.betavariate(1.6, 2.0)),
        kind=chance.gauss(0, 0.7),
    )  # fmt: skip
    if role == "agent":
        cast.agents[actor.department].append(actor)
    elif role == "lead":
        cast.leads[actor.department] = actor
    elif role == "report_reader":
        actor.asks = 0.0
    cast.actors.append(actor)
