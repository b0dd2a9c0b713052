// A ticket's page stays as new as the ticket: head, conversation and side are exchanged when something happened, and what
// somebody types, has open or has the focus on stays as it is.
import { announce } from "./confirm.js";
import { exchange } from "./poll.js";
import { currentStory, messagesOf, tendStory } from "./timeline.js";

const PARTS = ["ticket-head", "ticket-above", "conversation", "ticket-side"];

export function keepTicketLive() {
  document.addEventListener("poll:answer", (event) => {
    if (event.target.id !== "ticket-live") return;
    event.preventDefault();
    renew(event.detail.text);
  });
}

async function renew(text) {
  const come = new DOMParser().parseFromString(text, "text/html");
  const known = new Set(messagesOf(currentStory()).map((row) => row.id));
  const still = standStill();
  for (const id of PARTS) {
    const part = document.getElementById(id);
    if (part && come.getElementById(id)) await exchangeGently(part, text);
  }
  still();
  tendStory();
  takeVersion(come);
  tellNews(known);
}

// What is open stays open; a menu that is open is in use and stays as it was, so that its form says what its reader saw.
async function exchangeGently(part, text) {
  const menus = [...part.querySelectorAll("details.menu[open], details.work[open]")];
  const folds = new Map([...part.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  for (const menu of menus) menu.setAttribute("hx-morph-skip", "");
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  await exchange(part, text);
  for (const menu of menus) menu.removeAttribute("hx-morph-skip");
  for (const [id, open] of folds) {
    const fold = document.getElementById(id);
    if (fold && !menus.includes(fold)) fold.open = open;
  }
  // A button that was exchanged together with its surroundings has the focus again at its new place.
  if (focused && !focused.isConnected) document.getElementById(focused.id || part.id)?.focus({ preventScroll: true });
}

// New words above the composer must not push away what somebody is typing in it.
function standStill() {
  const composer = document.getElementById("composer");
  if (!composer?.contains(document.activeElement)) return () => {};
  const before = composer.getBoundingClientRect().top;
  return () => window.scrollBy({ top: composer.getBoundingClientRect().top - before, behavior: "instant" });
}

// What the composer sends was written beside what is shown now. Where it can do something else by now, sending leads to the
// page that shows both.
function takeVersion(come) {
  const [here, newer] = [document.getElementById("ticket-live"), come.getElementById("ticket-live")];
  if (!newer || newer.dataset.kinds !== here.dataset.kinds) return;
  for (const form of document.querySelectorAll("#composer, #reopen form, #missing form")) {
    for (const name of ["version", "seen"]) {
      const field = form.querySelector(`input[name="${name}"]`);
      if (field) field.value = newer.dataset[name];
    }
  }
}

function tellNews(known) {
  const news = messagesOf(currentStory()).filter((row) => !known.has(row.id) && !("own" in row.dataset));
  if (!news.length) return;
  const last = news.reduce((one, other) => (Number(one.dataset.message) > Number(other.dataset.message) ? one : other));
  announce(last.dataset.said);
  const line = document.querySelector("[data-news]");
  if (!line) return;
  const link = line.querySelector("a");
  link.textContent = last.dataset.said;
  link.href = `#${last.id}`;
  line.hidden = false;
}
