"""Where the keyboard is: what has the focus, whether it is seen, and the walk to something by keys alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

# What has the focus, how it is told, and whether somebody who looks at the screen can find it.
HERE = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return { name: "", kind: "", fault: null };
  const style = getComputedStyle(one);
  // A radio under its label, a link over its row: the frame is drawn by a neighbour or by what holds it.
  const near = [one, one.nextElementSibling, one.parentElement, one.closest("label, li, tr, .request, .palette-head, .composer")].filter(Boolean);
  const framed = (element) => {
    const style = getComputedStyle(element);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    return outline || style.boxShadow !== "none" && element.matches(":focus, :focus-within, :focus + *, :has(:focus)");
  };
  const name = one.getAttribute("aria-label") || (one.labels && one.labels.length && one.labels[0].textContent) || one.textContent.trim() || one.querySelector("[aria-label]")?.getAttribute("aria-label") || one.getAttribute("title") || one.value || "";
  const rect = one.getBoundingClientRect();
  const told = { name: name.trim().replace(/\\s+/g, " ").slice(0, 80), kind: one.tagName.toLowerCase() + (one.type ? ":" + one.type : ""), id: one.id, fault: null };
  const inside = { left: Math.max(rect.left, 0), right: Math.min(rect.right, innerWidth), top: Math.max(rect.top, 0), bottom: Math.min(rect.bottom, innerHeight) };
  if (one.matches("main, [tabindex='-1']") && !one.matches("a, button, input, select, textarea, summary")) return told;
  if (inside.right - inside.left < 1 || inside.bottom - inside.top < 1) told.fault = "the focus is outside the window";
  else if (!near.some(framed)) told.fault = "the focus is not seen";
  else {
    // Not entirely hidden by what floats above it (WCAG 2.4.11): a corner is enough.
    const xs = [0.1, 0.5, 0.9].map((part) => inside.left + (inside.right - inside.left) * part);
    const ys = [0.2, 0.5, 0.8].map((part) => inside.top + (inside.bottom - inside.top) * part);
    const uncovered = xs.some((x) => ys.some((y) => {
      const top = document.elementFromPoint(x, y);
      return top && (top === one || one.contains(top) || top.contains(one) || [...(one.labels ?? [])].some((label) => label.contains(top)));
    }));
    if (!uncovered) {
      const above = document.elementFromPoint(xs[1], ys[1]);
      told.fault = `the focus is covered by <${above?.tagName.toLowerCase()} class="${above?.getAttribute("class") ?? ""}">`;
    }
  }
  return told;
}
"""


@dataclass(frozen=True)
class Place:
    """`name` is what a screen reader would say first; `fault` is a sentence, or None where all is well."""

    name: str
    kind: str
    id: str = ""
    fault: str | None = None


def where_am_i(page: Page) -> Place:
    found = page.evaluate(HERE)
    return Place(found["name"], found["kind"], found.get("id", ""), found["fault"])


class Walk:
    """Somebody who has no mouse. Everything pressed is a key, and each stop must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops: list[Place] = []

    def press(self, *keys: str) -> Place:
        for key in keys:
            self.page.keyboard.press(key)
        return where_am_i(self.page)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def to(self, name: str, kind: str = "", *, backwards: bool = False, most: int = 80) -> Place:
        """Tab until something of this name has the focus; every stop on the way must be seen and have a name."""
        passed = []
        for _step in range(most):
            here = self.press("Shift+Tab" if backwards else "Tab")
            passed.append(here.name)
            self._check(here)
            if re.search(name, here.name) and here.kind.startswith(kind):
                return here
        raise AssertionError(f"Tab does not lead to {name!r}; it passed {passed}")

    def go(self, name: str, kind: str = "", *, most: int = 80) -> None:
        """Walk there and press Enter; returns when the page that follows is there."""
        self.to(name, kind, most=most)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def _check(self, here: Place) -> None:
        self.stops.append(here)
        assert here.fault is None, f"{here.fault}: {here.kind} {here.name!r} on {self.page.url}"
        assert here.name or not here.kind, f"a {here.kind} without a name has the focus on {self.page.url}"
