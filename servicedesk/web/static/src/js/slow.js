// While something takes longer than a moment: a line at the top, after five seconds a sentence, and a button that was pressed is
// not pressed twice. A page that is left or shown again begins anew.
const SOON = 300;
const LONG = 5000;
const GIVE_UP = 20000;

let running = 0;
let timers = [];

export function begin() {
  running += 1;
  if (running > 1) return;
  const place = document.getElementById("connection");
  timers = [
    setTimeout(() => document.documentElement.classList.add("is-waiting"), SOON),
    setTimeout(() => place && (place.textContent = place.dataset.slow), LONG),
  ];
}

export function end() {
  running = Math.max(0, running - 1);
  if (running) return;
  timers.forEach(clearTimeout);
  document.documentElement.classList.remove("is-waiting");
  const place = document.getElementById("connection");
  if (place && place.textContent === place.dataset.slow) place.textContent = "";
}

function busy(form, button, on) {
  if (on) form.dataset.sent = "yes";
  else delete form.dataset.sent;
  button?.classList.toggle("is-busy", on);
  if (on) button?.setAttribute("aria-busy", "true");
  else button?.removeAttribute("aria-busy");
}

function leavesThisPage(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  const to = new URL(link.href, location.href);
  if (to.origin !== location.origin || link.target || link.hasAttribute("download")) return false;
  if (/\.(pdf|xlsx|csv|ics|eml|zip)$|\/files\//.test(to.pathname)) return false;
  return to.pathname + to.search !== location.pathname + location.search;
}

function sends(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.target) return;
  busy(form, event.submitter, true);
  begin();
  // What comes as a file leaves the page standing.
  setTimeout(() => {
    if (!form.dataset.sent) return;
    busy(form, event.submitter, false);
    end();
  }, GIVE_UP);
}

const polls = (source) => source.matches?.("[data-polls], [data-poll], [data-quiet]");

export function tellWaiting() {
  window.addEventListener("submit", (event) => {
    if (!event.target.dataset.sent) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  window.addEventListener("submit", sends);
  window.addEventListener("click", (event) => {
    if (!leavesThisPage(event)) return;
    begin();
    setTimeout(end, GIVE_UP);
  });
  document.addEventListener("htmx:before:request", (event) => polls(event.target) || begin());
  document.addEventListener("htmx:finally:request", (event) => polls(event.target) || end());
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    running = 1;
    end();
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      busy(form, null, false);
      form.querySelectorAll(".is-busy").forEach((button) => busy(form, button, false));
    });
  });
}
