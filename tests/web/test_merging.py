"""Merging, splitting and linking on pages: what people read before and after, and what nobody else comes to read."""

from __future__ import annotations

import pytest

from servicedesk.tickets import queries
from tests import build

NOON = "2026-04-06 12:00"


@pytest.fixture
def ticket(maria):
    return build.open_ticket(maria, subject="The printer is silent", description="It does not even blink.")


@pytest.fixture
def twin(maria):
    return build.open_ticket(
        maria, when="2026-04-06 10:30", subject="Printer silent again", description="Still nothing."
    )


@pytest.fixture
def theirs(stranger):
    return build.open_ticket(
        stranger, when="2026-04-06 10:30", subject="Monitor flickers", description="My secret plan."
    )


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def merged(client, ticket, into):
    return client.post(
        f"/tickets/{ticket.id}/merge",
        data={"into": into.id, "version": ticket.version, "other_version": into.version},
    )


def test_the_picker_suggests_what_is_alike_and_finds_by_words_and_number(client, igor, ticket, twin, theirs):
    client.sign_in(igor)
    suggested = page(client, f"/tickets/{twin.id}/merge")
    assert f"into={ticket.id}" in suggested and "same requester" in suggested and "similar subject" in suggested
    assert f"into={theirs.id}" not in suggested
    assert f"into={theirs.id}" in page(client, f"/tickets/{twin.id}/merge?q=flickers")
    assert client.get(f"/tickets/{twin.id}/merge?q=%23{theirs.id}").location.endswith(f"into={theirs.id}")
    assert "Nothing fits" in page(client, f"/tickets/{twin.id}/merge?q=elephants")


def test_the_preview_says_what_will_happen(client, igor, ticket, twin):
    build.hold(twin, igor, "2026-04-06 11:00")
    client.sign_in(igor)
    said = page(client, f"/tickets/{twin.id}/merge?into={ticket.id}")
    for part in ("Maria is told", "ends without being counted", "The hold of", "asked for an opinion", "taken back"):
        assert part in said, part


def test_the_preview_of_two_requesters_says_that_neither_reads_the_other(client, igor, ticket, theirs):
    client.sign_in(igor)
    assert "neither Stranger nor Maria reads" in page(client, f"/tickets/{theirs.id}/merge?into={ticket.id}")


def test_the_preview_warns_where_the_other_one_is_due_later(client, igor, ticket, twin):
    client.sign_in(igor)
    assert "is due later" in page(client, f"/tickets/{ticket.id}/merge?into={twin.id}")
    assert "is due later" not in page(client, f"/tickets/{twin.id}/merge?into={ticket.id}")


def test_the_preview_offers_no_merge_that_would_be_refused(client, igor, ticket, twin):
    build.resolve(ticket, igor, "2026-04-06 11:00")
    client.sign_in(igor)
    said = page(client, f"/tickets/{twin.id}/merge?into={ticket.id}")
    assert "has ended" in said and "What will happen" not in said


def test_it_is_merged_and_its_words_stand_in_the_other_conversation(client, igor, maria, ticket, twin):
    client.sign_in(igor)
    answer = merged(client, twin, ticket)
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket.id}#merged-{twin.id}")
    for reader in (igor, maria):
        client.sign_in(reader)
        assert "Still nothing." in page(client, f"/tickets/{ticket.id}")


def test_old_links_lead_to_the_other_one_with_a_sentence(client, igor, maria, ticket, twin):
    build.merge(twin, ticket, igor, NOON)
    client.sign_in(maria)
    answer = client.get(f"/tickets/{twin.id}")
    assert answer.location == f"/tickets/{ticket.id}?came={twin.id}#merged-{twin.id}"
    assert f"#{twin.id} was merged into this request" in page(client, answer.location)
    assert "Merged into" in page(client, f"/tickets/{twin.id}?own=1")


def test_nobody_reads_the_words_of_somebody_else(client, igor, maria, boris, stranger, ticket, theirs):
    build.reply(theirs, stranger, "2026-04-06 11:00", "Between you and me.")
    build.merge(theirs, ticket, igor, NOON)
    for reader in (maria, boris):
        client.sign_in(reader)
        seen = page(client, f"/tickets/{ticket.id}")
        for secret in ("My secret plan", "Between you", "Monitor flickers", "Stranger", f"#{theirs.id}", "merged"):
            assert secret not in seen, (reader.name, secret)
    client.sign_in(stranger)
    own = page(client, f"/tickets/{theirs.id}")
    assert "Handled together with another request" in own
    for secret in (ticket.subject, f"/tickets/{ticket.id}", "Maria"):
        assert secret not in own, secret
    assert client.get(f"/tickets/{ticket.id}").status_code == 404
    client.sign_in(igor)
    assert "Asked by somebody else" in page(client, f"/tickets/{ticket.id}")


def test_notes_of_the_merged_one_are_for_the_department(client, igor, maria, ticket, twin):
    build.note(twin, igor, "2026-04-06 11:00", "She asks a lot.")
    build.merge(twin, ticket, igor, NOON)
    client.sign_in(igor)
    assert "She asks a lot." in page(client, f"/tickets/{ticket.id}")
    client.sign_in(maria)
    assert "She asks a lot." not in page(client, f"/tickets/{ticket.id}")


def test_a_stale_preview_merges_nothing(client, igor, ticket, twin):
    client.sign_in(igor)
    seen = {"into": ticket.id, "version": twin.version, "other_version": ticket.version}
    build.change_priority(ticket, igor, "2026-04-06 11:00", "high")
    answer = client.post(f"/tickets/{twin.id}/merge", data=seen)
    assert answer.status_code == 409 and "changed one of the two" in answer.get_data(as_text=True)
    assert twin.merged_into_id is None


@pytest.mark.parametrize("into", ["", "nonsense", "999999", "0"])
def test_merging_into_nothing_leads_back_to_the_picker(client, igor, ticket, into):
    client.sign_in(igor)
    answer = client.post(f"/tickets/{ticket.id}/merge", data={"into": into})
    assert answer.status_code == 422 and "no such ticket" in answer.get_data(as_text=True)


def test_it_is_split_off_again_from_the_page_of_the_other_one(client, igor, ticket, twin):
    build.merge(twin, ticket, igor, NOON)
    client.sign_in(igor)
    assert f"/tickets/{twin.id}/merge/end" in page(client, f"/tickets/{ticket.id}")
    answer = client.post(f"/tickets/{twin.id}/merge/end", data={"next": f"/tickets/{ticket.id}"})
    assert (answer.status_code, answer.location) == (303, f"/tickets/{ticket.id}")
    assert "goes on by itself again" in page(client, f"/tickets/{ticket.id}")


def test_its_requester_says_that_it_is_not_the_same(client, igor, stranger, ticket, theirs):
    build.merge(theirs, ticket, igor, NOON)
    client.sign_in(stranger)
    assert "It is not the same" in page(client, f"/tickets/{theirs.id}")
    empty = client.post(f"/tickets/{theirs.id}/merge/contest", data={"text": " "})
    assert empty.status_code == 422
    client.post(f"/tickets/{theirs.id}/merge/contest", data={"text": "Mine smells of fire."})
    assert "Mine smells of fire." in page(client, f"/tickets/{theirs.id}")


def test_the_page_asks_the_same_number_of_questions_however_many_are_merged(client, igor, maria, ticket, count_queries):
    client.sign_in(igor)

    def cost():
        page(client, f"/tickets/{ticket.id}")
        count_queries()
        page(client, f"/tickets/{ticket.id}")
        return count_queries()

    for number in range(2):
        build.merge(build.open_ticket(maria, subject=f"No {number}"), ticket, igor, NOON)
    few = cost()
    for number in range(6):
        build.merge(build.open_ticket(maria, subject=f"And {number}"), ticket, igor, NOON)
    assert cost() <= few


# --- splitting -------------------------------------------------------------------------------------------------------


def test_the_form_quotes_the_message_and_says_from_when_the_promise_runs(client, igor, maria, ticket):
    build.reply(ticket, igor, "2026-04-06 10:30")
    message = build.reply(ticket, maria, "2026-04-06 11:00", "And the lamp is out.\nSince Friday.")
    client.sign_in(igor)
    said = page(client, f"/tickets/{ticket.id}/split?message={message.id}")
    assert "&gt; And the lamp is out.\n&gt; Since Friday." in said
    assert "The promise runs from when Maria wrote it" in said and "First reply due" in said
    other = page(client, f"/tickets/{ticket.id}/split?message={message.id}&place=d3")
    assert "The promise runs from now" in other


def test_a_part_is_split_off_once(client, igor, ticket):
    client.sign_in(igor)
    form = {"key": "once", "subject": "The lamp", "description": "> It is out.", "place": f"d{ticket.department_id}"}
    first = client.post(f"/tickets/{ticket.id}/split", data=form)
    second = client.post(f"/tickets/{ticket.id}/split", data=form)
    assert first.status_code == second.status_code == 303 and first.location == second.location
    assert "Split from" in page(client, first.location)
    assert "Split into" in page(client, f"/tickets/{ticket.id}")


def test_what_is_typed_comes_back(client, igor, ticket):
    client.sign_in(igor)
    form = {"key": "k", "subject": "", "description": "> Kept words", "place": "t99999"}
    answer = client.post(f"/tickets/{ticket.id}/split", data=form)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Kept words" in text and "Choose one of the list" in text


def test_a_note_cannot_be_split_off_for_its_requester_to_read(client, igor, ticket):
    note = build.note(ticket, igor, "2026-04-06 11:00", "She asks a lot.")
    client.sign_in(igor)
    assert client.get(f"/tickets/{ticket.id}/split?message={note.id}").status_code == 404


# --- linking ---------------------------------------------------------------------------------------------------------


def test_a_link_is_shown_on_both_and_can_be_removed(client, igor, ticket, theirs):
    client.sign_in(igor)
    client.post(f"/tickets/{ticket.id}/links", data={"kind": "caused_by", "to": f"#{theirs.id}"})
    assert "Caused by" in page(client, f"/tickets/{ticket.id}")
    assert "Causes" in page(client, f"/tickets/{theirs.id}")
    [found] = queries.links_seen(ticket.id, True)
    client.post(f"/tickets/{theirs.id}/links/{found.id}/removal")
    assert "removed the link" in page(client, f"/tickets/{ticket.id}")
    assert queries.links_seen(ticket.id, True) == []


def test_nothing_of_a_link_is_shown_to_who_does_not_see_the_other_end(client, igor, maria, ticket, theirs):
    build.link(ticket, theirs, igor)
    client.sign_in(maria)
    seen = page(client, f"/tickets/{ticket.id}")
    assert theirs.subject not in seen and f"#{theirs.id}" not in seen and "Related to" not in seen


def test_linking_to_nothing_comes_back_with_what_was_typed(client, igor, ticket):
    client.sign_in(igor)
    answer = client.post(f"/tickets/{ticket.id}/links", data={"kind": "related", "to": "no number"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "No request that you see" in text and 'value="no number"' in text


def test_words_find_what_to_link_with_and_nothing_unseen(client, cast, igor, ticket, theirs):
    secret = build.open_ticket(cast.maria, "hr.trouble", subject="Monitor of my boss")
    client.sign_in(igor)
    answer = client.post(f"/tickets/{ticket.id}/links", data={"kind": "caused_by", "to": "flickering monitor"})
    assert answer.status_code == 422
    answer = client.post(f"/tickets/{ticket.id}/links", data={"kind": "caused_by", "to": "monitor"})
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422 and 'value="monitor"' in said
    assert f"Link with #{theirs.id}" in said
    assert f"Link with #{secret.id}" not in said and "Monitor of my boss" not in said
    client.post(f"/tickets/{ticket.id}/links", data={"kind": "caused_by", "to": theirs.id})
    [found] = queries.links_seen(ticket.id, True)
    assert found.kind == "caused_by"


def test_a_requester_finds_nothing_by_linking(client, maria, ticket, theirs):
    answer = client.sign_in(maria).post(f"/tickets/{ticket.id}/links", data={"kind": "related", "to": "monitor"})
    assert answer.status_code == 403 and str(theirs.subject) not in answer.get_data(as_text=True)


def test_a_part_can_be_split_off_where_its_requester_said_it(client, igor, maria, ticket):
    said = build.reply(ticket, maria, "2026-04-06 11:00", "And the monitor flickers.")
    address = f"/tickets/{ticket.id}/split?message={said.id}"
    assert address in page(client.sign_in(igor), f"/tickets/{ticket.id}")
    assert "And the monitor flickers." in page(client, address)
    assert address not in page(client.sign_in(maria), f"/tickets/{ticket.id}")


def test_paper_has_what_was_merged(client, igor, ticket, twin, theirs):
    client.sign_in(igor)
    build.merge(twin, ticket, igor, NOON)
    build.merge(theirs, ticket, igor, NOON)
    public = page(client, f"/tickets/{ticket.id}/print")
    assert "Still nothing." in public
    # Whoever gets a sheet without notes may be its requester: what somebody else asked is not theirs to read.
    assert "My secret plan." not in public
    assert "My secret plan." in page(client, f"/tickets/{ticket.id}/print?notes=1")
