// A queue that is looked at: rows change where they stand, and nothing moves by itself. What came is told and shown when the
// reader wants it; what left stays, grey, until pointer and focus are elsewhere.
import { announce } from "./confirm.js";
import { exchange } from "./poll.js";
import { said } from "./said.js";

const list = () => document.getElementById("queue-list");
const told = () => document.getElementById("queue-news");
const rowsOf = (place) => new Map([...place.querySelectorAll('tr[id^="row-"]')].map((row) => [row.id.replace("row-", ""), row]));
// Which version of a request a row shows, as its box says it.
const versionOf = (row) => row.querySelector('input[name="ticket"]')?.value;
const isHeld = (row) => row.matches(":hover, :focus-within");
const isInside = () => list().matches(":hover, :focus-within");

let latest; // the newest answer, where not all of it is shown
let seenAt; // the moment as of which the reader has seen the whole list
let counted = 0;
const title = document.title;

export function keepQueueLive() {
  if (!list() || !told()) return;
  seenAt = list().dataset.at;
  document.addEventListener("poll:answer", (event) => {
    if (event.target !== list()) return;
    event.preventDefault();
    take(event.detail.text, event.detail.shown);
  });
  document.addEventListener("poll:gone", (event) => event.target === list() && tell(told().dataset.ended));
  told().querySelector("[data-news-show]").addEventListener("click", show);
  document.addEventListener("pointerout", (event) => list().contains(event.target) && !list().contains(event.relatedTarget) && leave());
  document.addEventListener("focusout", (event) => list().contains(event.target) && setTimeout(leave));
  document.addEventListener("visibilitychange", () => document.hidden && keepLook());
  window.addEventListener("pagehide", keepLook);
}

function take(text, shown) {
  const come = new DOMParser().parseFromString(text, "text/html").getElementById("queue-list");
  if (!come) return;
  const here = rowsOf(list());
  const there = rowsOf(come);
  latest = { text, at: come.dataset.at };
  // Who comes back to the tab has nothing under their hands yet; and where nothing stands, nothing can move.
  if ((shown && !isInside()) || !here.size) return show();
  list().dataset.at = come.dataset.at;
  const waiting = [];
  for (const [number, row] of here) {
    const newer = there.get(number);
    if (!newer) fade(row);
    else if (versionOf(row) !== versionOf(newer) && isHeld(row)) waiting.push(number);
    else if (!isHeld(row)) renew(row, newer);
  }
  const fresh = [...there.keys()].filter((number) => !here.has(number));
  const stays = [...here.keys()].filter((number) => there.has(number));
  const moved = stays.join() !== [...there.keys()].filter((number) => here.has(number)).join();
  if (fresh.length) tell(said(told(), "fresh", fresh.length));
  else if (waiting.length) tell(told().dataset.changed.replace("%s", waiting[0]));
  else if (moved) tell(told().dataset.order);
  else {
    // Everything is shown; what is gone was seen to go.
    tell("");
    seenAt = come.dataset.at;
  }
  count(fresh.length);
  document.dispatchEvent(new CustomEvent("queue:changed"));
}

// The same row with what it says now; whether it is chosen stays.
function renew(row, newer) {
  const box = row.querySelector('input[name="ticket"]');
  const value = newer.querySelector('input[name="ticket"]')?.value;
  if (box && value) box.value = value;
  [...newer.cells].forEach((cell, at) => {
    const old = row.cells[at];
    if (at > 0 && old && old.innerHTML !== cell.innerHTML) old.replaceChildren(...cell.childNodes);
  });
}

function fade(row) {
  if (row.classList.contains("is-gone")) return void (isInside() || row.remove());
  row.classList.add("is-gone");
  const note = Object.assign(document.createElement("span"), { className: "chip", textContent: told().dataset.gone });
  (row.querySelector(".ticket-subject")?.parentElement ?? row.cells[1]).append(" ", note);
}

// Pointer and focus are elsewhere: what is gone may go.
function leave() {
  if (isInside()) return;
  const gone = list().querySelectorAll("tr.is-gone");
  if (!gone.length) return;
  gone.forEach((row) => row.remove());
  if (!rowsOf(list()).size) show();
  else document.dispatchEvent(new CustomEvent("queue:changed"));
}

async function show() {
  if (!latest) return;
  const { text, at } = latest;
  const here = rowsOf(list());
  const hadFocus = told().contains(document.activeElement);
  latest = undefined;
  await exchange(list(), text);
  seenAt = at;
  tell("");
  count(0);
  const fresh = [...rowsOf(list())].find(([number]) => !here.has(number))?.[1];
  if (hadFocus) (fresh ?? list()).querySelector("a[href]")?.focus();
  document.dispatchEvent(new CustomEvent("queue:changed"));
}

let lastTold = "";
function tell(text) {
  const button = told().querySelector("[data-news-show]");
  button.querySelector("[data-news-said]").textContent = text;
  button.hidden = !text;
  if (text && text !== lastTold) announce(text);
  lastTold = text;
}

function count(fresh) {
  if (fresh === counted) return;
  counted = fresh;
  const before = Number(/^\((\d+)/.exec(title)?.[1] ?? 0);
  const bare = title.replace(/^\(\d+\+?\) /, "");
  document.title = before + fresh ? `(${before + fresh}) ${bare}` : bare;
}

// Told when the reader leaves, not when the page is fetched: as of then they have seen it.
function keepLook() {
  const form = told()?.querySelector("[data-look]");
  if (!form || seenAt === form.dataset.kept) return;
  form.dataset.kept = seenAt;
  const fields = new FormData(form);
  fields.set("at", seenAt);
  fields.delete("next");
  navigator.sendBeacon(form.action, fields);
}
