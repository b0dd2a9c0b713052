// Panels of filters: their choices are fetched when they are opened first. Until then, and where it fails, a panel has a link to
// the page with all filters, and the form sends what was chosen before.
export function fillFacets() {
  document.addEventListener("toggle", (event) => event.target.matches?.(".facet[open]") && fill(event.target.querySelector("[data-part]")), true);
}

async function fill(panel) {
  if (!panel) return;
  const url = `${panel.closest("[data-fills]").dataset.fills}&part=${panel.dataset.part}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || !panel.dataset.part) return;
  panel.innerHTML = await answer.text();
  panel.removeAttribute("data-part");
}
