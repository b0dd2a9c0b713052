"""Personal links in letters that quote our mails: nobody who reads the letter gets them, however they are written."""

from __future__ import annotations

import time

import pytest

from servicedesk.mailin.parse import parse
from servicedesk.mailin.personal import holds_link, masked, stands_in
from tests.mailin.letters import letter

URL = "https://desk.example.com"
TOKEN = "ImZiMWQ1YTY4OWM0NDRhNjJiNzFjMGQ5ZTE3ZjQzMmFhIg.kX2p5sVd1qRb8tYhLwNzJc4mUeE"
# As a mail program quotes it -> whether the token is gone.
WRITTEN = {
    "plain": f"Score: {URL}/rate/{TOKEN} until Friday",
    "a survey": f"{URL}/survey/{TOKEN}",
    "the end of gathered mail": f"{URL}/unsubscribe/{TOKEN}",
    "in brackets": f"Give your scores <{URL}/rate/{TOKEN}>",
    "in HTML": f'<a href="{URL}/rate/{TOKEN}">Give your scores</a>',
    "with a score": f'<a href="{URL}/rate/{TOKEN}?quality=9">9</a>',
    "through a scanner": f"https://safe.example/?url={URL.replace(':', '%3A').replace('/', '%2F')}%2Frate%2F{TOKEN}&data=1",
    "through two": f"https://safe.example/?url=https%253A%252F%252Fdesk.example.com%252Frate%252F{TOKEN}",
    "encoded slashes": f"https://desk.example.com&#x2F;rate&#x2F;{TOKEN}",
    "upper case": f"HTTPS://DESK.EXAMPLE.COM/rate/{TOKEN}",
    "broken before the token": f"> {URL}/rate/\n> {TOKEN}",
    "broken within it": f"> {URL}/rate/{TOKEN[:30]}\n> {TOKEN[30:]}",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_token_is_left_out(name):
    text = masked(WRITTEN[name], URL)
    assert TOKEN not in text and TOKEN[:20] not in text
    assert "…" in text
    assert stands_in(WRITTEN[name].encode(), URL)


@pytest.mark.parametrize(
    "text",
    ["https://desk.example.com/tickets/1042", "https://shop.example/rate/the-very-best-printer-of-2026", "rate/this-is-no-link-at-all", f"{URL}/rate/thanks"],
)  # fmt: skip
def test_other_links_stay(text):
    assert masked(text, URL) == text
    assert not stands_in(text.encode(), URL)


def test_a_desk_below_a_path_and_with_a_port():
    url = "http://desk.example.com:8080/help"
    for link in (f"{url}/rate/{TOKEN}", f"x?u=http%3A%2F%2Fdesk.example.com%3A8080%2Fhelp%2Frate%2F{TOKEN}"):
        assert TOKEN not in masked(link, url)


def test_it_is_found_in_letters_in_letters():
    """A report that a mail did not arrive holds that mail, its lines broken for the way."""
    inner = letter(text=f"{'Score: ' * 12}{URL}/rate/{TOKEN} " * 3)
    assert holds_link(parse(inner), URL)
    outer = letter(files=[("returned.eml", inner)])
    assert holds_link(parse(outer), URL)
    assert holds_link(parse(letter(files=[("again.eml", outer)])), URL)
    assert holds_link(parse(letter(html=WRITTEN["in HTML"])), URL)
    assert not holds_link(parse(letter(files=[("log.txt", b"It failed."), ("x.bin", b"\0")])), URL)


@pytest.mark.parametrize(
    "piece", ["desk.example.com", "desk.example.com/", "desk.example.com/rate/", "/rate/", ">", "a", "%2F"]
)
def test_it_takes_no_time_whatever_is_written(piece):
    text = (piece * 100_000)[:1_000_000]
    began = time.perf_counter()
    masked(text, URL)
    assert time.perf_counter() - began < 2
