// A strip of links that is wider than the screen begins where its current one is.
export function showCurrentOfStrips() {
  for (const one of document.querySelectorAll(".views [aria-current]")) {
    const strip = one.closest(".views");
    strip.scrollLeft += one.getBoundingClientRect().left - strip.getBoundingClientRect().left - strip.clientWidth / 3;
  }
}
