// The pin: on a map where there are tiles, from the device, or typed. Nothing is asked of the device before the button.
"use strict";

const latitude = document.getElementById("place-latitude");
const longitude = document.getElementById("place-longitude");
const THAILAND = [[5.6, 97.3], [20.5, 105.7]];
const NEAR = 17;
const TOWN = 14;
const DIGITS = 6;
const STEP = 8;

const element = document.getElementById("map");
const chart = element && window.L ? map(element) : { show() {} };
deviceLocation(chart);

function typed() {
  const point = [latitude, longitude].map((field) => Number.parseFloat(field.value.replace(/[๐-๙]/g, (digit) => "๐๑๒๓๔๕๖๗๘๙".indexOf(digit))));
  return point.every(Number.isFinite) && Math.abs(point[0]) <= 90 && Math.abs(point[1]) <= 180 ? point : null;
}

function write(point) {
  latitude.value = point ? point[0].toFixed(DIGITS) : "";
  longitude.value = point ? point[1].toFixed(DIGITS) : "";
}

function map(element) {
  element.hidden = false;
  const script = document.querySelector("script[src*='leaflet.js']");
  L.Icon.Default.imagePath = new URL("images/", script.src).href;
  const shown = L.map(element, { zoomControl: false, attributionControl: true, maxBounds: [[0, 90], [26, 113]] });
  shown.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: element.dataset.in, zoomOutTitle: element.dataset.out }).addTo(shown);
  L.tileLayer(element.dataset.tiles, { maxZoom: 19, attribution: escaped(element.dataset.attribution) }).addTo(shown);
  element.setAttribute("role", "application");
  element.setAttribute("aria-label", element.dataset.label);
  element.setAttribute("aria-describedby", "pin-hint");
  let pin = null;

  function put(point) {
    if (pin) { pin.setLatLng(point); return; }
    pin = L.marker(point, { draggable: true, autoPan: true, keyboard: true, title: element.dataset.pin, alt: element.dataset.pin });
    pin.on("dragend", () => keep(pin.getLatLng()));
    pin.addTo(shown);
    pin.getElement().addEventListener("keydown", byKey);
  }

  function byKey(event) {
    const way = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const at = shown.latLngToContainerPoint(pin.getLatLng()).add(way);
    pin.setLatLng(shown.containerPointToLatLng(at));
    keep(pin.getLatLng());
  }

  function keep(at) {
    write([at.lat, at.lng]);
    put(at);
  }

  function show(point) {
    shown.setView(point, Math.max(shown.getZoom() || 0, NEAR)); // before the pin: on a map without a view it has no element
    put(point);
  }

  function fromFields() {
    const point = typed();
    if (point) show(point);
  }

  const known = typed();
  const centre = element.dataset.centre?.split(",").map(Number);
  if (known) show(known); else if (centre) shown.setView(centre, TOWN); else shown.fitBounds(THAILAND);
  shown.on("click", (event) => keep(event.latlng));
  for (const field of [latitude, longitude]) field.addEventListener("change", fromFields);
  document.getElementById("pin-centre").addEventListener("click", () => keep(shown.getCenter()));
  document.getElementById("pin-remove").addEventListener("click", () => { write(null); pin?.remove(); pin = null; });
  return { show };
}

function escaped(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

function deviceLocation(chart) {
  const button = document.getElementById("use-location");
  const told = document.getElementById("location-status");
  if (!navigator.geolocation) { button.hidden = true; return; }
  button.addEventListener("click", () => {
    told.textContent = button.dataset.working;
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 });
  });

  function found(position) {
    const point = [position.coords.latitude, position.coords.longitude];
    write(point);
    chart.show(point);
    told.textContent = button.dataset.done.replace("{}", Math.round(position.coords.accuracy));
  }

  function failed(error) {
    told.textContent = error.code === error.PERMISSION_DENIED ? button.dataset.denied : button.dataset.failed;
  }
}
