// <details class="menu"> and "more" open by themselves; this closes them on Escape and on a press elsewhere.
export function closeMenus() {
  const open = () => document.querySelectorAll("details:is(.menu, .more)[open]");
  document.addEventListener("click", (event) => {
    open().forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });
}
