// Files one by one, each with its progress; several at a time, dropped, chosen, or taken with the camera.
"use strict";

const form = document.getElementById("attachments");
const address = form.getAttribute("action"); // form.action is a button of that name
const list = document.getElementById("file-list");
const none = document.getElementById("no-files");
const told = document.getElementById("upload-status");
const row = document.getElementById("file-row");
const drop = document.getElementById("drop");
const words = form.dataset;
const SENT_AT_ONCE = 2;
const waiting = [];
let running = 0;

for (const input of form.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
}
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); take([...event.dataTransfer.files]); });
list.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=action]");
  if (!button) return;
  event.preventDefault();
  remove(button);
});
form.addEventListener("submit", (event) => {
  if (running || waiting.length) { event.preventDefault(); say(words.wait); alertOnce(words.wait); }
});
window.addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

function take(files) {
  for (const file of files) {
    const item = add(file);
    const wrong = refusal(file);
    if (wrong) fail(item, wrong); else waiting.push({ file, item });
  }
  next();
}

function refusal(file) {
  const type = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  if (!words.types.split(" ").includes(type)) return words.wrongType;
  if (file.size > Number(words.bytes)) return words.tooLarge;
  if (file.size === 0) return words.empty;
  const there = list.querySelectorAll("li.done, li.sending").length;
  return there > Number(words.most) ? words.tooMany : "";
}

function add(file) {
  const item = row.content.firstElementChild.cloneNode(true);
  item.className = "sending";
  item.querySelector(".name").textContent = file.name;
  item.querySelector(".size").textContent = size(file.size);
  const bar = item.querySelector("progress");
  bar.setAttribute("aria-label", `${words.sending} ${file.name}`);
  const button = item.querySelector("button");
  button.textContent = "✕";
  button.setAttribute("aria-label", words.cancel.replace("{}", file.name));
  button.addEventListener("click", () => leave(item));
  list.append(item);
  none.hidden = true;
  return item;
}

function next() {
  while (running < SENT_AT_ONCE && waiting.length) send(waiting.shift());
}

function send({ file, item }) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  const state = item.querySelector(".state");
  body.append("csrf", form.elements.csrf.value);
  body.append("file", file, file.name);
  item.request = request;
  running += 1;
  state.textContent = words.sending;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.floor((100 * event.loaded) / event.total);
    item.querySelector("progress").value = percent;
    state.textContent = percent < 100 ? `${words.sending} ${percent}%` : words.checking;
  });
  request.addEventListener("load", () => answered(request, file, item));
  request.addEventListener("error", () => fail(item, words.failed, file));
  request.addEventListener("loadend", () => { running -= 1; next(); });
  request.open("POST", address);
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
}

function answered(request, file, item) {
  let answer = {};
  try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
  if (request.status !== 201) { fail(item, answer.message || words.failed, request.status >= 500 ? file : null); return; }
  const button = document.createElement("button");
  Object.assign(button, { className: "button plain remove", name: "action", value: `remove:${answer.upload_id}`, textContent: "✕" });
  button.setAttribute("aria-label", words.remove.replace("{}", answer.filename));
  item.className = "done";
  item.querySelector(".name").textContent = answer.filename;
  item.querySelector(".size").textContent = answer.size;
  item.querySelector("progress").remove();
  item.querySelector(".state").textContent = words.done;
  item.querySelector("button").replaceWith(button);
  say(`${answer.filename}: ${words.done}`);
}

function fail(item, message, again = null) {
  item.className = "failed";
  item.querySelector("progress")?.remove();
  item.querySelector(".state").textContent = message;
  say(`${item.querySelector(".name").textContent}: ${message}`);
  if (!again) return;
  const button = document.createElement("button");
  Object.assign(button, { className: "button plain", type: "button", textContent: words.retry });
  button.addEventListener("click", () => { leave(item); take([again]); });
  item.append(button);
}

function leave(item) {
  const place = waiting.findIndex((each) => each.item === item);
  if (place >= 0) waiting.splice(place, 1);
  item.request?.abort();
  item.remove();
  none.hidden = list.children.length > 0;
  say(words.stopped);
}

async function remove(button) {
  const body = new FormData();
  body.append("csrf", form.elements.csrf.value);
  body.append("action", button.value);
  button.disabled = true;
  let done = false;
  try {
    done = (await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } })).ok;
  } catch { done = false; }
  button.disabled = false;
  if (!done) { say(words.failed); return; }
  button.closest("li").remove();
  none.hidden = list.children.length > 0;
  say(words.removed);
  document.getElementById("attached").focus();
}

function alertOnce(message) {
  const there = form.querySelector(".wait") ?? Object.assign(document.createElement("p"), { className: "error wait" });
  there.textContent = message;
  form.querySelector(".actions").before(there);
}

function say(message) { told.textContent = message; }

function size(octets) { return octets < 1048576 ? `${Math.max(1, Math.round(octets / 1024))} KB` : `${(octets / 1048576).toFixed(1)} MB`; }
