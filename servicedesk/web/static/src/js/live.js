// Polling manners: a hidden tab does not ask, and a list under someone's hands is not swapped away.
export function guardPolling() {
  document.addEventListener("htmx:config:request", (event) => {
    const source = event.target;
    if (!source.matches?.("[data-polls]")) return;
    const busy = source.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, button");
    if (document.hidden || busy) event.preventDefault();
  });
}
