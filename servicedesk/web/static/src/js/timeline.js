// The page of a ticket: what is new since one was here, links to copy, buttons that lead to the composer, folded cards.
// All of it is a convenience: the page says and does the same without.
import { announce } from "./confirm.js";

const SEEN = "desk.seen"; // ticket → the newest message that was on the screen
const REMEMBERED = 300; // tickets
const LOOKED_AFTER = 2000; // milliseconds on the screen
const TALLEST_HEAD = 0.3; // of the window
let last; // the newest message that was on the screen before this visit

export function tendTicket() {
  measureHead();
  offerCopies();
  document.addEventListener("click", copy);
  document.addEventListener("click", compose);
  document.addEventListener("click", unfold);
  const story = document.querySelector(".timeline[data-ticket]");
  if (!story) return;
  foldOnPhones();
  focusMenus();
  last = looked()[story.dataset.ticket];
  markNew(story);
  setTimeout(() => document.hidden || remember(story), LOOKED_AFTER);
  document.addEventListener("visibilitychange", () => document.hidden || setTimeout(() => remember(currentStory()), LOOKED_AFTER));
}

// After the conversation was exchanged: what the first look at the page has added is added again.
export function tendStory() {
  const story = currentStory();
  offerCopies();
  if (!story) return;
  markNew(story);
  if (!document.hidden) setTimeout(() => remember(currentStory()), LOOKED_AFTER);
}

export const currentStory = () => document.querySelector(".timeline[data-ticket]");
export const messagesOf = (story) => [...(story?.querySelectorAll("[data-message]") ?? [])];

function offerCopies() {
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy][hidden]").forEach((button) => (button.hidden = false));
}

async function copy(event) {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  announce(button.dataset.copied);
  button.closest("details.menu")?.removeAttribute("open");
}

// "Put on hold" and its like choose what the text in the composer is; without the composer they are links.
function compose(event) {
  const link = event.target.closest?.("[data-compose]");
  const choice = link && document.querySelector(`#composer [name="kind"][value="${link.dataset.compose}"]`);
  if (!choice || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if (choice.type === "radio") choice.click();
  const text = document.querySelector('#composer [name="text"]');
  text?.focus({ preventScroll: true });
  document.getElementById("composer").scrollIntoView({ block: "nearest" });
}

// The head stays in sight: what is led to by a link or has the focus must not end up behind it.
function measureHead() {
  const head = document.getElementById("ticket-head");
  if (!head) return;
  const told = () => {
    head.classList.toggle("ticket-head-tall", head.offsetHeight > innerHeight * TALLEST_HEAD);
    document.documentElement.style.setProperty("--head-height", `${head.offsetHeight}px`);
  };
  new ResizeObserver(told).observe(head);
  window.addEventListener("resize", told);
}

// On a phone the cards beside the conversation come after it; what one does not need does not stand in the way.
function foldOnPhones() {
  if (!matchMedia("(max-width: 47.99rem)").matches) return;
  for (const card of document.querySelectorAll(".ticket-side details.side-card[open]")) {
    // What a link leads to or has an error stays open.
    if (!card.matches(":target") && !card.querySelector(":target, .error-summary")) card.removeAttribute("open");
  }
}

// A link of the menu leads into a card that may be folded: the form is opened and can be typed into at once.
function unfold(event) {
  const link = event.target.closest?.("[data-unfold]");
  const form = link && document.querySelector(link.hash);
  if (!form) return;
  for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  link.closest("details.menu")?.removeAttribute("open");
  setTimeout(() => form.querySelector(":is(select, input:not([type=hidden]), textarea)")?.focus());
}

// Who opens a menu with a form wants to fill it in.
function focusMenus() {
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!menu.matches?.(".tool-menu[open], .ticket-rename[open]") || menu.contains(document.activeElement?.closest("form"))) return;
    menu.querySelector(".menu-panel :is(select, input:not([type=hidden]), textarea, .menu-item)")?.focus();
  }, true);
}

function looked() {
  try {
    return JSON.parse(localStorage.getItem(SEEN)) ?? {};
  } catch {
    return {};
  }
}

// Kept in this browser alone: nobody else is told what somebody has read.
function remember(story) {
  const newest = Math.max(0, ...messagesOf(story).map((row) => Number(row.dataset.message)));
  const { ticket } = story?.dataset ?? {};
  if (!ticket || !newest) return;
  const { [ticket]: before = 0, ...others } = looked();
  const kept = Object.entries(others).slice(1 - REMEMBERED);
  try {
    localStorage.setItem(SEEN, JSON.stringify(Object.fromEntries([...kept, [ticket, Math.max(before, newest)]])));
  } catch {
    // A browser that keeps nothing shows no line.
  }
}

function markNew(story) {
  if (!last || story.querySelector(".timeline-new")) return;
  const unread = messagesOf(story).filter((row) => Number(row.dataset.message) > last && !("own" in row.dataset));
  const newestFirst = "newestFirst" in story.dataset;
  const first = newestFirst ? unread.at(-1) : unread[0];
  if (!first) return;
  const line = document.createElement("li");
  line.className = "timeline-new";
  line.textContent = story.dataset.newWords;
  newestFirst ? first.after(line) : first.before(line);
  const jump = document.querySelector("[data-first-unread]");
  if (!jump) return;
  jump.href = `#${first.id}`;
  jump.hidden = false;
}
