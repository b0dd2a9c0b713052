// A list under a text field that offers what fits the word at the caret. The focus stays in the field; the list is told to
// screen readers by aria-activedescendant. Who uses it says what begins the word, what fits, and what is written.
import { announce } from "./confirm.js";
import { write } from "./composer.js";

const WAIT = 120;

// begins: RegExp for the text before the caret, its group 1 the mark with the word, group 2 the word.
// find(word): choices {label, note}; choose(choice, insert): insert(text) writes in the place of mark and word.
export function suggestIn(area, list, { begins, find, choose, footer }) {
  const state = { choices: [], at: 0, word: null, timer: 0, asked: 0 };
  list.setAttribute("role", "listbox");
  const close = () => {
    clearTimeout(state.timer);
    state.asked += 1;
    list.parentElement.hidden = true;
    area.removeAttribute("aria-activedescendant");
  };
  const isOpen = () => !list.parentElement.hidden;

  const mark = (at) => {
    state.at = (at + state.choices.length) % state.choices.length;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === state.at)));
    area.setAttribute("aria-activedescendant", list.children[state.at].id);
    list.children[state.at].scrollIntoView({ block: "nearest" });
  };

  const show = (choices) => {
    state.choices = choices;
    if (!choices.length) return close();
    list.replaceChildren(...choices.map(({ label, note }, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      const name = document.createElement("strong");
      name.textContent = label;
      option.append(name);
      if (note) option.append(" ", Object.assign(document.createElement("span"), { className: "soft small", textContent: note }));
      return option;
    }));
    if (footer) footer.hidden = false;
    list.parentElement.hidden = false;
    area.setAttribute("aria-controls", list.id);
    mark(0);
    announce(`${list.dataset.found} ${choices.length}`);
  };

  const look = () => {
    clearTimeout(state.timer);
    const before = area.value.slice(0, area.selectionStart);
    const found = area.selectionStart === area.selectionEnd && begins.exec(before);
    if (!found) return close();
    state.word = { from: before.length - found[1].length, to: before.length };
    const asked = ++state.asked;
    state.timer = setTimeout(async () => {
      const choices = await find(found[2]);
      if (asked === state.asked) show(choices);
    }, WAIT);
  };

  const take = (choice) => {
    const { from, to } = state.word;
    close();
    choose(choice, (text) => write(area, text, from, to));
  };

  area.addEventListener("input", look);
  area.addEventListener("blur", () => setTimeout(close, 150));
  area.addEventListener("click", close);
  area.addEventListener("keydown", (event) => {
    if (!isOpen() || event.isComposing) return;
    const to = { ArrowDown: state.at + 1, ArrowUp: state.at - 1 }[event.key];
    if (to !== undefined) mark(to);
    else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(state.choices[state.at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // The pointer must not take the focus from the field.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(state.choices[[...list.children].indexOf(option)]);
  });
}
