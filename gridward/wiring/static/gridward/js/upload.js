// Owns the comfort around a plain file field: dropping, an early word about kind and size, progress.
// Refuses to judge content: the server reads the file and answers; without scripts the form posts as it is.

function complaint(zone, file) {
  const kinds = zone.dataset.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const known = kinds.length === 0 || kinds.some((kind) => file.name.toLowerCase().endsWith(kind));
  if (!known) return zone.dataset.textKind;
  const limit = Number(zone.dataset.limitMb);
  return limit && file.size > limit * 1024 * 1024 ? zone.dataset.textSize : "";
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function show(zone, input) {
  const words = zone.querySelector(".gw-drop-words");
  const file = input.files[0];
  if (!file) {
    words.textContent = zone.dataset.textDrop;
    return;
  }
  const wrong = complaint(zone, file);
  input.setCustomValidity(wrong);
  zone.classList.toggle("gw-drop-wrong", wrong !== "");
  words.textContent = wrong || `${file.name} · ${size(file.size)}`;
}

function equip(zone) {
  if (zone.dataset.equipped) return;
  zone.dataset.equipped = "yes";
  const input = zone.querySelector("input[type=file]");
  input.addEventListener("change", () => show(zone, input));
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("gw-drop-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("gw-drop-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("gw-drop-over");
    input.files = event.dataTransfer.files;
    show(zone, input);
  });
  show(zone, input);
}

function arrive(form, request) {
  if (request.responseURL && request.responseURL !== new URL(form.action).href) {
    location.assign(request.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("main");
  if (answer) document.querySelector("main").replaceWith(answer);
  else location.reload();
  document.querySelectorAll("[data-drop]").forEach(equip);
}

function send(form) {
  const bar = form.querySelector("progress[data-upload-progress]");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.upload.addEventListener("progress", (event) => {
    if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
  });
  request.addEventListener("load", () => arrive(form, request));
  // The line broke: post once more in the plain way, so that the browser shows what is wrong.
  request.addEventListener("error", () => HTMLFormElement.prototype.submit.call(form));
  if (bar) bar.hidden = false;
  form.querySelectorAll("button").forEach((button) => (button.disabled = true));
  request.send(new FormData(form));
}

document.querySelectorAll("[data-drop]").forEach(equip);
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("[data-drop]").forEach(equip));
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-upload]")) return;
  event.preventDefault();
  send(event.target);
});
