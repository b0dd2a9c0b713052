// A link with data-choose="name" ticks every box of that name, or none where all are ticked. Without this file it loads
// the page anew with all of them ticked; here nothing typed meanwhile is lost.
import { announce } from "./confirm.js";

export function chooseRows() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-choose]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const boxes = [...document.querySelectorAll(`input[type=checkbox][name="${link.dataset.choose}"]`)];
    if (!boxes.length) return;
    event.preventDefault();
    const ticked = !boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = ticked;
    announce(`${link.dataset.chosen} ${boxes.filter((box) => box.checked).length}`);
  });
}
