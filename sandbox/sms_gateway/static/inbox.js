// Shows new texts without a full reload. Without it the page reloads itself (meta refresh in noscript).
"use strict";

const seconds = Number(document.body.dataset.refreshSeconds);
const parts = [".threads ul, .threads > .empty", ".thread header", ".bubbles"];

async function look() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) show(document.querySelector(part), fresh.querySelector(part));
  } catch {
    // The sandbox is being restarted: the next look will find it.
  } finally {
    setTimeout(look, seconds * 1000);
  }
}

function show(old, fresh) {
  if (!old || !fresh || old.outerHTML === fresh.outerHTML) return;
  if (old.tagName === fresh.tagName) old.replaceChildren(...fresh.childNodes);
  else old.replaceWith(fresh);
  if (old.matches(".bubbles")) toNewest();
}

function toNewest() {
  const bubbles = document.querySelector(".bubbles");
  bubbles.scrollTop = bubbles.scrollHeight;
}

toNewest();
setTimeout(look, seconds * 1000);
