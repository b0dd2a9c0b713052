// Files that go with words are sent as soon as they are chosen, dropped on the form or pasted, each with its own bar, and wait
// in the form as hidden fields. Without this file they come with the form; the server's words are in data-attributes.
import { announce } from "./confirm.js";

const named = (text, name) => text.replace("{name}", name);
const changed = (form) => form.dispatchEvent(new Event("input", { bubbles: true }));

function lineFor(part, file, cancel) {
  const line = document.createElement("li");
  line.className = "file-item file-sending";
  const name = document.createElement("span");
  name.className = "file-name";
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", named(part.dataset.sending, file.name));
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "btn btn-quiet btn-sm file-remove";
  stop.textContent = "×";
  stop.setAttribute("aria-label", named(part.dataset.cancel, file.name));
  stop.addEventListener("click", cancel);
  line.append(name, bar, stop);
  return { line, bar };
}

function refuse(part, line, sentence) {
  line.className = "file-item field-error";
  line.textContent = sentence;
  announce(sentence);
  setTimeout(() => part.querySelector("input[type=file]").focus({ preventScroll: true }));
}

function send(part, file) {
  const form = part.closest("form");
  const list = part.querySelector(".file-list");
  const request = new XMLHttpRequest();
  const { line, bar } = lineFor(part, file, () => {
    request.abort();
    line.remove();
    part.querySelector("input[type=file]").focus();
  });
  list.append(line);
  if (file.size > Number(part.dataset.most)) return refuse(part, line, named(part.dataset.tooLarge, file.name));
  const body = new FormData();
  body.append("file", file, file.name);
  request.open("POST", part.dataset.address);
  request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
  request.upload.addEventListener("progress", (event) => event.lengthComputable && (bar.value = (event.loaded / event.total) * 100));
  request.addEventListener("error", () => refuse(part, line, named(part.dataset.failed, file.name)));
  request.addEventListener("loadend", () => {
    form.dataset.sending = String(Number(form.dataset.sending) - 1);
    form.dispatchEvent(new CustomEvent("files:settled"));
  });
  request.addEventListener("load", () => {
    if (request.status !== 201) {
      const told = request.getResponseHeader("Content-Type")?.startsWith("text/plain");
      return refuse(part, line, told ? `${file.name}: ${request.responseText}` : named(part.dataset.failed, file.name));
    }
    line.insertAdjacentHTML("beforebegin", request.responseText);
    const field = line.previousElementSibling.querySelector("input[type=hidden]");
    field.name = part.querySelector("input[type=file]").dataset.name;
    line.remove();
    offerRemoving(part);
    announce(named(part.dataset.sent, file.name));
    changed(form);
  });
  form.dataset.sending = String(Number(form.dataset.sending ?? 0) + 1);
  request.send(body);
}

const sendAll = (part, files) => [...files].forEach((file) => send(part, file));

function offerRemoving(part) {
  part.querySelectorAll("[data-file-remove]").forEach((button) => (button.hidden = false));
  part.querySelectorAll(".file-drop").forEach((label) => label.remove());
}

// A pasted picture has no name of its own.
function pasted(part, files) {
  const at = new Date().toISOString().slice(0, 19).replace(/[T:]/g, "-");
  return [...files].map((file, number) => {
    if (file.name && file.name !== "image.png") return file;
    const ending = file.type.split("/")[1] ?? "png";
    return new File([file], `${part.dataset.picture}-${at}${number ? `-${number + 1}` : ""}.${ending}`, { type: file.type });
  });
}

function watch(part) {
  const form = part.closest("form");
  const input = part.querySelector("input[type=file]");
  // What is chosen goes at once, so that the form itself carries none of it a second time.
  input.dataset.name = input.name;
  input.removeAttribute("name");
  part.classList.add("files-live");
  offerRemoving(part);
  input.addEventListener("change", () => {
    sendAll(part, input.files);
    input.value = "";
  });
  part.addEventListener("click", (event) => {
    const button = event.target.closest("[data-file-remove]");
    if (!button) return;
    button.closest("[data-file]").remove();
    announce(part.dataset.removed);
    input.focus();
    changed(form);
  });
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    sendAll(part, pasted(part, event.clipboardData.files));
  });
  acceptDrops(form, part);
  form.addEventListener("submit", (event) => {
    if (!Number(form.dataset.sending)) return;
    // Sent when the last of them has come.
    event.preventDefault();
    event.stopImmediatePropagation();
    announce(part.dataset.wait);
    const button = event.submitter;
    const again = () => {
      if (Number(form.dataset.sending)) return;
      form.removeEventListener("files:settled", again);
      form.requestSubmit(button);
    };
    form.addEventListener("files:settled", again);
  });
}

function acceptDrops(form, part) {
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    form.classList.add("takes-drop");
  });
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("takes-drop"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("takes-drop");
    if (!carries(event)) return;
    event.preventDefault();
    sendAll(part, event.dataTransfer.files);
  });
}

export function takeFiles() {
  document.querySelectorAll("form [data-files]").forEach(watch);
}
