// "@" at the beginning of a word in the composer offers people who may read what is being written.
import { suggestIn } from "./suggesting.js";

function offer(form) {
  const list = form.querySelector("[data-people]");
  const area = form.elements.text;
  if (!list || !area) return;
  suggestIn(area, list, {
    begins: /(?:^|[\s(])(@([\p{L}\p{N}.'’-]*(?: [\p{L}\p{N}.'’-]+)?))$/u,
    find: async (word) => {
      const kind = new FormData(form).get("kind") ?? "";
      const asked = new URLSearchParams({ q: word, kind });
      const answer = await fetch(`${list.dataset.people}?${asked}`, { redirect: "manual", headers: { Accept: "application/json" } }).catch(() => null);
      const items = answer?.ok ? (await answer.json()).items : [];
      return items.map((person) => ({ ...person, label: person.name, note: person.department }));
    },
    choose: ({ called }, insert) => insert(`@${called} `),
  });
}

export function offerPeople() {
  document.querySelectorAll("form[data-composer]").forEach(offer);
}
