// A form with data-draft="place" is kept on the server while somebody types: after a pause, and when the page is left or
// hidden. The line with data-draft-line of the same place says so in the server's words. Sent forms drop their draft there.
import { announce } from "./confirm.js";
import { formToken } from "./token.js";

const PAUSE = 1500;
// More than this is not carried away by a page that is being closed, in bytes.
const MOST_ON_LEAVING = 60000;
const UNTOLD = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);
const kept = new Map();

const isChoice = (field) => field.type === "radio" || field.type === "checkbox" || field.tagName === "SELECT";
const fieldsOf = (form) => [...form.elements].filter((one) => one.name && "value" in one && !UNTOLD.has(one.type) && one.tagName !== "FIELDSET" && !("noDraft" in one.dataset));
const lineOf = (form) => document.querySelector(`[data-draft-line="${CSS.escape(form.dataset.draft)}"]`);

// What is typed, by name; nothing where only choices were made.
function typedIn(form) {
  const fields = {};
  let written = false;
  for (const one of fieldsOf(form)) {
    if ((one.type === "radio" || one.type === "checkbox") && !one.checked) continue;
    written ||= !isChoice(one) && one.value.trim() !== "";
    const values = one.multiple ? [...one.selectedOptions].map((option) => option.value) : [one.value];
    const before = fields[one.name];
    fields[one.name] = before === undefined ? values : before.concat(values);
  }
  if (!written) return {};
  return Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

// Keys of files that were sent for the form already.
const filesOf = (form) => [...form.querySelectorAll("[data-file] input[type=hidden]")].map((one) => one.value);
const contentOf = (form) => {
  const files = filesOf(form);
  return `"files": ${JSON.stringify(files)}, "fields": ${JSON.stringify(typedIn(form))}`;
};

function stateOf(form) {
  if (!kept.has(form)) {
    const seen = lineOf(form)?.querySelector("[data-changed-at]")?.dataset.changedAt ?? "";
    kept.set(form, { seen, sent: contentOf(form), leaving: false, asking: null, timer: 0 });
  }
  return kept.get(form);
}

async function keep(form, { leaving = false } = {}) {
  const state = stateOf(form);
  const line = lineOf(form);
  clearTimeout(state.timer);
  if (!line || state.leaving || state.held) return;
  if (state.asking) {
    // One after the other: the second must know what the first was answered.
    if (!leaving) state.asking.then(() => keep(form));
    return;
  }
  const typed = contentOf(form);
  if (typed === state.sent) return;
  const body = `{"seen": ${JSON.stringify(state.seen)}, ${typed}}`;
  const small = new Blob([body]).size < MOST_ON_LEAVING;
  state.asking = fetch(line.dataset.address, {
    method: "PUT", body, keepalive: leaving && small, redirect: "manual", credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": formToken() },
  }).catch(() => null);
  const answer = await state.asking;
  await tell(form, line, state, typed, answer);
  state.asking = null;
}

async function tell(form, line, state, typed, answer) {
  if (!answer || answer.type === "opaqueredirect" || answer.status >= 500 || answer.status === 400) {
    const sentence = answer?.type === "opaqueredirect" || answer?.status === 400 ? line.dataset.signedOut : line.dataset.notKept;
    if (line.textContent !== sentence) announce(sentence);
    line.textContent = sentence;
    return;
  }
  line.innerHTML = await answer.text();
  if (answer.status === 409) {
    state.held = true;
    showElsewhere(form, line);
  } else if (answer.ok) {
    state.sent = typed;
    state.seen = line.querySelector("[data-changed-at]")?.dataset.changedAt ?? "";
  } else announce(line.textContent.trim());
}

// Both texts, and a word on which of them stays.
function showElsewhere(form, line) {
  const box = line.querySelector("[data-elsewhere]");
  const theirs = JSON.parse(box.dataset.elsewhere);
  for (const part of box.querySelectorAll("[data-elsewhere-field]")) {
    const field = form.elements[part.dataset.elsewhereField];
    if (!field?.labels || isChoice(field) || field.value === theirs[field.name]) continue;
    part.hidden = false;
    part.querySelector("label").textContent = field.labels[0]?.textContent ?? field.name;
  }
  announce(box.querySelector("p").textContent);
  box.addEventListener("click", (event) => {
    const take = event.target.closest("[data-draft-take]");
    if (!take && !event.target.closest("[data-draft-mine]")) return;
    const state = stateOf(form);
    state.seen = box.dataset.changedAt;
    state.held = false;
    if (take) fill(form, theirs);
    state.sent = take ? contentOf(form) : "";
    line.replaceChildren();
    keep(form);
    fieldsOf(form).find((one) => !isChoice(one))?.focus();
  });
}

function fill(form, fields) {
  for (const one of fieldsOf(form)) {
    const given = [fields[one.name] ?? []].flat();
    if (one.type === "radio" || one.type === "checkbox") one.checked = given.includes(one.value);
    else if (one.multiple) for (const option of one.options) option.selected = given.includes(option.value);
    else if (!isChoice(one) || given.length) one.value = given[0] ?? "";
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
  form.dispatchEvent(new CustomEvent("draft:filled", { bubbles: true }));
}

async function discard(form, line) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  await state.asking;
  const answer = await fetch(line.dataset.address, { method: "DELETE", redirect: "manual", headers: { "X-CSRFToken": formToken() } }).catch(() => null);
  if (!answer?.ok) return tell(form, line, state, "", answer);
  for (const one of fieldsOf(form)) if (!isChoice(one)) one.value = "";
  form.dispatchEvent(new CustomEvent("draft:filled", { bubbles: true }));
  line.innerHTML = await answer.text();
  form.querySelectorAll("[data-file]").forEach((file) => file.remove());
  state.sent = contentOf(form);
  state.seen = "";
  line.querySelector("button")?.focus();
  announce(line.dataset.discarded);
}

// A draft on its way must not arrive after what was sent, or it would come back.
function sendAfterKeeping(event) {
  const form = event.target;
  if (!form.dataset?.draft || event.defaultPrevented) return;
  const state = stateOf(form);
  clearTimeout(state.timer);
  if (!state.asking) {
    state.leaving = true;
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  state.asking.then(() => setTimeout(() => form.requestSubmit(button)));
}

function answerLine(event) {
  const line = event.target.closest?.("[data-draft-line]");
  if (!line) return;
  const form = document.querySelector(`form[data-draft="${CSS.escape(line.dataset.draftLine)}"]`);
  if (!form) return;
  if ("draftDiscard" in event.target.dataset) {
    event.preventDefault();
    discard(form, line);
  } else stateOf(form).leaving = true;
}

export function keepDrafts() {
  const forms = () => [...document.querySelectorAll("form[data-draft]")].filter(lineOf);
  const changed = (event) => {
    const form = event.target.form ?? event.target;
    if (!form.dataset?.draft || !lineOf(form)) return;
    const state = stateOf(form);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => keep(form), PAUSE);
  };
  forms().forEach(stateOf);
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("submit", answerLine);
  document.addEventListener("submit", sendAfterKeeping);
  document.addEventListener("visibilitychange", () => document.hidden && forms().forEach((form) => keep(form, { leaving: true })));
  window.addEventListener("pagehide", () => forms().forEach((form) => keep(form, { leaving: true })));
  // Back from the browser's own memory of pages: nothing of it has been sent.
  window.addEventListener("pageshow", (event) => event.persisted && kept.clear());
}
