// A score at or below the form's limit asks for a comment; above it the field waits behind a button. The server checks it
// too; without this the field is always there and the help text says when it is needed.
function update(form) {
  const limit = Number(form.dataset.rating);
  const field = form.querySelector("[data-rating-comment]");
  const comment = field?.querySelector("textarea");
  if (!comment) return;
  const low = [...form.querySelectorAll(".scale input:checked")].some((one) => Number(one.value) <= limit);
  const wanted = low || comment.value !== "" || "commentWanted" in form.dataset;
  comment.required = low;
  field.classList.toggle("is-required", low);
  field.hidden = !wanted;
  const add = form.querySelector(".rating-add");
  if (add) add.hidden = wanted;
  field.querySelector("[data-when-low]")?.toggleAttribute("hidden", !low);
  field.querySelector("[data-when-high]")?.toggleAttribute("hidden", low);
}

function openComment(form) {
  form.dataset.commentWanted = "";
  update(form);
  form.querySelector("[data-rating-comment] textarea")?.focus();
}

export function watchScores() {
  const forms = () => document.querySelectorAll("form[data-rating]");
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-rating]");
    if (form) update(form);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-comment]");
    if (button) openComment(button.form);
  });
  document.addEventListener("htmx:after:swap", () => forms().forEach(update));
  forms().forEach(update);
}
