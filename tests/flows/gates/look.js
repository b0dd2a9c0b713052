// Questions to a page as it is painted. Each gives a list of sentences; an empty one means that nothing is wrong.
() => {
  const shown = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: true });
  // Kept for screen readers only: no bigger than a point, or cut away on purpose.
  const aside = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.clipPath.startsWith("inset(50%") || one.classList.contains("visually-hidden")) return true;
    }
    return false;
  };
  const said = (element) => {
    const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 50);
    const mark = element.id ? `#${element.id}` : element.className && typeof element.className === "string" ? `.${element.className.trim().split(/\s+/)[0]}` : "";
    return `<${element.tagName.toLowerCase()}${mark}> “${text}”`;
  };
  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!node.data.trim() || !element || element.closest("svg, script, style, noscript, option, [hidden]") || !shown(element) || aside(element)) continue;
      found.push({ node, element });
    }
    return found;
  };
  const rectsOf = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter((rect) => rect.width > 1 && rect.height > 1);
  };

  const sideways = () => {
    const root = document.documentElement;
    const beyond = root.scrollWidth - root.clientWidth;
    if (beyond <= 0) return [];
    const wide = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > root.clientWidth + 1 && shown(one) && !aside(one) && !scrolls(one));
    // Words may run out of a box that is narrow enough itself.
    const running = texts().filter(({ node, element }) => !scrolls(element) && rectsOf(node).some((rect) => rect.right > root.clientWidth + 1)).map(({ element }) => element);
    return [`scrolls ${beyond} px sideways at ${root.clientWidth} px: ${[...wide, ...running].slice(-3).map(said).join(", ")}`];
  };
  // Whether it lies in something that scrolls or cuts by itself.
  const scrolls = (element) => {
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) if (getComputedStyle(one).overflowX !== "visible") return true;
    return false;
  };

  // Text that runs out of a box which shows nothing beyond itself, and no title gives the whole of it.
  const cut = () => {
    const found = new Set();
    for (const { node, element } of texts()) {
      for (let box = element; box && box !== document.documentElement; box = box.parentElement) {
        const style = getComputedStyle(box);
        const hides = { x: ["hidden", "clip"].includes(style.overflowX), y: ["hidden", "clip"].includes(style.overflowY) };
        if (["auto", "scroll"].includes(style.overflowX) || ["auto", "scroll"].includes(style.overflowY)) break;
        if (!hides.x && !hides.y) continue;
        const edge = box.getBoundingClientRect();
        const beyond = rectsOf(node).some((rect) => (hides.x && (rect.right > edge.right + 1.5 || rect.left < edge.left - 1.5)) || (hides.y && (rect.bottom > edge.bottom + 3 || rect.top < edge.top - 3)));
        if (beyond && !box.title && !element.closest("[title]")) found.add(`text is cut: ${said(element)} in ${said(box).split(" “")[0]}`);
      }
    }
    for (const control of document.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), button, select, summary")) {
      if (!shown(control) || aside(control) || !control.clientWidth) continue;
      if (control.multiple && control.localName === "select") continue; // scrolls by itself
      if (control.scrollHeight > control.clientHeight + 4 && getComputedStyle(control).overflowY !== "visible") found.add(`text is cut: ${said(control)}`);
    }
    return [...found];
  };

  // Words over other words. What floats above the page on purpose is left out.
  const overlapping = () => {
    const floats = (element) => {
      for (let one = element; one && one !== document.body; one = one.parentElement) if (["fixed", "sticky"].includes(getComputedStyle(one).position) || one.matches("dialog, .menu-panel, .count")) return true;
      return false;
    };
    const lines = [];
    for (const { node, element } of texts()) {
      if (floats(element)) continue;
      for (const rect of rectsOf(node)) lines.push({ element, rect });
    }
    lines.sort((a, b) => a.rect.top - b.rect.top);
    const found = new Set();
    for (let i = 0; i < lines.length; i += 1) {
      for (let j = i + 1; j < lines.length && lines[j].rect.top < lines[i].rect.bottom; j += 1) {
        const [a, b] = [lines[i], lines[j]];
        if (a.element === b.element || a.element.contains(b.element) || b.element.contains(a.element) || clipped(a) || clipped(b)) continue;
        const across = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left);
        const down = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top);
        if (across > 3 && down > Math.min(a.rect.height, b.rect.height) * 0.35) found.add(`words over words: ${said(a.element)} and ${said(b.element)}`);
      }
    }
    return [...found];
  };
  // Scrolled out of the box it lies in.
  const clipped = ({ element, rect }) => {
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) {
      if (getComputedStyle(one).overflowX === "visible") continue;
      const edge = one.getBoundingClientRect();
      if (rect.left >= edge.right - 1 || rect.right <= edge.left + 1 || rect.top >= edge.bottom - 1 || rect.bottom <= edge.top + 1) return true;
    }
    return false;
  };

  window.look = { sideways, cut, overlapping };
}
