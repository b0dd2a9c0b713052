// The palette of Ctrl-K: a dialog with one field and one list. Choices are links; the field keeps the focus.
import { announce } from "./confirm.js";

const WAIT = 150;

export function openPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog?.showModal) return;
  const parts = { dialog, input: dialog.querySelector("input"), pages: dialog.querySelector("[data-palette-pages]"), found: dialog.querySelector("[data-palette-found]") };
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.code !== "KeyK") return;
    event.preventDefault();
    dialog.open ? dialog.close() : open(parts);
  });
  document.querySelectorAll("[data-palette-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => open(parts, button.closest("details")?.querySelector("summary") ?? button));
  });
  parts.input.addEventListener("input", later(() => search(parts), WAIT));
  parts.input.addEventListener("keydown", (event) => steer(event, parts));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
}

function open(parts, from = document.activeElement) {
  const { dialog, input, found } = parts;
  from?.closest?.("details.menu")?.removeAttribute("open");
  input.value = "";
  found.replaceChildren();
  filter(parts);
  choose(parts, 0);
  dialog.showModal();
  input.focus();
  // showModal gives the focus back by itself, except to what was hidden meanwhile.
  dialog.addEventListener("close", () => from?.focus?.(), { once: true });
}

const choices = ({ dialog }) => [...dialog.querySelectorAll("[role=option]:not([hidden])")];

function filter({ input, pages }) {
  const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const page of pages.children) {
    page.hidden = !words.every((word) => page.textContent.toLocaleLowerCase().includes(word));
    shown += !page.hidden;
  }
  pages.hidden = !shown;
}

async function search(parts) {
  const { dialog, input, found } = parts;
  const text = input.value.trim();
  filter(parts);
  if (text) {
    const answer = await fetch(`${dialog.dataset.find}?for=palette&q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (text !== input.value.trim()) return; // a later question is on its way
    found.innerHTML = answer?.ok && !answer.redirected ? await answer.text() : "";
  } else found.replaceChildren();
  choose(parts, 0);
  announce(`${dialog.dataset.found} ${choices(parts).length}`);
}

function choose(parts, at) {
  const all = choices(parts);
  const chosen = all.length ? (at + all.length) % all.length : -1;
  all.forEach((choice, number) => {
    choice.id = `palette-choice-${number}`;
    choice.setAttribute("aria-selected", String(number === chosen));
  });
  if (chosen < 0) return parts.input.removeAttribute("aria-activedescendant");
  parts.input.setAttribute("aria-activedescendant", all[chosen].id);
  all[chosen].scrollIntoView({ block: "nearest" });
}

function steer(event, parts) {
  const all = choices(parts);
  const at = all.findIndex((choice) => choice.getAttribute("aria-selected") === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    choose(parts, to);
  } else if (event.key === "Enter" && all[at]) {
    event.preventDefault();
    all[at].click();
  }
}

function later(act, wait) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
}
