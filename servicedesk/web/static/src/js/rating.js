// A score of 5 or below asks for a comment. The server checks it too; without this the help text says so.
export function watchScores() {
  document.querySelectorAll("form[data-rating]").forEach((form) => {
    const limit = Number(form.dataset.rating);
    const field = form.querySelector("[data-rating-comment]");
    const comment = field?.querySelector("textarea");
    if (!comment) return;
    const update = () => {
      const low = [...form.querySelectorAll(".scale input:checked")].some((one) => one.value && Number(one.value) <= limit);
      comment.required = low;
      field.classList.toggle("is-required", low);
      field.querySelector("[data-when-low]")?.toggleAttribute("hidden", !low);
      field.querySelector("[data-when-high]")?.toggleAttribute("hidden", low);
    };
    form.addEventListener("change", update);
    update();
  });
}
