"""Two people change a ticket at once: the second sees both sides, and can send the same once more."""

import html
import re

import pytest

from servicedesk.tickets import queries
from tests import build

TEN, ELEVEN = "2026-04-06 10:00", "2026-04-06 11:00"


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria, when="2026-04-06 09:00")


def fresh(ticket):
    return queries.tickets_by_id([ticket.id])[ticket.id]


def conflict_of(answer):
    assert answer.status_code == 409
    return answer.text.split('id="conflict"')[1].split("</section>")[0]


def send_anyway(client, conflict):
    form = re.search(r'<form method="post" action="([^"]+)".*?</form>', conflict, re.DOTALL)
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form.group())
    return client.post(form.group(1), data={name: html.unescape(value) for name, value in fields})


CHANGES = {
    "priority": ("priority", {"priority": "urgent"}, "Urgent"),
    "assignment": ("assignment", {"assignee": "me"}, "Igor"),
    "subject": ("subject", {"subject": "The scanner"}, "The scanner"),
    "hold": ("messages", {"kind": "hold", "reason": "third_party", "text": "A part is ordered."}, "A part is ordered."),
    "resolve": ("messages", {"kind": "resolve", "text": "It prints."}, "It prints."),
    "reply": ("messages", {"kind": "reply", "text": "Is <it> on?\nReally?"}, "Is &lt;it&gt; on?\nReally?"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_both_sides_are_shown_and_the_same_can_be_sent_once_more(client, igor, olga, ticket, name):
    part, given, words = CHANGES[name]
    seen = {"version": ticket.version, "seen": ticket.updated_at.isoformat()}
    build.change_priority(ticket, olga, TEN, "low")
    build.note(ticket, olga, TEN, "I look into it.")
    client.sign_in(igor)
    conflict = conflict_of(client.post(f"/tickets/{ticket.id}/{part}", data={**given, **seen}))
    assert "Olga changed the priority: Normal → Low" in conflict and "I look into it." in conflict
    assert words in conflict
    version = fresh(ticket).version
    assert send_anyway(client, conflict).status_code == 303
    assert fresh(ticket).version > version


def test_what_was_sent_is_what_was_typed(client, igor, olga, ticket):
    seen = {"version": ticket.version, "seen": ticket.updated_at.isoformat()}
    build.note(ticket, olga, TEN, "First.")
    given = {"kind": "reply", "text": 'Say "yes" & <go>\n\nNow', **seen}
    conflict = conflict_of(client.sign_in(igor).post(f"/tickets/{ticket.id}/messages", data=given))
    send_anyway(client, conflict)
    assert queries.messages(ticket.id, with_notes=True).items[-1].text == 'Say "yes" & <go>\n\nNow'


def test_it_conflicts_again_where_it_moved_on_again(client, igor, olga, ticket):
    seen = {"version": ticket.version, "seen": ticket.updated_at.isoformat()}
    build.note(ticket, olga, TEN, "First.")
    conflict = conflict_of(
        client.sign_in(igor).post(f"/tickets/{ticket.id}/priority", data={"priority": "high", **seen})
    )
    build.note(ticket, olga, ELEVEN, "Second.")
    assert "Second." in conflict_of(send_anyway(client, conflict))
    assert fresh(ticket).priority == "normal"


def test_what_is_impossible_by_now_is_not_offered_and_the_text_is_kept(client, maria, igor, ticket):
    seen = {"version": ticket.version, "seen": ticket.updated_at.isoformat()}
    with_it = {"kind": "resolve", "text": "It prints.", **seen}
    client.sign_in(maria)
    client.post(f"/tickets/{ticket.id}/cancellation", data={})
    conflict = conflict_of(client.sign_in(igor).post(f"/tickets/{ticket.id}/messages", data=with_it))
    assert "<form" not in conflict and "It prints." in conflict
