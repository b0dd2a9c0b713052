"""The requester's main path with nothing but links and forms: ask, follow, reply with a file, confirm, rate. Every step takes
its address and its fields from the page before it."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from typing import Any

from servicedesk.kernel.now import now
from servicedesk.tickets.queries import tickets_by_id
from tests import build


class Page(HTMLParser):
    """Links and forms of a page, as somebody without scripts has them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.links, self.forms = text, [], []  # type: ignore[var-annotated]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append(
                {"action": given.get("action", ""), "method": given.get("method", "get"), "fields": {}, "files": []}
            )
        elif tag in ("input", "textarea", "select", "button") and given.get("name") and self.forms:
            self._field(tag, given, self.forms[-1])

    def _field(self, tag: str, given: dict[str, str | None], form: dict[str, Any]) -> None:
        kind, name = given.get("type", "text"), given["name"]
        if kind == "file":
            form["files"].append(name)
        elif tag != "button" and (kind not in ("radio", "checkbox") or "checked" in given):
            form["fields"][name] = given.get("value") or ""

    def form(self, action: str) -> dict[str, Any]:
        return next(form for form in self.forms if action in form["action"])

    def link(self, beginning: str) -> str:
        return next(link for link in self.links if link.startswith(beginning))


def send(client: Any, page: Page, action: str, **typed: Any) -> Page:
    form = page.form(action)
    assert form["method"] == "post"
    answer = client.post(
        form["action"], data=form["fields"] | typed, content_type="multipart/form-data" if form["files"] else None
    )
    assert answer.status_code == 303, answer.text
    return Page(client.get(answer.location.partition("#")[0]).text)


def test_ask_follow_reply_with_a_file_confirm_and_rate(client, maria, igor):
    home = Page(client.sign_in(maria).get("/").text)
    search = home.form("/requests/new")
    found = Page(client.get(f"{search['action']}?q=broken").text)
    form = Page(client.get(found.link("/requests/new/it.incident")).text)
    assert "An answer" in form.text

    sent = send(
        client, form, "/requests/new/it.incident", subject="The printer smokes", description="Since this morning."
    )
    assert "What happens next" in sent.text and "You hear from" in sent.text
    request = Page(client.get(sent.link("/tickets/")).text)
    number = int(sent.link("/tickets/").rsplit("/", 1)[1])
    assert 'aria-current="step"' in request.text

    at = now()
    build.assign(tickets_by_id([number])[number], igor, at, igor)
    build.hold(tickets_by_id([number])[number], igor, at, "waiting_for_requester")
    home = Page(client.get("/").text)
    assert "Waiting for you" in home.text and "waits for your answer" in home.text

    request = Page(client.get(home.link(f"/tickets/{number}")).text)
    place = request.form(f"/tickets/{number}/messages")
    files = {name: (io.BytesIO(b"%PDF-1.4 smoke"), "smoke.pdf") for name in place["files"][:1]}
    assert files, "a requester can send a file with an answer"
    request = send(client, request, f"/tickets/{number}/messages", text="It is on the second floor.", **files)
    assert "It is on the second floor." in request.text and "smoke.pdf" in request.text

    build.resolve(tickets_by_id([number])[number], igor, now())
    request = Page(client.get(f"/tickets/{number}").text)
    request = send(client, request, f"/tickets/{number}/closure")
    assert tickets_by_id([number])[number].status == "closed"

    rate = Page(client.get(Page(client.get("/").text).link("/rate/")).text)
    thanks = send(client, rate, "/rate/", quality="9", speed="9", helpfulness="10")
    assert "Thank you" in thanks.text
