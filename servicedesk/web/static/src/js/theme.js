// The server renders data-bs-theme, or none for "system", which CSS resolves by itself; so nothing flashes.
// This applies a choice at once and lets the server remember it without a page load.
export function switchTheme() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("themeForm" in form.dataset) || event.submitter?.name !== "theme") return;
    event.preventDefault();
    const choice = event.submitter.value;
    const root = document.documentElement;
    if (choice === "system") root.removeAttribute("data-bs-theme");
    else root.setAttribute("data-bs-theme", choice);
    form.querySelectorAll('[name="theme"]').forEach((one) => one.setAttribute("aria-pressed", String(one.value === choice)));
    fetch(event.submitter.formAction, { method: "POST", body: new FormData(form, event.submitter), credentials: "same-origin" });
  });
}
