"""Rules on a page as it comes from the server: headings, title, landmarks, ids, origins, policy. No browser is needed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import html as markup

# Values that reached a page by mistake.
LEAKS = re.compile(
    r"(?<!\S)None(?!\S)|\bUndefined\b|%\(\w+\)[sd]|{{|}}|{%|&(?:amp|lt|gt|quot|#\d+);| object at 0x|Markup\(|<Macro "
)
# Where an address makes the browser fetch something.
FETCHED = (("img", "src"), ("script", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("use", "href"))


def tree_of(text: str) -> Any:
    return markup.document_fromstring(text)


def faults_of_page(text: str, policy: str, language: str | None) -> Iterator[str]:
    """Everything below, for the text of one page and its policy header. Without a language any may be said."""
    tree = tree_of(text)
    yield from structure(tree, language)
    yield from landmarks(tree)
    yield from names(tree)
    yield from own_origin(tree)
    yield from strict(tree, policy)
    yield from leaks(tree)


def structure(tree: Any, language: str | None) -> Iterator[str]:
    """One heading of the first level with words in it, a title that begins with what the page is, the language."""
    found = tree.findall(".//h1")
    if len(found) != 1:
        yield f"{len(found)} headings of the first level"
    elif not found[0].text_content().strip():
        yield "the heading is empty"
    if not title_of(tree):
        yield "the title does not say what the page is"
    if language and tree.get("lang") != language:
        yield f"the page says it is in {tree.get('lang')}"


def title_of(tree: Any) -> str:
    """What the title says of this page, before the name of the company."""
    found = tree.find(".//title")
    if found is None:
        return ""
    before, _mark, all_of_it = found.text_content().rpartition(" · ")
    return (before or all_of_it).strip()


def landmarks(tree: Any) -> Iterator[str]:
    """One main part, under a header; a link leads past many links to it; navigations have names of their own."""
    mains = tree.findall(".//main")
    if len(mains) != 1:
        yield f"{len(mains)} main parts"
    elif len(mains[0].xpath("preceding::a")) > 2 and not tree.xpath(f"//a[@href='#{mains[0].get('id')}']"):
        yield "nothing leads to the main part"
    if not tree.xpath("//header[not(ancestor::main) and not(ancestor::dialog)]"):
        yield "no header"
    labels = Counter(nav.get("aria-label") or nav.get("aria-labelledby") or "" for nav in tree.iter("nav"))
    yield from (
        f"{count} navigations are called {label!r}" for label, count in labels.items() if count > 1 or not label
    )


def names(tree: Any) -> Iterator[str]:
    """Ids are there once, and what refers to one finds it."""
    known = Counter(tree.xpath("//@id"))
    yield from (f"{count} elements have the id {name}" for name, count in known.items() if count > 1)
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list"):
        for value in tree.xpath(f"//@{attribute}"):
            lost = [name for name in value.split() if name not in known]
            if lost:
                yield f"{attribute} names {', '.join(lost)}, which is not on the page"


def own_origin(tree: Any) -> Iterator[str]:
    """Nothing is fetched from elsewhere, and no form sends elsewhere."""
    for tag, attribute in (*FETCHED, ("form", "action")):
        for value in tree.xpath(f"//{tag}/@{attribute}"):
            if urlsplit(value).netloc:
                yield f"foreign: <{tag} {attribute}={value}>"


def strict(tree: Any, policy: str) -> Iterator[str]:
    """The policy lets nothing run or dress that stands in the page itself, and the page has nothing of the kind."""
    if "unsafe-" in policy or "default-src 'self'" not in policy or "*" in policy:
        yield f"the policy is {policy!r}"
    for element in tree.iter("script", "style"):
        if not element.get("src") and not element.get("nonce") and element.get("type") != "application/json":
            yield f"<{element.tag}> without a nonce"
    for element in tree.iter():
        loose = [name for name in element.attrib if name == "style" or name.startswith("on")]
        if loose:
            yield f"<{element.tag}> has {', '.join(loose)}"


def leaks(tree: Any) -> Iterator[str]:
    """Nothing that was meant for the program stands among the words."""
    for text in words_of(tree):
        if found := LEAKS.search(text):
            yield f"{found.group()!r} in {text.strip()[:60]!r}"


def words_of(tree: Any) -> Iterator[str]:
    """Every text on the page but code, scripts and what people typed."""
    for node in tree.xpath(
        "//text()[not(ancestor::script or ancestor::style or ancestor::code or ancestor::pre or ancestor::textarea)]"
    ):
        if node.strip():
            yield str(node)


def shape_of(text: str) -> frozenset[str]:
    """What a page is made of, whatever it says and however often: tags with classes, each under its parent."""
    found = set()
    for element in tree_of(text).iter():
        if isinstance(element.tag, str):
            parent = element.getparent()
            found.add(f"{_kind(parent)} > {_kind(element)}" if parent is not None else _kind(element))
    return frozenset(found)


def _kind(element: Any) -> str:
    marks = [
        name for name in ("hidden", "open", "disabled", "aria-current", "aria-invalid") if element.get(name) is not None
    ]
    classes = sorted((element.get("class") or "").split())
    return ".".join([str(element.tag), element.get("role") or "", element.get("type") or "", *classes, *marks])
