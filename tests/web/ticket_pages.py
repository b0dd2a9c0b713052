"""A request of Maria's, its page, and what stands in its rows: for the tests of the pages about one request."""

from servicedesk.tickets import queries

NINE, TEN, ELEVEN = "2026-04-06 09:00", "2026-04-06 10:00", "2026-04-06 11:00"


def path_of(ticket, *parts) -> str:
    return "/".join(["/tickets", str(ticket.id), *parts])


def page_of(client, person, ticket) -> str:
    answer = client.sign_in(person).get(path_of(ticket))
    assert answer.status_code == 200
    return answer.text


def fresh(ticket):
    return queries.tickets_by_id([ticket.id])[ticket.id]


def texts(ticket, *, with_notes=True) -> list[str]:
    return [message.text for message in queries.messages(ticket.id, with_notes=with_notes).items]
