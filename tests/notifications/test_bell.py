"""The bell: counting, paging, reading, and what its lines say."""

from __future__ import annotations

import re

import pytest

from servicedesk.kernel.errors import NotFound
from servicedesk.kernel.transaction import transaction
from servicedesk.mailout.render import TEMPLATES
from servicedesk.notifications import actions, queries, rules
from servicedesk.reports import actions as reports
from servicedesk.tickets import actions as tickets


@pytest.fixture
def desk(notified_desk):
    return notified_desk


def say(desk, ticket, *texts):
    for text in texts:
        desk.do(tickets.reply, desk.anna, ticket, desk.anna, text)


def sentence(line, language="en"):
    return rules.SENTENCES[line.kind] % rules.sentence_values(line.facts, language)


def test_it_counts_what_is_unread(desk):
    say(desk, desk.open(), "one", "two")
    assert queries.unread_count(desk.rita) == 2
    assert queries.unread_count(desk.stranger) == 0


def test_one_line_or_all_of_them_are_marked_as_read(desk):
    say(desk, desk.open(), "one", "two", "three")
    newest = queries.page(desk.rita).items[0]
    desk.do(actions.mark_read, desk.rita, desk.rita.id, newest.id)
    assert queries.unread_count(desk.rita) == 2
    first_read = queries.page(desk.rita).items[0].read_at
    desk.do(actions.mark_read, desk.rita, desk.rita.id)
    assert queries.unread_count(desk.rita) == 0
    assert queries.page(desk.rita).items[0].read_at == first_read
    assert queries.unread_count(desk.anna) == 1


@pytest.mark.parametrize("number", [0, 10**6, 2**40])
def test_a_line_that_is_not_there_is_not_found(desk, number):
    with pytest.raises(NotFound):
        desk.do(actions.mark_read, desk.rita, desk.rita.id, number)


def test_the_line_of_another_person_is_not_found(desk):
    say(desk, desk.open(), "one")
    line = queries.page(desk.rita).items[0]
    with pytest.raises(NotFound):
        desk.do(actions.mark_read, desk.olga, desk.olga.id, line.id)


def test_the_page_goes_on_where_it_ended_and_asks_once(desk):
    say(desk, desk.open(), *"abcd")
    reader = desk.rita
    before = desk.statements
    first = queries.page(reader, limit=3)
    assert desk.statements - before == 1
    second = queries.page(reader, first.next, limit=3)
    ids = [line.id for line in first.items + second.items]
    assert ids == sorted(ids, reverse=True) and len(ids) == 5 and second.next is None


def test_a_line_names_the_author_and_the_ticket(desk):
    ticket = desk.open(subject="100% broken")
    say(desk, ticket, "one")
    assert sentence(queries.page(desk.rita).items[0]) == f"Anna replied: #{ticket.id} 100% broken"


def test_a_line_about_a_ticket_that_became_confidential_keeps_its_number_alone(desk):
    ticket = desk.open()
    say(desk, ticket, "one")
    with transaction():
        tickets.switch_request_type(desk.stamp(desk.anna), ticket, desk.secret)
    assert sentence(queries.page(desk.rita).items[0]) == f"New reply: #{ticket.id}"
    assert sentence(queries.page(desk.anna).items[0]) == f"New confidential request: #{ticket.id}"


def test_a_report_is_named_in_the_readers_language(desk):
    desk.do(reports.close_month, None, "2026-10", door="worker")
    line = queries.page(desk.leo).items[0]
    assert sentence(line) == "The report is published: October 2026"
    assert rules.sentence_values(line.facts, "ru")["month"] == "октябрь 2026"


def test_everything_a_mail_says_stands_under_the_bell():
    """Every template belongs to a kind with a line, or repeats what another line says still."""
    templates = {path.name.split(".")[0] for path in TEMPLATES.glob("*.txt") if not path.name.startswith("_")}
    by_mail = {how.mail: kind for kind, how in rules.KINDS.items() if how.mail}
    # Made of lines of the bell, and for people whom the desk does not know.
    assert templates - by_mail.keys() == {"gathered", "sender_unknown"}
    silent = {kind for kind in by_mail.values() if not rules.KINDS[kind].bell}
    assert silent == set(rules.SAID_BEFORE)
    for earlier in rules.SAID_BEFORE.values():
        assert rules.KINDS[earlier].bell


def test_every_kind_has_a_template_and_sentences():
    for kind, how in rules.KINDS.items():
        if how.mail:
            assert (TEMPLATES / f"{how.mail}.ru.txt").exists()
        assert how.bell == any(name.split(".")[0] == kind for name in rules.SENTENCES)
    known = {"ticket", "author", "month", "department", "count", "closes_on", "calendar", "year", "wave"}
    known |= {"supplier", "customer", "on", "version", "size"}
    known |= {
        "absent",
        "cover",
        "until",
        "resolved",
        "open",
        "passed_on",
        "decided",
        "fields",
        "whom",
        "overdue",
        "title",
        "target",
    }
    for text in rules.SENTENCES.values():
        assert set(re.findall(r"%\((\w+)\)s", text)) <= known
