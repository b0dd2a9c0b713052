// Offers the time zone that this browser has, where it is another one than the field says. The words are the page's.
export function offerZone() {
  const place = document.querySelector("[data-zone]");
  const input = place?.querySelector("input");
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!input || !own?.includes("/") || own === input.value || (!input.value && own === input.placeholder)) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm";
  button.textContent = place.dataset.zone.replace("{}", own.replaceAll("_", " "));
  button.addEventListener("click", () => {
    input.value = own;
    input.focus();
    button.remove();
  });
  place.append(button);
}
