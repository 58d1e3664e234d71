// Where the petition is, and open ones close by: to look at, nothing to change.
"use strict";

{
  const element = document.getElementById("case-map");
  const point = (at) => [Number(at.dataset.latitude), Number(at.dataset.longitude)];
  const others = [...element.querySelectorAll("[data-title]")];
  element.hidden = false;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", element.dataset.label);
  L.Icon.Default.imagePath = new URL("images/", document.querySelector("script[src*='leaflet.js']").src).href;
  const shown = L.map(element, { zoomControl: false }).setView(point(element), 17);
  shown.attributionControl.setPrefix(false);
  const holder = document.createElement("span");
  holder.textContent = element.dataset.attribution;
  L.control.zoom({ zoomInTitle: element.dataset.in, zoomOutTitle: element.dataset.out }).addTo(shown);
  L.tileLayer(element.dataset.tiles, { maxZoom: 19, attribution: holder.innerHTML }).addTo(shown);
  L.marker(point(element), { keyboard: false, alt: element.dataset.label }).addTo(shown);
  for (const other of others) L.circleMarker(point(other), { radius: 7 }).bindTooltip(other.dataset.title).addTo(shown);
}
