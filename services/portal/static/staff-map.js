// Where the petition is: to look at, nothing to change.
"use strict";

{
  const element = document.getElementById("case-map");
  const point = [Number(element.dataset.latitude), Number(element.dataset.longitude)];
  element.hidden = false;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", element.dataset.label);
  L.Icon.Default.imagePath = new URL("images/", document.querySelector("script[src*='leaflet.js']").src).href;
  const shown = L.map(element, { zoomControl: false }).setView(point, 17);
  shown.attributionControl.setPrefix(false);
  const holder = document.createElement("span");
  holder.textContent = element.dataset.attribution;
  L.control.zoom({ zoomInTitle: element.dataset.in, zoomOutTitle: element.dataset.out }).addTo(shown);
  L.tileLayer(element.dataset.tiles, { maxZoom: 19, attribution: holder.innerHTML }).addTo(shown);
  L.marker(point, { keyboard: false, alt: element.dataset.label }).addTo(shown);
}
