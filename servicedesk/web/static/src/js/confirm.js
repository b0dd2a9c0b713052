// Forms with data-confirm ask once, at the button itself: the first press arms it, the second sends.
export function askOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = form.dataset.confirm;
    if (!question || form.dataset.armed) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter ?? form.querySelector("[type=submit]");
    arm(form, button, question);
  }, true);
}

function arm(form, button, question) {
  const label = button.querySelector(".btn-text") ?? button;
  const before = label.textContent;
  form.dataset.armed = "yes";
  label.textContent = question;
  announce(question);
  const disarm = () => {
    delete form.dataset.armed;
    label.textContent = before;
  };
  button.addEventListener("blur", disarm, { once: true });
  button.addEventListener("keydown", (event) => event.key === "Escape" && disarm());
}

export function announce(text) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
}
