// What happens, while it happens: pages say what to do with it. Only the window that is looked at listens, because browsers
// open few connections to one server; who looks again is brought up to date first.
"use strict";

{
  const { stream: address, kinds } = document.currentScript.dataset;

  window.staffLive = (onFact, onState) => {
    let source = null;

    function open() {
      if (source || document.hidden) return;
      const opened = new EventSource(address);
      source = opened;
      opened.onopen = () => onState(true);
      opened.onerror = () => { onState(false); if (opened.readyState === EventSource.CLOSED) close(); };
      for (const kind of kinds.split(" ")) opened.addEventListener(kind, (event) => onFact(JSON.parse(event.data)));
    }

    function close() { source?.close(); source = null; }

    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    window.addEventListener("pagehide", close);
    window.addEventListener("pageshow", open);
    open();
  };
}
