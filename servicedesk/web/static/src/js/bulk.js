// Choosing rows: a range with Shift, all on the page, and how many are chosen is told. The bar itself needs no script.
import { announce } from "./confirm.js";
import { said } from "./said.js";

const boxes = () => [...document.querySelectorAll('input[type=checkbox][name="ticket"][form="bulk"]')];
let last; // the row from which a range goes on

export function chooseMany() {
  const bar = document.getElementById("bulk");
  if (!bar) return;
  // Behind the list: the next Tab after the last row leads to it, and a screen reader finds it where it is told to be.
  document.getElementById("queue-list")?.after(bar);
  offerAll(bar);
  document.addEventListener("click", (event) => event.target.matches?.('input[form="bulk"][name="ticket"]') && choose(event));
  document.addEventListener("change", (event) => event.target.matches?.('input[form="bulk"][name="ticket"]') && tell(bar));
  // Ticks are taken away after this.
  bar.addEventListener("reset", () => setTimeout(() => tell(bar)));
  bar.addEventListener("submit", (event) => {
    if (!boxes().some((box) => box.checked)) {
      event.preventDefault();
      announce(bar.dataset.none);
    }
  });
  document.addEventListener("queue:changed", () => (offerAll(bar), tell(bar, { quietly: true })));
  tell(bar, { quietly: true });
}

function choose(event) {
  const all = boxes();
  const here = all.indexOf(event.target);
  const from = all.findIndex((box) => box.value.split(":")[0] === last);
  if (event.shiftKey && from >= 0)
    for (const box of all.slice(Math.min(from, here), Math.max(from, here) + 1)) box.checked = event.target.checked;
  last = event.target.value.split(":")[0];
}

let told = 0;
function tell(bar, { quietly = false } = {}) {
  const number = boxes().filter((box) => box.checked).length;
  const text = number ? said(bar, "chosen", number) : bar.dataset.none;
  const all = document.getElementById("bulk-all");
  if (all) {
    all.checked = number > 0 && number === boxes().length;
    all.indeterminate = number > 0 && !all.checked;
  }
  bar.querySelector("[data-count]").textContent = text;
  if (!quietly && number !== told) announce(number && !told ? `${text}. ${bar.dataset.actions}` : text);
  told = number;
}

// One box in the head of the list for all rows of the page; it is made here because without a script it could do nothing.
function offerAll(bar) {
  const place = document.querySelector("#queue-list thead .queue-pick");
  if (!place || place.firstElementChild || !boxes().length) return;
  const all = Object.assign(document.createElement("input"), { type: "checkbox", id: "bulk-all", className: "form-check-input" });
  all.setAttribute("aria-label", bar.dataset.all);
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    tell(bar);
  });
  place.append(all);
}
