// The palette of Ctrl-K: a dialog with one field and one list. Choices are links; the field keeps the focus. What the page itself
// offers is read from the names of its keys; pages and settings are asked once, the rest while one types.
import { announce } from "./confirm.js";

const WAIT = 150;
// The two keyboards by place, for words typed on the other one; not a text that anybody reads.
const LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю";

export function openPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog?.showModal) return;
  const find = (what) => dialog.querySelector(what);
  const parts = { dialog, input: find("input"), here: find("[data-palette-here]"), lists: find("[data-palette-lists]"), found: find("[data-palette-found]") };
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.code !== "KeyK") return;
    event.preventDefault();
    dialog.open ? dialog.close() : open(parts);
  });
  document.querySelectorAll("[data-palette-open]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => open(parts, button.closest("details")?.querySelector("summary") ?? button));
  });
  const soon = later(() => search(parts), WAIT);
  parts.input.addEventListener("input", () => {
    // What was found for other words must not be chosen by a quick Enter.
    parts.found.hidden = true;
    filter(parts);
    choose(parts, 0);
    soon();
  });
  parts.input.addEventListener("keydown", (event) => steer(event, parts));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("click", (event) => press(event, dialog));
}

function open(parts, from = document.activeElement) {
  const { dialog, input, found } = parts;
  from?.closest?.("details.menu")?.removeAttribute("open");
  input.value = "";
  found.replaceChildren();
  found.hidden = true;
  offerWhatIsHere(parts);
  filter(parts);
  choose(parts, 0);
  dialog.showModal();
  input.focus();
  search(parts, true);
  fetchPages(parts);
  // showModal gives the focus back by itself, except to what was hidden meanwhile.
  dialog.addEventListener("close", () => dialog.dataset.acted ? delete dialog.dataset.acted : from?.focus?.(), { once: true });
}

// Everything on the page that has a key has a name for it: these are its actions.
function offerWhatIsHere({ here }) {
  const template = document.getElementById("palette-action");
  const seen = new Set();
  const choices = [];
  for (const one of document.querySelectorAll("[data-key-label]")) {
    const name = one.dataset.keyLabel;
    if (seen.has(name) || one.closest("dialog") || one.matches(":disabled") || !one.checkVisibility?.()) continue;
    seen.add(name);
    const choice = template.content.firstElementChild.cloneNode(true);
    choice.querySelector(".palette-name").textContent = name;
    choice.querySelector("kbd").textContent = one.dataset.key ?? "";
    if (one.href) choice.href = one.href;
    choice.addEventListener("click", (event) => {
      event.preventDefault();
      act(choice.closest("dialog"), one);
    });
    choices.push(choice);
  }
  here.replaceChildren(...choices);
}

function act(dialog, one) {
  dialog.dataset.acted = "yes";
  dialog.close();
  if (one.matches("input:not([type=checkbox], [type=radio]), textarea, select")) one.focus();
  else one.click();
}

function press(event, dialog) {
  const what = event.target.closest("[data-palette-press]")?.dataset.palettePress;
  const button = what && document.querySelector(what);
  if (!button) return;
  event.preventDefault();
  dialog.close();
  button.form.requestSubmit(button);
}

const choices = ({ dialog }) => [...dialog.querySelectorAll("[role=option]:not([hidden])")].filter((one) => !one.closest("[hidden]"));

const otherKeyboard = (text) => [...text].map((key) => RUSSIAN[LATIN.indexOf(key)] ?? LATIN[RUSSIAN.indexOf(key)] ?? key).join("");

// What the person may open is asked when they open the palette first; where it fails, once more the next time.
async function fetchPages(parts) {
  const { dialog, lists } = parts;
  if (lists.childElementCount) return;
  const answer = await fetch(`${dialog.dataset.find}?for=pages`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  lists.innerHTML = await answer.text();
  filter(parts);
  choose(parts, Math.max(0, choices(parts).findIndex((one) => one.getAttribute("aria-selected") === "true")));
}

function filter({ dialog, input }) {
  const text = input.value.toLocaleLowerCase();
  const asked = [text, otherKeyboard(text)].map((typed) => typed.split(/\s+/).filter(Boolean));
  for (const list of dialog.querySelectorAll("[data-palette-here], [data-palette-pages]")) {
    let shown = 0;
    for (const choice of list.children) {
      const name = choice.textContent.toLocaleLowerCase();
      choice.hidden = !asked.some((words) => words.every((word) => name.includes(word)));
      shown += !choice.hidden;
    }
    list.hidden = !shown;
  }
}

async function search(parts, quietly = false) {
  const { dialog, input, found } = parts;
  const text = input.value.trim();
  filter(parts);
  const answer = await fetch(`${dialog.dataset.find}?for=palette&q=${encodeURIComponent(text)}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (text !== input.value.trim()) return; // a later question is on its way
  const chosen = dialog.querySelector("[aria-selected=true]");
  found.innerHTML = answer?.ok && !answer.redirected ? await answer.text() : "";
  found.hidden = false;
  // What was chosen meanwhile stays chosen, wherever it stands now.
  choose(parts, Math.max(0, choices(parts).indexOf(chosen)));
  if (!quietly) announce(`${dialog.dataset.found} ${choices(parts).length}`);
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
