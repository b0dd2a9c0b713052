"""How long the files of a closed month take, and what memory a workbook of many rows needs.

    python benchmarks/report_files.py [rows]

Prints seconds for the PDF of 12 departments (the first one, and the median of the next five), pages and size; then for the workbook with
the given number of broken promises and with a tenth of them: seconds, size, and by how many MB the process grew. The last figure
should hardly differ: rows are written as they are read.
"""

from __future__ import annotations

import io
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import flask_migrate
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parents[1]))

from config import for_tests
from servicedesk.app import create_app
from servicedesk.kernel.db import db
from servicedesk.kernel.stamp import Stamp
from servicedesk.kernel.transaction import transaction
from servicedesk.papers.making import paper_for
from servicedesk.people import actions as people
from servicedesk.people.models import Person
from servicedesk.reports import document
from servicedesk.reports.figures import ClockRow, DepartmentRow, Journey, Link, MonthRows, RatingRow, TicketRow
from servicedesk.reports.models import ReportIssue, ReportListPage

BEGIN = datetime(2026, 3, 31, 21, tzinfo=UTC)
DEPARTMENTS = 12
HOUR = 3600.0


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/desk.sqlite"
        with create_app(for_tests(url)).app_context():
            flask_migrate.upgrade()
            number = _found().id
            for month, count in (("2026-02", 2_000), ("2026-03", rows // 10), ("2026-04", rows)):
                _store(month, count, Random(2))
            db.engine.dispose()
        _alone("pdf", url, number, "2026-02", 2_000)
        for month, count in (("2026-03", rows // 10), ("2026-04", rows)):
            _alone("xlsx", url, number, month, count)


def _alone(*what: Any) -> None:
    """In a process of its own, which has not grown by making the rows."""
    subprocess.run([sys.executable, __file__, *map(str, what)], check=True)


def _found() -> Person:
    stamp = Stamp(None, BEGIN, "cli")
    with transaction():
        people.describe_company(stamp, name="Север", language="ru", timezone="Europe/Moscow")
        for place in range(DEPARTMENTS):
            people.add_department(stamp, key=f"d{place}", name={"ru": f"Отдел {place}", "en": f"Department {place}"})
        reader = people.add_person(stamp, email="reader@example.com", name="Reader", language="ru")
        people.grant(stamp, reader, "report_reader")
    return reader


def _store(month: str, broken: int, chance: Random) -> None:
    departments = [
        DepartmentRow(n + 1, f"d{n}", {"ru": f"Отдел {n}", "en": f"Department {n}"}) for n in range(DEPARTMENTS)
    ]
    rows = MonthRows(
        month, BEGIN, BEGIN + timedelta(days=30), departments=departments, clocks=list(_clocks(broken, chance)),
        tickets=[TicketRow(n, 1 + n % 12, 1 + n % 7, BEGIN, requester_id=n) for n in range(5_000)],
        backlog=[TicketRow(n, 1 + n % 12, 1, BEGIN, requester_id=n) for n in range(500)],
        journeys=[
            Journey(n, (Link("stay", 1 + n % 12, 2 * HOUR), Link("stay", 1 + (n + 1) % 12, 9 * HOUR, broke=n % 3 == 0)), promised=True)
            for n in range(600)
        ],
    )  # fmt: skip
    scores = [
        RatingRow(
            1 + n % 12, 1 + n % 7, chance.randint(4, 10), chance.randint(4, 10), chance.randint(4, 10),
            token=n.to_bytes(4, "big"), comment="Ответили быстро, но пришлось напоминать ещё раз." if n % 20 == 0 else "",
        )
        for n in range(6_000)
    ]  # fmt: skip
    with transaction():
        issue = ReportIssue(
            month=month,
            number=1,
            closed_at=BEGIN,
            method=document.METHOD,
            document="",
            checksum="",
            summary={},
            reason="",
        )
        db.session.add(issue)
        db.session.flush()

        def keep(key: str, name: str, page: int, listed: list[dict[str, Any]]) -> None:
            db.session.add(ReportListPage(issue_id=issue.id, department_key=key, name=name, page=page, rows=listed))

        opinions = document.opinions_of(scores, departments, dict.fromkeys(range(1, 13), 900), {})
        built = document.build(rows, opinions, document.Lists(keep), company="Север", number=1, closed_at=BEGIN)
        issue.document, issue.summary = document.text_of(built), document.summary_of(built)
        issue.checksum = document.checksum_of(issue.document)


def _clocks(broken: int, chance: Random) -> Iterator[ClockRow]:
    for number in range(2 * broken):
        kept = number >= broken
        yield ClockRow(
            number, number // 2, chance.choice(("first_reply", "reply", "resolution", "stay")), 1 + number % 12, 1 + number % 7,
            kept, chance.uniform(1, 40) * HOUR, 0.0, 20 * HOUR, breached_at=None if kept else BEGIN, requester_id=number,
            reason_code=None if kept or number % 2 else "workload", ball="supplier",
            reason_text=None if kept or number % 2 else "Две недели закрытия месяца, команда работала на пределе.",
        )  # fmt: skip


def _say_pdf(app: Any, number: int) -> None:
    took: list[tuple[float, float]] = []
    data = b""
    for _ in range(6):
        with app.app_context():
            took.append((-time.perf_counter(), -time.process_time()))
            data = _made(number, "2026-02", "pdf").getvalue()
            took[-1] = (took[-1][0] + time.perf_counter(), took[-1][1] + time.process_time())
    pages = len(PdfReader(io.BytesIO(data)).pages)
    print(
        f"PDF of {DEPARTMENTS} departments: {took[0][0]:.2f} s ({took[0][1]:.2f} s of work) the first, "
        f"{statistics.median(one for one, _ in took[1:]):.2f} s ({statistics.median(one for _, one in took[1:]):.2f} s) the next; "
        f"{pages} pages, {len(data) / 1e6:.1f} MB"
    )


def _say_workbook(app: Any, number: int, month: str, rows: int) -> None:
    before, began, worked = _high_water(), time.perf_counter(), time.process_time()
    with app.app_context(), tempfile.TemporaryFile() as file:
        _made(number, month, "xlsx", file)
        size = file.tell()
    took, worked, grown = time.perf_counter() - began, time.process_time() - worked, _high_water() - before
    print(
        f"XLSX of {rows:,} broken promises: {took:.1f} s ({worked:.1f} s of work), {size / 1e6:.1f} MB, "
        f"the process grew by {grown:.0f} to {_high_water():.0f} MB"
    )


def _high_water() -> float:
    """The most memory this process has had, in MB. Linux tells it of the program alone, getrusage of its parent as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def _made(number: int, month: str, kind: str, file: Any = None) -> Any:
    reader = db.session.get_one(Person, number)
    file = io.BytesIO() if file is None else file
    paper_for(reader, month, kind, language="ru", zone="Europe/Moscow").write(file)
    return file


if __name__ == "__main__":
    if len(sys.argv) < 3:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
    elif sys.argv[1] == "pdf":
        _say_pdf(create_app(for_tests(sys.argv[2])), int(sys.argv[3]))
    else:
        _say_workbook(create_app(for_tests(sys.argv[2])), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
