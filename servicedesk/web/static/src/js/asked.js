// Forms of requests: fields that are asked only after a certain answer, colleagues to choose from while typing, and a file
// that is too large said before it is sent. Without this file all fields stand there with their condition as a sentence.
import { announce } from "./confirm.js";

// What was answered to a field of the form; one that is hidden has no answer.
function answers(form, name) {
  return [...form.elements]
    .filter((one) => one.name === name && !one.closest("[data-when][hidden]"))
    .filter((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : one.value))
    .map((one) => one.value);
}

function showWhatIsAsked(form) {
  const conditional = [...form.querySelectorAll("[data-when]")];
  form.classList.add("knows-conditions");
  // One may hang on another that is shown only now: as often as there are fields, at most.
  for (let left = conditional.length; left >= 0; left -= 1) {
    let changed = false;
    for (const part of conditional) {
      const given = answers(form, part.dataset.when);
      const hidden = !JSON.parse(part.dataset.whenValues).some((value) => given.includes(value));
      changed ||= hidden !== part.hidden;
      part.hidden = hidden;
    }
    if (!changed) return;
  }
}

let asked;
async function suggest(input, address) {
  const list = input.list;
  const text = input.value.trim();
  if (!list || text.length < 2) return;
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { signal: asked.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const { items } = await answer.json();
    list.replaceChildren(...items.map(({ email, name, department }) => {
      const option = document.createElement("option");
      option.value = email;
      option.label = department ? `${name}, ${department}` : name;
      return option;
    }));
  } catch (error) {
    if (error.name !== "AbortError") list.replaceChildren();
  }
}

function tellSize(input) {
  const note = input.parentElement.querySelector("[data-too-large]");
  const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.most));
  if (!note || note.hidden === !tooLarge) return;
  note.hidden = !tooLarge;
  if (tooLarge) announce(note.textContent);
}

export function askWhatIsNeeded() {
  const forms = () => new Set([...document.querySelectorAll("[data-when]")].map((part) => part.closest("form")).filter(Boolean));
  let waiting;
  document.addEventListener("input", (event) => {
    const address = event.target.closest?.("[data-suggest]")?.dataset.suggest;
    if (!address) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(event.target, address), 150);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.querySelector("[data-when]")) showWhatIsAsked(form);
    if (event.target.dataset?.most && event.target.files) tellSize(event.target);
  });
  document.addEventListener("htmx:after:swap", () => forms().forEach(showWhatIsAsked));
  forms().forEach(showWhatIsAsked);
}
