"""Every text for people is in both languages; templates hold no text that nobody can translate."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.house.sources import PROGRAM, ROOT, TEMPLATES, name_of

RUSSIAN = PROGRAM / "web" / "translations" / "ru" / "LC_MESSAGES" / "messages.po"
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "lazy_gettext": None}
PLACES = re.compile(r"%\((\w+)\)[sdf]")
# Texts that are the same in every language.
SAME_EVERYWHERE = {
    "API",
    "CSV",
    "PDF",
    "XLSX",
    "JSON",
    "SLA",
    "IT",
    "OpenAPI",
    "REST",
    "RU",
    "EN",
    "English",
    "Русский",
    "SMTP",
    "n",
}


@lru_cache(maxsize=1)
def catalog():
    with RUSSIAN.open("rb") as file:
        return read_po(file)


def _is_ours(folder):
    return Path(folder).name not in ("node_modules", "tests", "static", "instance") and not Path(
        folder
    ).name.startswith(".")


@lru_cache(maxsize=1)
def extracted():
    """(context, msgid or (singular, plural)) -> where it was first found."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = {}
    rows = extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=_is_ours)
    for name, line, message, _comments, context in rows:
        found.setdefault((context, message), f"{name}:{line}")
    return found


def test_there_are_texts():
    assert len(extracted()) > 50


def test_every_text_is_translated():
    missing = []
    for (context, message), place in extracted().items():
        msgid = message[0] if isinstance(message, tuple) else message
        entry = catalog().get(msgid, context)
        words = entry.string if entry else None
        done = words and (all(words) if isinstance(words, tuple | list) else True)
        if not done:
            missing.append(f"{place}: {msgid!r}")
    assert missing == []


def test_nothing_is_uncertain_and_nothing_is_broken():
    assert [message.id for message in catalog() if message.id and message.fuzzy] == []
    assert [(message.id, errors) for message, errors in catalog().check()] == []


def test_places_for_values_are_the_same_in_both_languages():
    differing = []
    for message in catalog():
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
        wanted = {place for source in sources for place in PLACES.findall(source)}
        for words in message.string if isinstance(message.string, tuple | list) else (message.string,):
            if words and set(PLACES.findall(words)) - wanted:
                differing.append(message.id)
            if words and not isinstance(message.id, tuple | list) and set(PLACES.findall(words)) != wanted:
                differing.append(message.id)
    assert differing == []


def test_plurals_have_the_three_forms_of_russian():
    assert catalog().num_plurals == 3
    for message in catalog():
        if isinstance(message.id, tuple | list):
            assert len(message.string) == 3, message.id


JINJA = re.compile(r"{#.*?#}|{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}|{%.*?%}|{{.*?}}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = {"title", "alt", "placeholder", "aria-label", "aria-description"}
UNSPOKEN = {"code", "kbd", "samp", "pre", "script", "style"}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """Collects the words of a page. Outside of elements, where macros give back attributes and names, only sentences count."""

    def __init__(self):
        super().__init__()
        self.open, self.words = [], []

    def handle_starttag(self, tag, attrs):
        self.words += [value for name, value in attrs if name in SPOKEN and value and WORD.search(value)]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            self.open.reverse()
            self.open.remove(tag)
            self.open.reverse()

    def handle_data(self, data):
        text = data.strip()
        if not WORD.search(text) or text in SAME_EVERYWHERE or UNSPOKEN & set(self.open):
            return
        if self.open or text[0].isupper():
            self.words.append(text)


def untranslated(source):
    """Words of a template that stand outside every translation."""
    reader = Reader()
    reader.feed(JINJA.sub(" ", source))
    reader.close()
    return reader.words


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=name_of)
def test_a_template_holds_no_text_of_its_own(path):
    assert untranslated(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{{ _('Hello') }}</p>", []),
        ("{% trans %}Hello <b>you</b>{% endtrans %}", []),
        ('<a title="Go away" href="/x">{{ y }}</a>', ["Go away"]),
        ("<p>— · 7 &nbsp;</p>", []),
        ("{# a note #}<script>var words</script>", []),
        ('<p class="{{ a }}">{{ a }} of {{ b }}</p>', ["of"]),
        ("{% macro tone(x) %}{% if x %}at-risk{% else %}none{% endif %}{% endmacro %}", []),
        ("<code>flask desk</code>", []),
    ],
)
def test_the_scanner_sees_what_it_should(source, found):
    assert untranslated(source) == found


def test_mails_exist_in_both_languages_with_the_same_values():
    folder = PROGRAM / "mailout" / "templates"
    names = {path.name for path in folder.iterdir()}
    values = re.compile(r"{{-?\s*(\w+)")
    for path in folder.glob("*.en.*"):
        twin = path.name.replace(".en.", ".ru.")
        assert twin in names
        english, russian = (set(values.findall((folder / name).read_text("utf-8"))) for name in (path.name, twin))
        assert english == russian, path.name
    assert {name.replace(".ru.", ".en.") for name in names if ".ru." in name} <= names
