"""What is found by which words, in which order: the same on both databases, because the answers stand here."""

from __future__ import annotations

from datetime import datetime

import pytest

from servicedesk.kernel.db import db as handle
from servicedesk.kernel.errors import Invalid
from servicedesk.kernel.transaction import transaction
from servicedesk.people import actions as people
from servicedesk.sla import queries as sla
from servicedesk.sla.actions import look_at_clock
from servicedesk.tickets import access, actions, queries, search
from servicedesk.tickets.models import Ticket
from servicedesk.tickets.search import Found, in_gin
from tests import build
from tests.cast import Cast, at, by

# Name, day of May, subject, description.
STORIES = (
    ("silent", 1, "Принтер не печатает", "Лампочка мигает, бумага есть."),
    ("jam", 2, "Printer jams", "Paper jam in the tray, every time."),
    ("toner", 3, "Кончился тонер", "В принтере у окна. Жду новые картриджи."),
    ("wifi", 4, "Нет wi-fi в переговорной", "Ноутбуки не видят сеть."),
    ("yolka", 5, "Ёлка в холле", "Гирлянда не горит"),
    ("pass", 6, "Пропуск сломался", "Турникет не пускает, принтер ни при чём."),
    ("vpn", 7, "VPN drops", "The tunnel drops every hour; WiFi is fine. Seen on the printers' net as well."),
)
GOLDEN = {
    "принтер": ["silent", "pass", "toner"],
    "принтеры": ["silent", "pass", "toner"],
    "ПРИНТЕРОВ": ["silent", "pass", "toner"],
    "printers": ["jam", "vpn"],
    "принтер мигает": ["silent"],
    "мой принтер не работает": [],
    "не печатает": ["silent"],
    '"paper jam"': ["jam"],
    '"jam paper"': [],
    "printer -tunnel": ["jam"],
    "принтер -пропуск": ["silent", "toner"],
    "wi-fi": ["wifi", "vpn"],
    "wifi": ["wifi", "vpn"],
    "елка": ["yolka"],
    "ёлки": ["yolka"],
    "картридж": ["toner"],
    "maria": ["vpn", "pass", "yolka", "wifi", "toner", "jam", "silent"],
    "дирижабль": [],
}
# Besides what was found: begun words, wrong letters, the other keyboard.
MEANT = {
    "принт": ["silent", "pass", "toner"],
    "притнер": ["silent", "pass", "toner"],
    "ghbynth": ["silent", "pass", "toner"],
    "турнекет": ["pass"],
    "картриж": ["toner"],
    "printr": ["jam", "vpn"],
    "зфзук": ["jam"],
    "дирижабль": [],
}


@pytest.fixture
def stories(cast: Cast) -> dict[int, str]:
    """The requests by number, filed out of order: what was filed last is not what was written down last."""
    made = {}
    for name, day, subject, description in sorted(STORIES, key=lambda story: story[0]):
        moment = f"2026-05-{day:02d} 10:00"
        made[build.open_ticket(cast.maria, when=moment, subject=subject, description=description).id] = name
    return made


def ask(person, text: str, **how) -> Found:
    question = search.read(text)
    meaning = search.understood(question, search.asking(person, how.pop("now", at("2026-05-13 10:00"))))
    conditions = [*meaning.conditions, *sla.promise_conditions(meaning.promises, person)]
    return search.found(person, question, conditions, filed=meaning.filed, by_due=sla.ids_by_due, **how)


def names(hits, stories) -> list[str]:
    return [stories[hit.ticket.id] for hit in hits]


def test_the_golden_questions(cast, stories):
    for person in (cast.maria, cast.igor):
        assert {text: names(ask(person, text).hits, stories) for text in GOLDEN} == GOLDEN


def test_what_was_perhaps_meant(cast, stories):
    found = {text: ask(cast.maria, text) for text in MEANT}
    assert {text: names([*one.hits, *one.beside], stories) for text, one in found.items()} == MEANT
    assert found["притнер"].beside_words == ("принтер",)
    assert found["дирижабль"].beside_words == ()


def test_what_was_found_is_not_shown_again_beside(cast, stories):
    found = ask(cast.maria, "тонер")
    assert names(found.hits, stories) == ["toner"]
    assert not found.beside


def test_newest_first_does_not_ask_where_the_words_stand(cast, stories):
    assert names(ask(cast.maria, "принтер", sort="newest").hits, stories) == ["pass", "toner", "silent"]


def test_due_first_asks_the_clocks(cast, stories):
    assert names(ask(cast.igor, "принтер", sort="due").hits, stories) == ["silent", "toner", "pass"]


def test_pages_lose_and_repeat_nothing(cast, stories):
    seen, cursor = [], None
    while True:
        page = ask(cast.maria, "принтер", cursor=cursor, limit=1)
        seen += names(page.hits, stories)
        if cursor is None:
            assert page.count == 3
        cursor = page.next
        if cursor is None:
            break
    assert seen == GOLDEN["принтер"]


@pytest.mark.parametrize("cursor", ["", "x", "1", "2.5", "0.", "0.-1", "1.99999999999999999999"])
def test_a_cursor_that_is_not_ours_is_refused(cast, cursor):
    if cursor:
        with pytest.raises(Invalid):
            ask(cast.maria, "принтер", cursor=cursor)
    else:
        ask(cast.maria, "принтер", cursor=cursor)


def test_a_number_finds_its_request_first(cast, stories):
    number = next(iter(stories))
    other = build.open_ticket(cast.maria, when="2026-05-08 10:00", description=f"As in {number}.")
    assert [hit.ticket.id for hit in ask(cast.maria, str(number)).hits] == [number, other.id]
    assert [hit.ticket.id for hit in ask(cast.maria, f"#{number}").hits] == [number]


def test_a_number_of_another_system_finds_its_request(cast):
    ticket = build.open_ticket(cast.maria, external_id="INC-0042/7")
    for text in ("INC-0042/7", "inc-0042"):
        assert [hit.ticket.id for hit in ask(cast.maria, text).hits] == [ticket.id]


def test_passages_have_the_words_marked(cast, stories):
    hit = ask(cast.maria, "картридж").hits[0]
    assert "".join(piece.text for piece in hit.passage) == "В принтере у окна. Жду новые картриджи."
    assert [piece.text for piece in hit.passage if piece.marked] == ["картриджи"]
    subject = ask(cast.maria, "елка").hits[0].subject
    assert [(piece.text, piece.marked) for piece in subject] == [("Ёлка", True), (" в холле", False)]


def test_quick_finds_while_somebody_types(cast, stories):
    assert names(search.quick(cast.maria, "прин"), stories) == ["silent", "pass", "toner"]
    assert names(search.quick(cast.maria, "прин", limit=1), stories) == ["silent"]
    assert search.quick(cast.maria, "status:open") == []
    assert search.quick(cast.stranger, "прин") == []


def filtered(person, text: str, stories) -> list[str]:
    return names(ask(person, text).hits, stories)


def test_filters_narrow_down(cast, stories):
    by_name = {name: number for number, name in stories.items()}
    tickets = {name: _ticket(number) for name, number in by_name.items()}
    build.assign(tickets["silent"], cast.igor, "2026-05-01 11:00", cast.igor)
    build.hold(tickets["jam"], cast.igor, "2026-05-02 11:00")
    build.resolve(tickets["toner"], cast.igor, "2026-05-03 12:00")
    every = [name for name, *_ in sorted(STORIES, key=lambda story: -story[1])]
    answers = {
        "filed:2026-05": every, "filed:2026-04": [], "filed:>2026-05-05": ["vpn", "pass"], "filed:2026-05-03..2026-05-04": ["wifi", "toner"],
        "подан:2026-05-01": ["silent"], "closed:2026-05": ["toner"], "status:resolved": ["toner"], "статус:решён": ["toner"],
        "status:waiting": ["jam"], "-status:open": ["toner"], "status:resolved,waiting": ["toner", "jam"], "status:resolved status:waiting": ["toner", "jam"],
        "assignee:igor@example.com": ["silent"], "assignee:me": ["silent"], "принтер assignee:none": ["pass", "toner"], "department:it": every,
        "department:hr": [], "отдел:ИТ принтер": ["silent", "pass", "toner"], "from:maria": every, "from:me": [], "type:it.incident": every, "type:hr.certificate": [],
        "priority:normal": every, "priority:срочный": [], "due:none": ["toner"], "due:overdue filed:<=2026-05-01": ["silent"], "is:confidential": [], "is:reopened": [],
        "has:file": [], "has:answer": ["toner"], "due:<1h -due:overdue": [],
    }  # fmt: skip
    assert {text: filtered(cast.igor, text, stories) for text in answers} == answers
    assert filtered(cast.maria, "is:mine -принтер", stories) == ["vpn", "yolka", "wifi", "jam"]


def test_a_broken_promise_is_a_filter(cast, stories):
    moment = at("2026-05-13 10:00")
    assert filtered(cast.igor, "is:breached", stories) == []
    with transaction():
        for clock_id in sla.clocks_to_look_at(moment)[:1]:
            look_at_clock(by(None, moment, "worker"), clock_id)
    broken = filtered(cast.igor, "is:breached", stories)
    assert len(broken) == 1
    assert set(filtered(cast.igor, "-is:breached", stories)) == set(stories.values()) - set(broken)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("department:nowhere", "There is no department “nowhere”."), ("status:odd", "“odd” is no status."), ("from:qqqqqqq", "Nobody here is called “qqqqqqq”."),
        ("assignee:x@example.com", "Nobody here is called “x@example.com”."), ("type:qqqqqqq", "There is no request type “qqqqqqq”."), ("type:it.nowhere", "There is no request type “it.nowhere”."), ("priority:odd", "“odd” is no priority."),
        ("filed:soon", "“soon” is no time."), ("closed:soon", "“soon” is no time."), ("due:whenever", "“whenever” is no due time."), ("has:luck", "“luck” is nothing a request has."), ("is:odd", "“odd” is nothing a request is."),
    ],
)  # fmt: skip
def test_a_filter_that_is_wrong_is_said_and_left_out(cast, stories, text, sentence):
    question = search.read(f"{text} принтер")
    meaning = search.understood(question, search.asking(cast.maria, at("2026-05-13 10:00")))
    assert str(meaning.faults[0]).startswith(sentence)
    assert names(ask(cast.maria, f"{text} принтер").hits, stories) == GOLDEN["принтер"]


def test_a_list_is_narrowed_down_by_the_same_words(cast, stories, db):
    for text in ("принтер", "принтер -пропуск", "-пропуск", "принт "):
        question = search.read(text)
        query = search.narrowed(access.tickets_of(cast.igor), cast.igor, question)
        found = {hit.ticket.id for hit in search.found(cast.igor, question).hits}
        assert {row.id for row in db.session.scalars(query)} == found
        plain = queries.filtered(access.queue_of(cast.igor), queries.Filter(text="принт"))
        assert len(db.session.scalars(plain).all()) == 3


def _ticket(number: int) -> Ticket:
    return handle.session.get_one(Ticket, number)


def test_a_new_name_finds_the_requests_once_they_are_read_anew(cast, stories):
    moment = datetime.fromisoformat("2026-05-13T10:00:00+00:00")
    with transaction():
        people.change_person(by(None, moment), cast.maria, {"name": "Агафья Лыкова"})
    assert ask(cast.igor, "агафья").count == 0
    with transaction():
        assert actions.index_stale() == len(stories)
    assert ask(cast.igor, "агафья").count == len(stories)
    assert ask(cast.igor, "maria").count == 0


@pytest.mark.parametrize("limit", [1, 2, 30])
def test_few_that_were_filed_lately_hide_none_of_the_others(stories, cast, monkeypatch, limit):
    monkeypatch.setattr(in_gin, "LATELY", 1)
    monkeypatch.setattr(in_gin, "COMMON", -1)
    seen, cursor = [], None
    while not seen or cursor:
        page = search.found(cast.boris, search.read("принтер"), cursor=cursor, limit=limit)
        seen += [stories[hit.ticket.id] for hit in page.hits]
        cursor = page.next
    assert seen == ["silent", "pass", "toner"]
