// The composer's comforts: buttons that write Markdown and can be undone, how the text will look, Ctrl-Enter, and a field
// that grows. The form works without any of it.

const SHORTCUTS = { KeyB: "bold", KeyI: "italic", KeyK: "link" };
const MOST_ROWS = 20;

// What each button does to the chosen text: what is put around it, or before each line.
const TOOLS = {
  bold: { around: ["**", "**"] },
  italic: { around: ["*", "*"] },
  link: { around: ["[", "](https://)"], address: true },
  list: { before: "- " },
  quote: { before: "> " },
  code: { around: ["`", "`"], block: ["```\n", "\n```"] },
  slash: { types: "/" },
  at: { types: "@" },
};

// Written as if typed, so that the browser can undo it.
export function write(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.focus();
  area.setSelectionRange(from, to);
  if (document.execCommand?.("insertText", false, text)) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function wrap(area, tool) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const chosen = value.slice(from, to);
  const [open, close] = tool.block && chosen.includes("\n") ? tool.block : tool.around;
  const [before, after] = [value.slice(from - open.length, from), value.slice(to, to + close.length)];
  if (before === open && after === close && !tool.address) {
    write(area, chosen, from - open.length, to + close.length);
    return area.setSelectionRange(from - open.length, to - open.length);
  }
  write(area, open + chosen + close);
  if (tool.address && chosen) {
    const address = from + open.length + chosen.length + 2;
    return area.setSelectionRange(address, address + "https://".length);
  }
  area.setSelectionRange(from + open.length, from + open.length + chosen.length);
}

function markLines(area, mark) {
  const { value } = area;
  const from = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const next = value.indexOf("\n", area.selectionEnd);
  const to = next < 0 ? value.length : next;
  const lines = value.slice(from, to).split("\n");
  const marked = lines.every((line) => line.startsWith(mark));
  const text = lines.map((line) => (marked ? line.slice(mark.length) : mark + line)).join("\n");
  write(area, text, from, to);
  area.setSelectionRange(lines.length > 1 ? from : from + text.length, from + text.length);
}

function apply(area, name) {
  const tool = TOOLS[name];
  if (tool.around) wrap(area, tool);
  else if (tool.before) markLines(area, tool.before);
  else {
    const before = area.value.slice(0, area.selectionStart);
    write(area, before === "" || /\s$/.test(before) ? tool.types : ` ${tool.types}`);
  }
}

function grow(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.dataset.rows ??= area.rows;
  area.rows = Math.min(MOST_ROWS, Math.max(Number(area.dataset.rows), area.value.split("\n").length + 1));
}

async function look(form, area, panel) {
  if (!area.value.trim()) return (panel.textContent = form.dataset.previewEmpty);
  const body = new FormData();
  body.append("text", area.value);
  panel.setAttribute("aria-busy", "true");
  const answer = await fetch(form.dataset.preview, {
    method: "POST", body, redirect: "manual", headers: { "X-CSRFToken": form.elements.csrf_token.value },
  }).catch(() => null);
  panel.removeAttribute("aria-busy");
  if (answer?.ok) panel.innerHTML = await answer.text(); // made safe by what makes messages safe
  else panel.textContent = form.dataset.previewFailed;
}

function tabs(form, area) {
  const all = [...form.querySelectorAll("[role=tab]")];
  const panels = { write: form.querySelector("[data-writing]"), preview: form.querySelector(".composer-preview") };
  const choose = (tab, { focus = false } = {}) => {
    for (const one of all) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      panels[one.dataset.tab].hidden = !chosen;
    }
    form.querySelector(".composer-tools").classList.toggle("is-idle", tab.dataset.tab === "preview");
    if (tab.dataset.tab === "preview") look(form, area, panels.preview);
    if (focus) tab.focus();
  };
  for (const tab of all) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      event.preventDefault();
      choose(all[(all.indexOf(tab) + 1) % all.length], { focus: true });
    });
  }
  return () => choose(all[0]);
}

function outfit(form) {
  const area = form.elements.text;
  if (!area) return;
  form.querySelectorAll("[data-script-only]").forEach((part) => (part.hidden = false));
  const backToWriting = tabs(form, area);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tool]");
    if (!button) return;
    backToWriting();
    apply(area, button.dataset.tool);
  });
  area.addEventListener("keydown", (event) => {
    const tool = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && SHORTCUTS[event.code];
    if (!tool) return;
    event.preventDefault();
    event.stopPropagation(); // Ctrl-K is the palette's everywhere else
    apply(area, tool);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[type=submit]"));
  });
  area.addEventListener("input", () => grow(area));
  form.addEventListener("draft:filled", () => grow(area));
  form.addEventListener("invalid", backToWriting, true);
  grow(area);
}

export function helpWriting() {
  document.querySelectorAll("form[data-composer]").forEach(outfit);
}
