"""How long it takes the server to find whom to ask, and to make the index anew after a change.

    python benchmarks/finding.py

Prints the median of the processor time of GET /find in milliseconds for 500 request types and 5,000 people, and its ratio to
50 types and 500 people; then how long the first search after a change takes, with a cold and with a warm cache of stems.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import flask_migrate
from sqlalchemy import insert, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.asking import asked, signed_in
from config import for_tests
from servicedesk.app import create_app
from servicedesk.catalog.finding import find, words
from servicedesk.catalog.models import RequestType
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.people import queries as who
from servicedesk.people.models import Department, Person

NOW = datetime(2026, 4, 6, 7, tzinfo=UTC)
ROUNDS = 40
DEPARTMENTS = 25
SYLLABLES = [
    "ба",
    "бо",
    "ве",
    "га",
    "да",
    "до",
    "жи",
    "за",
    "ка",
    "ко",
    "ла",
    "ли",
    "ма",
    "ме",
    "на",
    "пе",
    "по",
    "ра",
    "со",
    "та",
    "фо",
    "ци",
    "ша",
]
QUESTIONS = (
    "а",
    "пропуск",
    "мой пропуск не работает",
    "ghjgecr",
    "пропукс",
    "калинова",
    "совсем никому не нужный вопрос о вещах",
    "rjnjhst",
)


def main() -> int:
    small, large = measured(50, 500), measured(500, 5_000)
    print(f"{'question':<44}{'ms':>8}{'ratio':>8}")
    for question in QUESTIONS:
        print(f"{question:<44}{large[question] * 1000:>8.1f}{large[question] / small[question]:>8.2f}")
    for what in ("index, cold", "index, warm"):
        print(f"{what:<44}{large[what] * 1000:>8.0f}{large[what] / small[what]:>8.2f}")
    return 0


def measured(types: int, persons: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place:
        app = create_app(for_tests(f"sqlite:///{place}/desk.sqlite"))
        with app.app_context():
            flask_migrate.upgrade()
            fill(types, persons)
            words.stem.cache_clear()
            took = {"index, cold": first_search(), "index, warm": first_search()}
        gc.collect()
        gc.freeze()
        client = signed_in(app, "asker@example.com")
        return took | {
            question: asked(app, client, "/find", ROUNDS, {"q": question}).processor for question in QUESTIONS
        }


def fill(types: int, persons: int) -> None:
    chance = Random(7)
    with transaction():
        stamp = Stamp(None, NOW, "cli")
        people.describe_company(stamp, name="North", language="ru", timezone="Europe/Moscow")
        for n in range(DEPARTMENTS):
            people.add_department(stamp, key=f"d{n}", name={"ru": f"{word(chance)} {n}", "en": f"Department {n}"})
        people.add_person(stamp, email="asker@example.com", name="Asker")
    ids = list(db.session.scalars(select(Department.id)))
    with transaction():
        db.session.execute(insert(RequestType), [type_row(n, ids[n % DEPARTMENTS], chance) for n in range(types)])
        db.session.execute(insert(Person), [person_row(n, ids[n % DEPARTMENTS], chance) for n in range(persons)])
        people.change_person(Stamp(None, NOW, "cli"), who.person_by_email("asker@example.com"), {"name": "A. Asker"})


def type_row(number: int, department_id: int, chance: Random) -> dict[str, Any]:
    label = {"ru": word(chance), "en": word(chance)}
    return {
        "key": f"d{number % DEPARTMENTS}.t{number}", "department_id": department_id,
        "name": {"ru": "Пропуск" if number == 7 else f"{word(chance)} {word(chance)}", "en": f"Request {number}"},
        "description": {"ru": " ".join(word(chance) for _ in range(20))}, "keywords": [word(chance) for _ in range(4)],
        "fields": [{"key": f"f{n}", "type": "text", "label": label} for n in range(6)], "changed_at": NOW,
    }  # fmt: skip


def person_row(number: int, department_id: int, chance: Random) -> dict[str, Any]:
    return {
        "email": f"p{number}@example.com", "name": f"{word(chance).title()} {word(chance).title()}ов", "language": "ru",
        "department_id": department_id, "topics": [word(chance) for _ in range(number % 4)], "created_at": NOW,
    }  # fmt: skip


def word(chance: Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4)))


def first_search() -> float:
    """Seconds of a search after a change."""
    with transaction():
        asker = who.person_by_email("asker@example.com")
        people.change_person(Stamp(None, NOW, "cli"), asker, {"name": f"Asker {time.monotonic_ns()}"})
    begun = time.process_time()
    find("пропуск")
    return time.process_time() - begun


if __name__ == "__main__":
    raise SystemExit(main())
