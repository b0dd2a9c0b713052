// Short messages. Each stands in a live region that was there before it, so that it is heard; what went well leaves by itself
// unless somebody points at it or the tab is hidden, faults stay until they are closed. Texts come from who calls or from the page.
const LEAST = 6000;
const PER_LETTER = 90;
const STEP = 250;

function leave(note) {
  let left = Math.max(LEAST, note.textContent.length * PER_LETTER);
  const going = setInterval(() => {
    if (document.hidden || note.matches(":hover, :focus-within")) return;
    left -= STEP;
    if (left > 0 && note.isConnected) return;
    clearInterval(going);
    note.remove();
  }, STEP);
}

function closable(note) {
  const button = document.getElementById("toast-close")?.content.firstElementChild.cloneNode(true);
  if (!button) return;
  button.addEventListener("click", () => note.remove());
  note.append(button);
}

// action: {label, href} leads somewhere, {label, act} calls act and takes the message away.
export function toast(text, { kind = "success", action } = {}) {
  const region = document.getElementById("toasts");
  const note = document.getElementById("toast")?.content.firstElementChild.cloneNode(true);
  if (!region || !note) return null;
  note.classList.add(`notice-${kind}`);
  const drawing = note.querySelector("use");
  drawing.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, `#${kind}`));
  note.querySelector("p").textContent = text;
  if (action) note.append(actionOf(action, note));
  closable(note);
  region.append(note);
  if (kind === "success") leave(note);
  return note;
}

function actionOf({ label, href, act }, note) {
  const what = document.createElement(href ? "a" : "button");
  what.className = "btn btn-plain btn-sm";
  what.textContent = label;
  if (href) what.href = href;
  else {
    what.type = "button";
    what.addEventListener("click", () => {
      note.remove();
      act();
    });
  }
  return what;
}

export function tellWhatWasDone() {
  for (const note of document.querySelectorAll("#toasts > .notice")) {
    closable(note);
    leave(note);
  }
}
