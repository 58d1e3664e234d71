// The queue, better with a script: rows that changed are renewed without reload, single keys, and all boxes at once. What
// was ticked, and where one is, stays.
"use strict";

const PAUSE = 100;
const BETWEEN = 400;
const TIMES = 3; // the longer the last renewal took, the longer the next one waits: a busy server is asked less
const KEYS = "staff-keys";
const told = document.getElementById("live");
let due = 0;
let busy = false;
let again = false;
let free = 0;
let unread = 0;

for (const element of document.querySelectorAll(".js-only")) element.hidden = false;
window.staffLive(soon, (isOn) => { state(isOn); if (isOn) soon(); });
document.addEventListener("change", (event) => { if (event.target.id === "all") tickAll(event.target.checked); count(); });
keyboard();
count();

function soon() {
  if (busy) again = true;
  else due ||= setTimeout(renew, Math.max(PAUSE, free - performance.now()));
}

async function renew() {
  const began = performance.now();
  due = 0;
  busy = true;
  await look().finally(() => { busy = false; });
  free = performance.now() + Math.max(BETWEEN, TIMES * (performance.now() - began));
  if (again) { again = false; soon(); }
}

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) { state(false); return; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  state(true);
  const changed = merged(page);
  if (changed) { unread += changed; said(told.dataset.new.replace("{}", unread)); }
  count();
}

function merged(page) {
  const focused = document.activeElement?.closest?.("#rows tr")?.id;
  const part = document.activeElement?.matches?.("[name=chosen]") ? "[name=chosen]" : ".open";
  const before = new Map(rows().map((row) => [row.dataset.number, row]));
  const fresh = [...page.querySelectorAll("#rows tr")];
  let changed = 0;
  for (const row of fresh) {
    const old = before.get(row.dataset.number);
    if (old && old.dataset.version === row.dataset.version) { row.replaceWith(kept(old, row)); continue; }
    changed += 1;
    row.classList.add("new");
    const box = row.querySelector("[name=chosen]");
    if (old && box) box.checked = old.querySelector("[name=chosen]").checked;
  }
  const there = fresh.length || before.size;
  if (there) document.getElementById("list").replaceChildren(...page.getElementById("list").childNodes);
  const views = document.getElementById("views");
  if (!views.contains(document.activeElement)) views.replaceChildren(...page.getElementById("views").childNodes);
  if (focused) document.getElementById(focused)?.querySelector(part)?.focus({ preventScroll: true });
  return changed;
}

function kept(old, row) {
  const due = row.querySelector(".due");
  old.querySelector(".due")?.replaceWith(due ?? "");
  return old;
}

function rows() { return [...document.querySelectorAll("#rows tr")]; }

function said(text) { told.textContent = text; }

function state(isOn) {
  told.hidden = false;
  told.classList.toggle("off", !isOn);
  if (!isOn || !unread) said(isOn ? told.dataset.on : told.dataset.off);
}

function boxes() { return [...document.querySelectorAll("[name=chosen]")]; }

function tickAll(isTicked) { for (const box of boxes()) box.checked = isTicked; }

function count() {
  const output = document.getElementById("ticked");
  const ticked = boxes().filter((box) => box.checked).length;
  if (output) output.textContent = ticked ? output.dataset.text.replace("{}", ticked) : "";
}

function keyboard() {
  const dialog = document.getElementById("keys");
  const box = document.getElementById("keys-on");
  box.checked = localStorage.getItem(KEYS) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEYS, box.checked ? "on" : "off"));
  document.getElementById("keys-open").addEventListener("click", () => dialog.showModal());
  const does = { j: () => move(1), k: () => move(-1), o: () => here()?.querySelector(".open").click(), x: tick, "/": search, "?": () => dialog.showModal() };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input:not([type=checkbox]), select, textarea") || dialog.open;
    if (isTyping || !box.checked || event.ctrlKey || event.metaKey || event.altKey || !does[event.key]) return;
    event.preventDefault();
    does[event.key]();
  });
}

function here() { return document.activeElement?.closest?.("#rows tr"); }

function move(step) {
  const all = rows();
  const at = all.indexOf(here());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.querySelector(".open").focus();
}

function tick() {
  const box = here()?.querySelector("[name=chosen]");
  if (box) { box.checked = !box.checked; count(); }
}

function search() { document.getElementById("q").focus(); }
