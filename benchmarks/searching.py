"""How long a search takes the server on a desk of many requests, and how much slower filing is because of the index.

    python benchmarks/searching.py [--tickets 100000] [--postgresql URL] [--kept FOLDER]

Prints for each question and reader the median of the server time in milliseconds, the statements, what was found, and beside it how
long the same words take as they were looked for before, `LIKE '%word%'` over subject and description; then requests filed a
second with the index and without it. Databases are made and kept as by `benchmarks/pages.py`.
"""

from __future__ import annotations

import argparse
import gc
import re
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.asking import asked, signed_in
from benchmarks.pages import READERS, a_desk
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.people import queries as who
from servicedesk.tickets import access
from servicedesk.tickets import actions as tickets
from servicedesk.tickets.models import Ticket

QUESTIONS = {
    "common word": "принтер", "two words": "принтер не печатает", "rare word": "кофемашина", "typo": "прнтер", "beginning": "прин",
    "other keyboard": "ghbynth", "phrase": '"не печатает"', "exclusion": "принтер -vpn", "number": "#5000", "filters only": "department:it status:open",
    "word and filter": "принтер status:open", "word of a month": "принтер filed:2026-05", "a month": "filed:2026-05", "overdue": "due:overdue",
    "broken": "is:breached", "word, broken": "принтер is:breached", "confidential": "is:confidential", "with a file": "has:file",
    "by due time": "status:open sort:due", "word by due time": "принтер sort:due",
}  # fmt: skip
# What is no filter of a question but said beside it.
SORTED = " sort:due"
ROUNDS, FILED = 40, 200


def main(options: argparse.Namespace) -> int:
    with a_desk(options, options.tickets) as app:
        gc.collect()
        gc.freeze()
        print(f"{'reader':<10}{'question':<18}{'ms':>8}{'statements':>12}{'found':>7}{'before':>9}{'ratio':>8}")
        for reader, address in READERS.items():
            client = signed_in(app, address)
            for name, question in QUESTIONS.items():
                sort = "due" if question.endswith(SORTED) else ""
                page = asked(app, client, "/search", ROUNDS, {"q": question.removesuffix(SORTED), "sort": sort})
                took, statements, hits = page.seconds, page.statements, len(re.findall('class="hit"', page.text))
                before = as_before(app, address, question) if ":" not in question and '"' not in question else None
                told = f"{before * 1000:>9.1f}{took / before:>8.2f}" if before else ""
                print(f"{reader:<10}{name:<18}{took * 1000:>8.1f}{statements:>12}{hits:>7}{told}")
        with app.app_context():
            without, with_index = filed_a_second(indexed=False), filed_a_second(indexed=True)
        print(
            f"filed a second: {with_index:.0f} with the index, {without:.0f} without; ratio {with_index / without:.3f}"
        )
    return 0


def as_before(app: Any, address: str, question: str) -> float:
    """Seconds of the one statement that looked for the words as letters, without the page around it."""
    took = []
    for _ in range(3):
        with app.app_context():
            person = who.person_by_email(address)
            query = select(Ticket.id).where(access.visible_to(person)).order_by(Ticket.updated_at.desc()).limit(31)
            for word in question.split():
                letters = word.lstrip("#-")
                query = query.where(or_(Ticket.subject.contains(letters), Ticket.description.contains(letters)))
            begun = time.perf_counter()
            db.session.execute(query).all()
            took.append(time.perf_counter() - begun)
    return statistics.median(took)


def filed_a_second(*, indexed: bool) -> float:
    """Requests filed one after the other, all of it in one transaction that is undone."""
    from servicedesk.kernel.events import settle
    from servicedesk.tickets.actions import indexing

    person = next(one for one in [who.person_by_email(READERS["employee"])] if one is not None)
    department = who.departments()[0]
    begun = time.perf_counter()
    try:
        with transaction():
            for number in range(FILED):
                tickets.open_ticket(
                    Stamp(person.id, datetime.now(UTC), "import"), person, subject=f"Принтер {number} молчит",
                    description="Лампочка мигает, бумага есть, картридж новый. " * 4, department=department,
                )  # fmt: skip
                settle()
            if not indexed:
                db.session.info["worked later"] = {}
            indexing.db.session.flush()
            if indexed:
                indexing.index(db.session.info["worked later"].pop(indexing.index))
            raise _Undone
    except _Undone:
        return FILED / (time.perf_counter() - begun)


class _Undone(Exception):
    pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--postgresql", help="a server on which databases may be made")
    parser.add_argument("--kept", type=Path, help="where SQLite databases stay and are found")
    sys.exit(main(parser.parse_args()))
