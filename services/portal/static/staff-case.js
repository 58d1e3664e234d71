// The case, better with a script: forms open in their place, standard texts go to where the cursor is, and what others do is
// shown while it happens. A form that is open is never touched.
"use strict";

const LATER = 400;
const page = document.querySelector(".case");
let renewal = 0;

prepare();
window.staffLive((fact) => { if (fact.number === page.dataset.number) later(); }, (isOn) => { if (isOn) later(); });

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  const filler = event.target.closest("[data-fill]");
  if (event.ctrlKey || event.metaKey || event.shiftKey || !(opener || filler)) return;
  event.preventDefault();
  if (filler) fill(filler); else open(opener.href);
});

function prepare() {
  document.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
  document.querySelector(".act [aria-invalid], .act .wrong :is(input, select, textarea)")?.focus();
  for (const form of document.querySelectorAll("form[data-once]")) once(form);
}

function once(form) {
  let sent = false;
  form.addEventListener("submit", (event) => { if (sent) event.preventDefault(); sent = true; });
  window.addEventListener("pageshow", () => { sent = false; });
}

async function open(address) {
  const fresh = await fetched(address);
  if (!fresh) { location.assign(address); return; }
  document.getElementById("act").replaceWith(fresh.getElementById("act"));
  const act = document.getElementById("act");
  for (const form of act.querySelectorAll("form[data-once]")) once(form);
  (act.querySelector("textarea, select, input:not([type=hidden])") ?? act).focus();
}

function fill(filler) {
  const field = document.querySelector(`.act [name="${filler.dataset.fill}"]`);
  field.setRangeText(filler.dataset.text, field.selectionStart, field.selectionEnd, "end");
  field.focus();
}

function later() { renewal ||= setTimeout(renew, LATER); }

async function renew() {
  renewal = 0;
  const fresh = await fetched(`${location.pathname.replace(/[/]do[/].*|[/]reveal$/, "")}`);
  const version = fresh?.querySelector(".case")?.dataset.version;
  if (!version) return;
  const isNewer = version !== page.dataset.version;
  for (const part of document.querySelectorAll("[data-part]")) renewed(part, fresh);
  page.dataset.version = version;
  const isOpen = document.querySelector(".act form") !== null;
  document.getElementById("changed").hidden = !(isNewer && isOpen) && document.getElementById("changed").hidden;
  if (isNewer && !isOpen) document.getElementById("act").replaceWith(fresh.getElementById("act"));
}

function renewed(part, fresh) {
  const other = fresh.getElementById(part.id);
  if (!other || part.contains(document.activeElement) || part.querySelector(".leaflet-container")) return;
  if (other.textContent !== part.textContent) part.replaceWith(other);
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
