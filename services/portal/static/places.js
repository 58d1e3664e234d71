// Completes an address while it is typed: a combobox (ARIA APG, list autocomplete with manual selection).
"use strict";

const PARTS = ["subdistrict", "district", "province", "postal_code"];
const PAUSE = 150;

for (const finder of document.querySelectorAll(".finder[data-places]")) complete(finder);

function complete(finder) {
  const input = finder.querySelector("input");
  const list = document.createElement("ul");
  const told = document.createElement("p");
  let options = [];
  let active = -1;
  let asked = 0;
  let timer = 0;

  list.id = `${input.id}-list`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", finder.querySelector("label").textContent);
  list.hidden = true;
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  finder.querySelector(".with-button").append(list);
  finder.querySelector(".with-button button").hidden = true;
  finder.append(told);

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", () => setTimeout(close, PAUSE));

  async function ask() {
    const text = input.value.trim();
    const mine = ++asked;
    if (text.length < 2) { close(); told.textContent = ""; return; }
    let found;
    try {
      const answer = await fetch(`${finder.dataset.places}?q=${encodeURIComponent(text)}`);
      if (!answer.ok) return;
      found = await answer.json();
    } catch { return; } // the fields can be typed
    if (mine === asked) show(found);
  }

  function show(found) {
    options = found;
    active = -1;
    list.replaceChildren(...found.map(option));
    told.textContent = found.length ? finder.dataset.some.replace("{}", found.length) : finder.dataset.none;
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = finder.dataset.none;
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
  }

  function option(place, number) {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = `${place.subdistrict} › ${place.district} › ${place.province} ${place.postal_code}`;
    item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(number); });
    return item;
  }

  function onKey(event) {
    const open = !list.hidden && options.length > 0;
    if (event.key === "Enter") {
      event.preventDefault(); // never sends the whole page from here
      if (open) choose(active < 0 ? 0 : active);
    } else if (event.key === "Escape") {
      close();
    } else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  function move(by) {
    active = (active + by + options.length) % options.length;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === active)));
    list.children[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[active].id);
  }

  function choose(number) {
    const part = finder.dataset.part.replaceAll(".", "-");
    for (const name of PARTS) {
      const field = document.getElementById(`${part}-${name}`);
      if (options[number][name] || name !== "postal_code") field.value = options[number][name];
    }
    told.textContent = list.children[number].textContent;
    input.value = "";
    close();
  }

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
}
