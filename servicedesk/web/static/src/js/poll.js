// Regions that ask for themselves anew: <div id data-poll="address" data-poll-seconds="8" data-poll-mark="what the page
// was rendered with">. The address answers with the region, or the page it is on, or 304 when nothing changed. A hidden tab
// does not ask; one that is shown again asks at once. Nothing moves under a pointer or a focus: see `kept`. Who exchanges
// a region in a way of its own hears "poll:answer" on it and prevents the default.
import { announce } from "./confirm.js";

const LONGEST_WAIT = 120_000;
const waits = new Map(); // id of a region → what is known of it
let away = false;

export function pollRegions() {
  look();
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : look({ atOnce: true, shown: true })));
  // Everybody's network comes back at the same moment: not everybody asks at the same moment.
  window.addEventListener("online", () => setTimeout(() => look({ atOnce: true }), Math.random() * 2000));
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", (event) => event.persisted && look({ atOnce: true, shown: true }));
  document.addEventListener("htmx:after:swap", () => look());
}

// Ask for a region now, without waiting for its turn.
export const askNow = (region) => region?.id && ask(region.id);

function look({ atOnce = false, shown = false } = {}) {
  if (document.hidden) return;
  for (const region of document.querySelectorAll("[data-poll][id]")) {
    const known = waits.get(region.id) ?? { failures: 0, mark: region.dataset.pollMark };
    known.shown ||= shown;
    waits.set(region.id, known);
    if (atOnce) ask(region.id);
    else if (!known.timer && !known.asking) later(region.id, known);
  }
}

function rest() {
  for (const known of waits.values()) {
    clearTimeout(known.timer);
    known.timer = undefined;
    known.asking?.abort();
  }
}

// A hundred tabs that were opened together must not ask together: each waits a little less or more.
function later(id, known) {
  clearTimeout(known.timer);
  const region = document.getElementById(id);
  if (!region?.dataset.poll) return waits.delete(id);
  const pace = Number(region.dataset.pollSeconds || 30) * 1000;
  const wait = Math.min(pace * 2 ** known.failures, Math.max(pace, LONGEST_WAIT)) * (0.8 + Math.random() * 0.2);
  known.timer = setTimeout(() => ask(id), wait);
}

async function ask(id) {
  const region = document.getElementById(id);
  const known = waits.get(id);
  if (!region?.dataset.poll || !known || known.asking) return;
  clearTimeout(known.timer);
  known.timer = undefined;
  const asking = (known.asking = new AbortController());
  const patience = setTimeout(() => asking.abort("slow"), 20_000);
  let goesOn = true;
  try {
    const headers = { "X-Poll": "1", ...(known.mark && { "If-None-Match": `W/"${known.mark}"` }) };
    const answer = await fetch(region.dataset.poll, { headers, signal: asking.signal, redirect: "manual", credentials: "same-origin" });
    goesOn = await taken(answer, id, known);
  } catch (error) {
    // Asked off by us, because the tab is hidden: no fault of the server's.
    if (asking.signal.aborted && asking.signal.reason !== "slow") known.failures = 0;
    else failed(known);
  } finally {
    clearTimeout(patience);
    known.asking = undefined;
    if (!goesOn) waits.delete(id);
    else if (!document.hidden) later(id, known);
  }
}

// What the answer says; false where there is nothing to ask for any more.
async function taken(answer, id, known) {
  if (answer.status >= 500 || answer.status === 429) return failed(known);
  known.failures = 0;
  tell(false);
  // Signed out, or not theirs any more: there is nothing to ask for until the page is loaded anew.
  if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) {
    document.getElementById(id)?.dispatchEvent(new CustomEvent("poll:gone", { bubbles: true }));
    return false;
  }
  if (answer.status !== 200) return true;
  const text = await answer.text();
  known.mark = answer.headers.get("ETag")?.replace(/^W\/|"/g, "") ?? undefined;
  const region = document.getElementById(id);
  const shown = known.shown;
  known.shown = false;
  if (region?.dispatchEvent(new CustomEvent("poll:answer", { bubbles: true, cancelable: true, detail: { text, shown } })))
    await exchange(region, text);
  return true;
}

function failed(known) {
  known.failures += 1;
  // One lost answer is no news; the second in a row is.
  if (known.failures > 1) tell(true);
  return true;
}

// Others say it on the page: poll:away when the server does not answer, poll:back when it does again.
function tell(isAway) {
  if (away === isAway) return;
  away = isAway;
  document.dispatchEvent(new CustomEvent(isAway ? "poll:away" : "poll:back"));
}

// Puts the answer in the region's place: what is the same stays the same element.
export async function exchange(region, text) {
  const held = kept(region);
  for (const one of held) one.setAttribute("hx-morph-skip", "");
  await window.htmx.swap({ text, target: region, sourceElement: region, select: `#${CSS.escape(region.id)}`, swap: "outerMorph" });
  for (const one of held) one.removeAttribute("hx-morph-skip");
  tellWhatWaits(held, text);
}

// Parts of a region, <li id data-part data-version>, that somebody has the pointer or the focus on.
function kept(region) {
  const field = document.activeElement?.closest?.("input, textarea, select, [contenteditable]");
  const under = [...region.querySelectorAll("[data-part]:hover, [data-part]:focus-within")];
  return field && region.contains(field) ? [...under, field.form && region.contains(field.form) ? field.form : field] : under;
}

function tellWhatWaits(held, text) {
  const come = new DOMParser().parseFromString(text, "text/html");
  for (const part of held) {
    const newer = part.id && come.getElementById(part.id);
    if (!newer || newer.dataset.version === part.dataset.version) continue;
    const sentence = part.closest("[data-poll-changed]")?.dataset.pollChanged;
    if (sentence) announce(sentence.replace("%s", part.dataset.name ?? ""));
    const renew = () => {
      if (part.matches(":hover, :focus-within")) return;
      part.removeEventListener("pointerleave", renew);
      part.removeEventListener("focusout", renew);
      part.replaceWith(newer);
      window.htmx.process(newer);
    };
    // As soon as the person is elsewhere it is shown; the pointer first, then the next task, when the focus has moved.
    part.addEventListener("pointerleave", renew);
    part.addEventListener("focusout", () => setTimeout(renew));
  }
}
