// Buttons that print the page appear where they can work; printing itself needs no script.
export function offerPrinting() {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
}

// What a definition shows on hover or focus goes away on Escape, without moving the pointer.
export function dismissDefinitions() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll(".definition:hover, .definition:focus-within").forEach((one) => one.classList.add("is-dismissed"));
  });
  document.addEventListener("pointerout", (event) => event.target.closest?.(".definition")?.classList.remove("is-dismissed"));
  document.addEventListener("focusout", (event) => event.target.closest?.(".definition")?.classList.remove("is-dismissed"));
}
