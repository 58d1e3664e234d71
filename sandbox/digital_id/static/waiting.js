// Goes on as soon as the phone has answered. Without it the page reloads itself (meta refresh in noscript).
"use strict";

const PAUSE = 1500;
const address = document.querySelector("[data-state]").dataset.state;

async function look() {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok || (await answer.json()).answered) {
      location.reload();
      return;
    }
  } catch {
    // The sandbox is being restarted: the next look will find it.
  }
  setTimeout(look, PAUSE);
}

setTimeout(look, PAUSE);
