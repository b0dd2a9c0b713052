// Says to the others who serve this ticket that one is here, and whether one is writing; shows what they say. A hidden tab
// says nothing, and the server forgets within half a minute who says nothing. Sentences are the server's.
import { formToken } from "./token.js";

const SETTLED = 12_000; // without a key for so long one is not writing any more

export function tellPresence() {
  const place = document.querySelector("[data-presence]");
  if (!place) return;
  const state = { place, timer: 0, wrote: 0, said: "", asking: false };
  const soon = () => say(state);
  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#composer textarea")) return;
    state.wrote = Date.now();
    if (!state.said) soon();
  });
  document.addEventListener("change", (event) => event.target.name === "kind" && state.said && soon());
  document.addEventListener("visibilitychange", () => (document.hidden ? leave(state) : soon()));
  window.addEventListener("pagehide", () => leave(state));
  window.addEventListener("pageshow", (event) => event.persisted && soon());
  soon();
}

function writing(state) {
  const composer = document.getElementById("composer");
  const text = composer?.querySelector('textarea[name="text"]');
  if (!text?.value.trim() || Date.now() - state.wrote > SETTLED) return "";
  return new FormData(composer).get("kind") ?? "reply";
}

async function say(state) {
  if (document.hidden || state.asking) return;
  clearTimeout(state.timer);
  state.asking = true;
  state.said = writing(state);
  let goesOn = true;
  try {
    const answer = await fetch(state.place.dataset.presence, {
      method: "POST", credentials: "same-origin", redirect: "manual", body: body({ writing: state.said }),
    });
    goesOn = answer.ok || answer.status >= 500 || answer.status === 429;
    if (answer.ok) show(await answer.json());
  } catch {
    // Asked again at the next turn; without the network nobody is there to be seen.
  } finally {
    state.asking = false;
  }
  if (goesOn && !document.hidden) state.timer = setTimeout(() => say(state), Number(state.place.dataset.presenceSeconds) * 1000);
}

function leave(state) {
  clearTimeout(state.timer);
  navigator.sendBeacon?.(state.place.dataset.presence, body({ leaving: "1" }));
}

function body(fields) {
  const form = new FormData();
  form.set("csrf_token", formToken());
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

function show({ there, writing }) {
  put("there", there);
  put("writing", writing);
}

function put(name, text) {
  for (const line of document.querySelectorAll(`[data-presence-${name}]`)) {
    const words = line.querySelector("[data-words]") ?? line;
    if (words.textContent !== text) words.textContent = text;
    line.hidden = !text;
  }
}
