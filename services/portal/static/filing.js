// The filing pages, better with a script: search in the categories, copying, one press of "ยืนยัน" at a time, and the error
// summary in focus. Without a script each of them works as the page came.
"use strict";

for (const element of document.querySelectorAll(".js-only")) element.hidden = false;
for (const element of document.querySelectorAll(".no-js-only")) element.hidden = true;

document.querySelector("#error-summary, [role=alert]")?.focus();
document.querySelector(".matches")?.focus();

const search = document.getElementById("category-search");
if (search) {
  const fieldset = document.getElementById("category");
  const told = document.getElementById("category-count");
  const groups = [...document.querySelectorAll(".group")].map((element) => ({
    element,
    name: plain(element.querySelector("summary span").textContent),
    wasOpen: element.open,
    choices: [...element.querySelectorAll(".choice")].map((label) => ({ label, name: plain(label.textContent) })),
  }));
  search.addEventListener("input", () => filter(plain(search.value)));
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

  function filter(wanted) {
    let found = 0;
    for (const group of groups) {
      const whole = wanted !== "" && group.name.includes(wanted);
      let here = 0;
      for (const choice of group.choices) {
        const fits = wanted === "" || whole || choice.name.includes(wanted);
        choice.label.hidden = !fits;
        here += fits ? 1 : 0;
      }
      group.element.hidden = here === 0;
      group.element.open = wanted === "" ? group.wasOpen || group.element.querySelector(":checked") !== null : here > 0;
      found += here;
    }
    told.textContent = wanted === "" ? "" : found ? fieldset.dataset.found.replace("{}", found) : fieldset.dataset.none;
  }
}

function plain(text) { return text.normalize("NFC").toLowerCase().replace(/[\s/:]+/g, ""); }

for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => { if (sent) event.preventDefault(); sent = true; });
  window.addEventListener("pageshow", () => { sent = false; });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const label = button.querySelector("span");
    const before = label.textContent;
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = button.dataset.copied;
    label.setAttribute("role", "status");
    setTimeout(() => { label.textContent = before; }, 2500);
  });
  if (!navigator.clipboard) button.hidden = true;
}
