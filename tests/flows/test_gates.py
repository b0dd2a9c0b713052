"""Each gate sees its fault: a sound page passes all of them, and one with a single fault is refused by the rule it breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, BrowserContext, Page

from tests.flows.gates import pseudo
from tests.flows.gates.focus import where_am_i
from tests.flows.gates.looking import DESKTOP, LOOK, PHONE, faults_of_sight, window
from tests.flows.gates.reading import faults_of_page, shape_of
from tests.flows.serving import serve

POLICY = "default-src 'self'; style-src 'self' 'nonce-n'; script-src 'self' 'nonce-n'; img-src 'self' data:"
STYLE = "body { font: 16px/1.5 sans-serif; color: #222; background: #fff } a { color: #00c } [data-bs-theme=dark] body { color: #eee; background: #111 } [data-bs-theme=dark] a { color: #9cf }"
SOUND = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bread · Bakery</title><link rel="icon" href="data:,"><style nonce="n">{style}{extra}</style></head><body>
<a class="skip" href="#main">Skip</a><header><a href="/a">First</a> <a href="/b">Second</a></header>
<nav aria-label="Sections"><a href="/c">Third</a></nav>
<main id="main"><h1>Bread</h1>{body}</main><footer>Flour and water</footer></body></html>"""


def page(body: str = "<p>Flour and water.</p>", extra: str = "") -> str:
    return SOUND.format(style=STYLE, body=body, extra=extra)


@pytest.mark.parametrize(
    ("text", "policy", "sentence"),
    [
        (page("<h1>Another</h1>"), POLICY, "2 headings of the first level"),
        (page().replace("<h1>Bread</h1>", "<h1> </h1>"), POLICY, "the heading is empty"),
        (page().replace("Bread · Bakery", ""), POLICY, "the title does not say"),
        (page().replace('lang="en"', 'lang="ru"'), POLICY, "the page says it is in ru"),
        (page().replace("<main", "<div").replace("</main", "</div"), POLICY, "0 main parts"),
        (page().replace("#main", "#other"), POLICY, "nothing leads to the main part"),
        (page().replace("<header", "<div").replace("</header", "</div"), POLICY, "no header"),
        (page('<nav aria-label="Sections"></nav>'), POLICY, "2 navigations are called 'Sections'"),
        (page("<nav></nav>"), POLICY, "1 navigations are called ''"),
        (page('<p id="a"></p><p id="a"></p>'), POLICY, "2 elements have the id a"),
        (page('<label for="b">B</label>'), POLICY, "for names b"),
        (page('<img alt="" src="https://elsewhere.example/x.png">'), POLICY, "foreign: <img"),
        (page('<form action="//elsewhere.example/"></form>'), POLICY, "foreign: <form"),
        (page('<p style="color: red">x</p>'), POLICY, "<p> has style"),
        (page('<p onclick="x()">x</p>'), POLICY, "<p> has onclick"),
        (page("<script>1</script>"), POLICY, "<script> without a nonce"),
        (page(), POLICY + " 'unsafe-inline'", "the policy is"),
        (page(), "", "the policy is"),
        (page("<p>Hello, None</p>"), POLICY, "'None' in"),
        (page("<p>%(name)s writes</p>"), POLICY, "'%(name)s' in"),
        (page("<p>a &amp;amp; b</p>"), POLICY, "'&amp;' in"),
    ],
)
def test_reading_sees_a_fault(text: str, policy: str, sentence: str) -> None:
    assert list(faults_of_page(page(), POLICY, "en")) == []
    found = list(faults_of_page(text, policy, "en"))
    assert len(found) == 1 and sentence in found[0]


def test_the_shape_of_a_page_is_what_it_is_made_of() -> None:
    assert shape_of(page("<ul><li>1</li></ul>")) == shape_of(page("<ul><li>2</li><li>3</li></ul>"))
    assert shape_of(page("<p>x</p>")) != shape_of(page('<p class="new">x</p>'))
    assert shape_of(page("<p>x</p>")) != shape_of(page("<p>x</p><button disabled>y</button>"))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<p>Hello</p>", ["'Hello' in <p>"]),
        ("<p>⟦Hello ωω⟧, Tom Sawyer</p>", []),
        ("<p>⟦From ⟦there⟧ to here⟧</p>", []),
        ("<p>⟦Result of <a href='/'>Привет</a> from here⟧</p>", []),
        ("<p>⟦Hello⟧ you</p>", ["'you' in <p>"]),
        ("<p>Привет, 14 мая</p>", []),
        ('<input type="submit" value="Send"><button value="send">⟦Send⟧</button>', ["'Send' in value of <input>"]),
        ('<a title="Go away" aria-label="⟦Away⟧" href="/x">⟦x⟧</a>', ["'Go away' in title of <a>"]),
        ('<input placeholder="Name">', ["'Name' in placeholder of <input>"]),
        ('<p data-label="Still here">⟦x⟧</p><p data-when="a b">⟦x⟧</p>', ["'Still here' in data-label of <p>"]),
        ("<code>flask desk</code><p>office</p><p>a@b.example, PDF</p>", []),
        ("<p>Sawyer</p>", ["'Sawyer' in <p>"]),
    ],
)
def test_an_untranslated_word_is_seen(body: str, found: list[str]) -> None:
    known = pseudo.Known("\nTom Sawyer\n", frozenset({"office"}))
    assert list(pseudo.untranslated(f"<html><body>{body}</body></html>", known)) == found


def test_the_language_of_brackets_is_longer_and_keeps_places() -> None:
    text = pseudo.Catalogue().ugettext("Sent to %(name)s yesterday")
    assert text.startswith("⟦Sent to %(name)s yesterday") and text.endswith("⟧")
    assert len(text) > 1.35 * len("Sent to %(name)s yesterday")


@pytest.fixture(scope="module")
def bakery() -> Iterator[str]:
    """Serves whatever page its address asks for."""
    app = Flask("bakery")

    @app.get("/")
    def show() -> Response:
        answer = Response(page(request.args.get("body", ""), request.args.get("extra", "")), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    with serve(app) as address:
        yield address


@pytest.fixture
def opened(chromium: Browser, bakery: str) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """A page with this body and these rules of style, and what its window complains of."""
    contexts: list[BrowserContext] = []

    def show(body: str, extra: str = "") -> tuple[Page, list[str]]:
        complaints: list[str] = []
        context = window(chromium, bakery, complaints)
        contexts.append(context)
        one = context.new_page()
        one.goto("/?" + "&".join(f"{name}={_quoted(value)}" for name, value in (("body", body), ("extra", extra))))
        return one, complaints

    yield show
    for context in contexts:
        context.close()


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


SHIFT = """<p id="late"></p><p class="below">Below</p><script nonce="n">setTimeout(() => { late.style.height = '500px' }, 50)</script>"""
FAULTS = {
    "axe": ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', "", "axe image-alt"),
    "headings in order": ("<h4>Too deep</h4><p>x</p>", "", "axe heading-order"),
    "targets": ('<p><a class="s" href="/1">1</a><a class="s" href="/2">2</a></p>', ".s { display: inline-block; width: 9px; height: 9px; font-size: 9px; line-height: 9px }", "axe target-size"),
    "colours": ('<p class="pale">Pale</p>', ".pale { color: #bbb } [data-bs-theme=dark] .pale { color: #eee }", "axe color-contrast"),
    "colours in the dark": ('<p class="dim">Dim</p>', ".dim { color: #222 } [data-bs-theme=dark] .dim { color: #333 }", "dark: axe color-contrast"),
    "sideways": ('<p class="wide">Wide</p>', ".wide { width: 500px }", "scrolls"),
    "cut": ('<p class="cut">A rather long sentence that does not fit</p>', ".cut { width: 6em; overflow: hidden; white-space: nowrap; text-overflow: ellipsis }", "at 200 %: text is cut: <p.cut>"),
    "cut below": ('<p class="low">A rather long sentence that takes several lines in its box</p>', ".low { width: 8em; height: 20px; overflow: hidden }", "at 200 %: text is cut: <p.low>"),
    "words over words": ('<p class="a">One sentence</p><p class="b">Another one</p>', ".a { margin: 0; height: 0 } .b { margin: 0 }", "at 200 %: words over words"),
    "shift": (SHIFT, ".below { height: 500px; border: 1px solid }", "the layout shifted"),
    "policy": ("<script>1</script>", "", "the policy refused script-src"),
}  # fmt: skip


@pytest.mark.browser
@pytest.mark.flow
@pytest.mark.parametrize("fault", FAULTS)
def test_sight_sees_a_fault(opened: Callable[..., tuple[Page, list[str]]], fault: str) -> None:
    body, extra, sentence = FAULTS[fault]
    sight, _complaints = opened(body, extra)
    if fault == "shift":
        # Not wait_for_function: it evaluates a string, which the page's policy refuses.
        sight.evaluate("""() => new Promise((done) => {
          const look = () => (window.moved > 0 ? done() : requestAnimationFrame(look));
          look();
        })""")
    found = list(faults_of_sight(sight))
    assert any(sentence in one for one in found), found


@pytest.mark.browser
@pytest.mark.flow
def test_a_sound_page_passes(opened: Callable[..., tuple[Page, list[str]]]) -> None:
    """Also with words kept for screen readers, a table that scrolls by itself, and a title that tells what is cut."""
    kept = '<p class="visually-hidden">Kept</p><div class="scroll" tabindex="0" role="region" aria-label="Rows"><p class="wide">Wide</p></div>'
    told = (
        '<p class="cut" title="A rather long sentence that does not fit">A rather long sentence that does not fit</p>'
    )
    rules = ".visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) } .scroll { overflow-x: auto } .wide { width: 700px }"
    sight, complaints = opened(f"<p>Flour.</p>{kept}{told}", rules + FAULTS["cut"][1])
    assert list(faults_of_sight(sight)) == []
    assert complaints == []


@pytest.mark.browser
@pytest.mark.flow
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('<script nonce="n">console.error("it broke")</script>', "the console says it broke"),
        ('<script nonce="n">console.warn("it may break")</script>', "the console says it may break"),
        ('<script nonce="n">throw new Error("it is broken")</script>', "it is broken"),
        ('<img alt="" src="http://127.0.0.1:9/x.png">', "foreign: http://127.0.0.1:9/x.png"),
    ],
)
def test_a_window_hears_a_complaint(opened: Callable[..., tuple[Page, list[str]]], body: str, sentence: str) -> None:
    _page, complaints = opened(body)
    assert any(sentence in one for one in complaints), complaints


@pytest.mark.browser
@pytest.mark.flow
def test_a_phone_is_narrow_enough_to_tell(opened: Callable[..., tuple[Page, list[str]]]) -> None:
    sight, _complaints = opened('<p class="wide">Wide</p>', ".wide { width: 400px }")
    sight.evaluate(LOOK)
    assert sight.evaluate("look.sideways()") == []
    sight.set_viewport_size(PHONE)
    assert "<p.wide>" in sight.evaluate("look.sideways()")[0]
    sight.set_viewport_size(DESKTOP)


@pytest.mark.browser
@pytest.mark.flow
@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ("", None),
        (":focus { outline: none }", "the focus is not seen"),
        (":focus { outline: none; box-shadow: 0 0 0 3px blue }", None),
        (".over { position: fixed; inset: 0; background: white }", "the focus is covered"),
        ("button { position: absolute; left: -999px }", "the focus is outside the window"),
    ],
)
def test_a_walk_sees_where_the_focus_is(
    opened: Callable[..., tuple[Page, list[str]]], extra: str, sentence: str | None
) -> None:
    sight, _complaints = opened('<button type="button">Knead</button><div class="over"></div>', extra)
    sight.locator("nav a").focus()
    sight.keyboard.press("Tab")
    here = where_am_i(sight)
    assert here.name == "Knead"
    assert (here.fault is None) if sentence is None else (here.fault is not None and sentence in here.fault)
