// Without a connection nothing is sent into nothing: the form stays as it is and the page says so. After a request that got no
// answer the next form is sent only when the desk answers again.
import { toast } from "./toasts.js";

let doubtful = false;
const region = () => document.getElementById("connection");

function tell(what) {
  const place = region();
  if (!place) return;
  place.textContent = what ? place.dataset[what] : "";
  place.classList.toggle("is-bad", what === "offline" || what === "unreachable");
}

async function answers() {
  try {
    await fetch(document.body.dataset.alive, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) });
    return true;
  } catch {
    return false;
  }
}

function comeBack() {
  if (!doubtful) return;
  doubtful = false;
  tell("online");
  setTimeout(() => doubtful || tell(null), 4000);
}

async function sendWhenHeard(form, button) {
  if (!navigator.onLine || !(await answers())) return tell(navigator.onLine ? "unreachable" : "offline");
  comeBack();
  form.requestSubmit(button);
}

// For whoever asks by fetch: a request that got no answer, and how to ask again.
export function noAnswer(again) {
  doubtful = true;
  const place = region();
  if (!navigator.onLine) return tell("offline");
  if (place) toast(place.dataset.unreachable, { kind: "error", action: again && { label: place.dataset.again, act: again } });
}

function askAgain(source) {
  return () => (source.matches("form") ? source.requestSubmit() : source.click());
}

export function tellConnection() {
  window.addEventListener("offline", () => {
    doubtful = true;
    tell("offline");
  });
  window.addEventListener("online", async () => (await answers()) && comeBack());
  // Regions that ask by themselves were not answered, see poll.js.
  document.addEventListener("poll:away", () => {
    doubtful = true;
    tell(navigator.onLine ? "unreachable" : "offline");
  });
  document.addEventListener("poll:back", comeBack);
  if (!navigator.onLine) {
    doubtful = true;
    tell("offline");
  }
  // First of all: nothing else may count a form as sent that is held back here.
  window.addEventListener("submit", (event) => {
    if (!doubtful || event.target.method === "dialog") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sendWhenHeard(event.target, event.submitter);
  }, true);
  document.addEventListener("htmx:error", (event) => {
    const source = event.target;
    if (event.detail?.ctx && source.matches && !source.matches("[data-polls], [data-poll], [data-quiet], input")) noAnswer(askAgain(source));
  });
  // A fault of the desk is told, and never put into the place of what stands there.
  document.addEventListener("htmx:before:response", (event) => {
    const { status } = event.detail.ctx.response;
    if (status < 500) return;
    event.preventDefault();
    const place = region();
    const source = event.target;
    if (!source.matches?.("[data-polls], [data-poll], [data-quiet], input")) toast(place.dataset.failed, { kind: "error", action: { label: place.dataset.again, act: askAgain(source) } });
  });
}
