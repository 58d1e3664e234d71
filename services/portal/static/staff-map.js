// Where a petition is, or where many are: to look at, nothing to change. Without tiles or scripts the page says it too.
"use strict";

{
  const element = document.querySelector("[data-tiles]");
  const told = element.dataset;
  element.hidden = false;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", told.label);
  const shown = L.map(element, { zoomControl: false, preferCanvas: true });
  shown.attributionControl.setPrefix(false);
  const holder = document.createElement("span");
  holder.textContent = told.attribution;
  L.control.zoom({ zoomInTitle: told.in, zoomOutTitle: told.out }).addTo(shown);
  L.tileLayer(told.tiles, { maxZoom: 19, attribution: holder.innerHTML }).addTo(shown);
  if (told.dots) many(JSON.parse(told.dots)); else one([Number(told.latitude), Number(told.longitude)]);

  function one(point) {
    L.Icon.Default.imagePath = new URL("images/", document.querySelector("script[src*='leaflet.js']").src).href;
    shown.setView(point, 17);
    L.marker(point, { keyboard: false, alt: told.label }).addTo(shown);
  }

  function many(dots) {
    const look = { color: "#fff", weight: 1, fillColor: "#12486b", fillOpacity: 0.6 }; // tiles are light, whatever the page is
    document.getElementById(told.instead).hidden = true;
    L.control.scale({ imperial: false }).addTo(shown);
    shown.fitBounds(dots.map((dot) => dot.slice(0, 2)), { padding: [24, 24], maxZoom: 16 });
    for (const [latitude, longitude, radius, count] of dots) {
      L.circleMarker([latitude, longitude], { ...look, radius }).bindTooltip(told.count.replace("{}", count)).addTo(shown);
    }
  }
}
