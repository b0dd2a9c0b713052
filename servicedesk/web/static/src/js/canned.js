// Prepared replies: "/" at the beginning of a word in the composer offers them, filled in by the server.
import { suggestIn } from "./suggesting.js";

const fits = (word) => ({ shortcut, title }) => `${shortcut} ${title}`.toLocaleLowerCase().includes(word.toLocaleLowerCase());

function first(word) {
  return (one, other) => Number(other.shortcut.startsWith(word)) - Number(one.shortcut.startsWith(word));
}

function offer(form) {
  const list = form.querySelector("[data-canned]");
  const area = form.elements.text;
  if (!list || !area) return;
  let known;
  const replies = () => {
    known ??= fetch(list.dataset.canned, { redirect: "manual", headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error())))
      .then(({ items }) => items)
      .catch(() => {
        known = undefined; // asked again at the next letter
        return [];
      });
    return known;
  };
  suggestIn(area, list, {
    begins: /(?:^|\s)(\/([\p{L}\p{N}.-]*))$/u,
    find: async (word) => (await replies()).filter(fits(word)).sort(first(word)).slice(0, 12)
      .map((reply) => ({ ...reply, label: `/${reply.shortcut}`, note: reply.title })),
    choose: ({ text, kind }, insert) => {
      insert(text);
      const radio = kind && form.querySelector(`[name=kind][value="${kind}"]`);
      if (!radio || radio.checked) return;
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    },
  });
}

export function offerReplies() {
  document.querySelectorAll("form[data-composer]").forEach(offer);
}
