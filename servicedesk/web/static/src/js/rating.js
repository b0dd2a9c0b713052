// A score at or below the form's limit asks for a comment. The server checks it too; without this the help text says so.
function update(form) {
  const limit = Number(form.dataset.rating);
  const field = form.querySelector("[data-rating-comment]");
  const comment = field?.querySelector("textarea");
  if (!comment) return;
  const low = [...form.querySelectorAll(".scale input:checked")].some((one) => Number(one.value) <= limit);
  comment.required = low;
  field.classList.toggle("is-required", low);
  field.querySelector("[data-when-low]")?.toggleAttribute("hidden", !low);
  field.querySelector("[data-when-high]")?.toggleAttribute("hidden", low);
}

export function watchScores() {
  const forms = () => document.querySelectorAll("form[data-rating]");
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-rating]");
    if (form) update(form);
  });
  document.addEventListener("htmx:after:swap", () => forms().forEach(update));
  forms().forEach(update);
}
