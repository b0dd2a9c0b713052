// Keeps <time data-remaining> texts current between page loads. The server wrote the first text and all words.
// remaining is working time, so it shrinks only until data-counting-until; it can never exceed the time to the due moment.
const seen = new WeakMap();

export function spell(seconds, units) {
  const [hour, minute, under] = units;
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = Math.floor(minutes / 60);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  if (minutes === 0) return under;
  const parts = [];
  if (hours) parts.push(`${number.format(hours)}\u00a0${hour}`);
  if (minutes % 60) parts.push(`${minutes % 60}\u00a0${minute}`);
  return parts.join(" ");
}

export function remainingAt(now, given) {
  const untilDue = (given.due - now) / 1000;
  if (untilDue <= 0) return untilDue;
  const counted = Math.max(0, Math.min(now, given.countingUntil) - given.at) / 1000;
  return Math.max(1, Math.min(untilDue, given.remaining - counted));
}

// Of many in a list, what is the same for all of them stands on the list.
const told = (time, name) => time.closest(`[data-${name}]`).getAttribute(`data-${name}`);

function read(time) {
  const { remaining, countingUntil } = time.dataset;
  const given = { due: Date.parse(time.dateTime), at: Date.parse(told(time, "at")), remaining: Number(remaining) };
  given.countingUntil = countingUntil ? Date.parse(countingUntil) : given.at;
  given.skew = given.at - Date.now();
  return given;
}

function refresh(time) {
  if (!seen.has(time)) seen.set(time, read(time));
  const given = seen.get(time);
  const seconds = remainingAt(Date.now() + given.skew, given);
  const form = told(time, seconds > 0 ? "left" : "late");
  const units = told(time, "units").split("|");
  const text = seconds <= 0 && seconds > -60 ? units[3] : form.replace("{}", spell(seconds, units));
  if (time.textContent !== text) time.textContent = text;
  if (seconds <= 0) markBroken(time.closest(".promise"));
}

function markBroken(badge) {
  if (!badge || badge.classList.contains("promise-broken")) return;
  badge.classList.remove("promise-on-track", "promise-at-risk");
  badge.classList.add("promise-broken");
  badge.querySelector(".promise-word, b").textContent = told(badge, "broken-word");
  // In a list the style sheet draws the mark.
  const drawing = badge.querySelector("use");
  drawing?.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, "#promise-broken"));
}

export function startCountdowns() {
  const refreshAll = () => document.querySelectorAll("time[data-remaining]").forEach(refresh);
  refreshAll();
  setInterval(() => document.hidden || refreshAll(), 20000);
  document.addEventListener("visibilitychange", refreshAll);
  document.addEventListener("htmx:after:swap", refreshAll);
}
