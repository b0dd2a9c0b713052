// Single keys: an element says its own, data-key="n" or data-key="g q". They work nowhere where somebody types, leave every
// combination with Ctrl, Alt or Cmd alone, and are not there at all for who has switched them off: the page then has no #keys.
import { announce } from "./confirm.js";

const TYPED_IN = 'input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"], [type="reset"]), textarea, select, [contenteditable], [role="listbox"], [role="combobox"]';
const BY_PLACE = { Slash: "/", Period: ".", BracketLeft: "[", BracketRight: "]" };
const SECOND_KEY_WITHIN = 1500;
let first = "";
let forgetting;

export function listenToKeys() {
  const help = document.getElementById("keys");
  if (!help) return;
  document.addEventListener("keydown", (event) => onKey(event, help));
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-keys-open]") || typeof help.showModal !== "function") return;
    event.preventDefault();
    open(help);
  });
  help.querySelector("[data-keys-close]").addEventListener("click", () => help.close());
  help.addEventListener("click", (event) => event.target === help && help.close());
  // A row's key led here: "#key-r" presses r on this page.
  const wanted = /^#key-(\w)$/.exec(location.hash)?.[1];
  if (wanted) {
    history.replaceState(history.state, "", location.pathname + location.search);
    press(wanted);
  }
}

function onKey(event, help) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey !== event.getModifierState("AltGraph") || event.metaKey) return;
  if (event.altKey && !event.getModifierState("AltGraph")) return;
  if (event.target.closest?.(TYPED_IN) || document.querySelector("dialog[open]")) return;
  const key = nameOf(event);
  if (!key || (event.repeat && key !== "j" && key !== "k")) return;
  const both = first ? `${first} ${key}` : key;
  forget();
  if (key === "?") open(help);
  else if (press(both)) true;
  else if (document.querySelector(`[data-key^="${CSS.escape(both)} "]`)) wait(both);
  else return;
  event.preventDefault();
}

// The letter that is printed; where that is not a Latin one, as on a Russian layout, the place of the key on the keyboard.
function nameOf(event) {
  const { key, code, shiftKey } = event;
  const shifted = (letter) => (shiftKey ? `shift+${letter}` : letter);
  if (/^[a-z]$/i.test(key)) return shifted(key.toLowerCase());
  if (key.length === 1 && /[\x21-\x7e]/.test(key)) return key;
  if (key.length !== 1) return "";
  if (/^Key[A-Z]$/.test(code)) return shifted(code[3].toLowerCase());
  return shiftKey ? "" : (BY_PLACE[code] ?? "");
}

function wait(key) {
  first = key;
  forgetting = setTimeout(forget, SECOND_KEY_WITHIN);
}

function forget() {
  first = "";
  clearTimeout(forgetting);
}

// Does what the key says; false where this page has nothing for it.
function press(key) {
  if (key === ".") return press("]");
  if (key === "j" || key === "k") return walk(key === "j" ? 1 : -1);
  const row = rowHere();
  if (key === "x") return choose(row);
  const element = bySaying(key);
  if (element) return act(element);
  return row ? actOnRow(row, key) : false;
}

// The page's own comes before that of the frame around it; a form that is not shown has no keys.
function bySaying(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter(isThere);
  return all.find((one) => one.closest("main")) ?? all[0];
}

// A link of the help dialog is there although the dialog is closed; so is a button in a closed menu of a form that is shown.
const isThere = (one) => !one.disabled && (one.closest("#keys") || (one.closest("details.menu")?.parentElement ?? one).checkVisibility());

function act(element) {
  if (element.matches('input[type="radio"], input[type="checkbox"], a, button, summary')) element.click();
  const field = element.matches(TYPED_IN) ? element : element.dataset.keyFocus && document.querySelector(element.dataset.keyFocus);
  field?.focus();
  if (field?.matches("input")) field.select();
  return true;
}

// A row of a table is known by its id: a page has fifty.
const ROW = '[data-row], tr[id^="row-"]';
const rows = () => [...document.querySelectorAll(`main :is(${ROW})`)].filter((row) => row.checkVisibility());
const linkOf = (row) => row.querySelector("a[href]");
let lastRow;

function rowHere() {
  const here = document.activeElement?.closest?.(ROW);
  if (here) lastRow = here.id;
  return here ?? (document.activeElement === document.body ? document.getElementById(lastRow) : null);
}

// j and k move the focus from row to row: it can be seen, Enter opens, and a screen reader tells what it is.
function walk(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(rowHere());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  lastRow = next.id;
  linkOf(next)?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function choose(row) {
  const box = row?.querySelector('input[type="checkbox"]');
  box?.click();
  return Boolean(box);
}

// What is asked of one row of a list: taking it is a press in the bar, everything else is written on its own page.
function actOnRow(row, key) {
  const button = document.querySelector(`#bulk [data-key="${CSS.escape(key)}"]`);
  if (!button) return false;
  const box = row.querySelector('input[type="checkbox"]');
  if (key === "a" && box) {
    box.checked = true;
    button.click();
  } else if (linkOf(row)) location.assign(`${linkOf(row).href}#key-${key}`);
  return true;
}

// What is the same on every page comes when it is asked for.
async function fill(help) {
  const place = help.querySelector("[data-parts]");
  const answer = place && (await fetch(place.dataset.parts).catch(() => null));
  if (answer?.ok && !answer.redirected) place.outerHTML = await answer.text();
}

// The help lists what this page has: the keys of its elements, and those of rows where there are some.
async function open(help) {
  await fill(help);
  for (const entry of help.querySelectorAll("[data-for]")) {
    const key = entry.dataset.for === "." ? "]" : entry.dataset.for;
    const ofRows = entry.hasAttribute("data-rows") || document.querySelector(`#bulk [data-key="${CSS.escape(key)}"]`);
    const has = Boolean(bySaying(key)) || (ofRows && rows().length > 0);
    entry.hidden = !has;
    entry.nextElementSibling.hidden = !has;
  }
  addOwn(help);
  for (const part of help.querySelectorAll(".keys-part")) part.hidden = !part.querySelector("dt:not([hidden])");
  if (help.open) return;
  const from = document.activeElement;
  help.showModal();
  help.addEventListener("close", () => from?.focus?.(), { once: true });
  announce(help.querySelector("h2").textContent);
}

// Keys that only this page knows say themselves what they do.
function addOwn(help) {
  const own = help.querySelector("[data-own]");
  own.replaceChildren();
  const known = new Set([...help.querySelectorAll("[data-for]")].map((entry) => entry.dataset.for));
  for (const one of document.querySelectorAll("main [data-key][data-key-label]")) {
    if (known.has(one.dataset.key) || !isThere(one)) continue;
    known.add(one.dataset.key);
    const name = document.createElement("dt");
    name.append(Object.assign(document.createElement("kbd"), { textContent: one.dataset.key }));
    own.append(name, Object.assign(document.createElement("dd"), { textContent: one.dataset.keyLabel }));
  }
}
