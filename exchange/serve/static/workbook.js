// What a notebook page does beside Voilà: it opens calmly, and it says when its kernel is gone.
// Loaded before anything else of the page, because it must see the kernel's socket being opened.
(() => {
  "use strict";
  const SLOWLY = 15000, LOOK_AGAIN = 30000, TRY_AGAIN = 3000;
  let leaving = false, lost = false, gone = false, socket = null;

  // Voilà calls these while it renders. The page is shown when the cells and the look are both there.
  window.voila_heartbeat = () => {};
  window.voila_process = () => {};
  window.display_cells = () => {
    if (!window.themeLoaded) { window.cellLoaded = true; return; }
    document.getElementById("x-opening")?.remove();
    const cells = document.getElementById("rendered_cells");
    if (cells) cells.hidden = false;
  };
  window.voila_finish = () => {
    window.display_cells();
    // JupyterLab hangs its shell, with our cells inside, at the end of the body: bring it back to where they belong.
    new MutationObserver((_, watch) => {
      const shell = document.querySelector("body > .jp-LabShell");
      if (!shell) return;
      watch.disconnect();
      document.getElementById("content").append(shell);
    }).observe(document.body, {childList: true});
  };

  function show(isLost) {
    if (lost === isLost || leaving) return;
    lost = isLost;
    document.documentElement.classList.toggle("x-is-lost", lost);
    const words = document.getElementById("x-lost-words").content.cloneNode(true);
    document.getElementById("x-lost").replaceChildren(...(lost ? words.children : []));
  }

  // The kernel is gone for good: only opening the page again brings a new one.
  window.exchangeLost = () => {
    gone = true;
    document.getElementById("x-opening")?.remove();
    show(true);
  };

  // Is it the network for a moment, or is this kernel gone? A network comes back, and then the socket opens again.
  async function look() {
    if (gone || leaving) return;
    const page = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    const token = /(?:^|; )_xsrf=([^;]+)/.exec(document.cookie)?.[1] ?? "";
    try {
      const answer = await fetch(`${page.baseUrl}api/kernels/${page.kernelId}`, {headers: {"X-XSRFToken": token}});
      if (!answer.ok) window.exchangeLost();
      else if (socket?.readyState === 1) show(false);
    } catch {
      show(true);
      setTimeout(look, TRY_AGAIN);
    }
  }

  // A kernel that died is announced in a short message; long ones are answers and pictures, and are not read here.
  function listen(event) {
    const data = event.data;
    if ((data.byteLength ?? data.length) > 4000) return;
    const said = typeof data === "string" ? data : new TextDecoder().decode(data);
    if (/"execution_state": ?"(restarting|dead)"/.test(said)) window.exchangeLost();
  }

  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      if (!String(given[0]).includes("/api/kernels/")) return;
      this.addEventListener("open", () => { socket = this; if (!gone) show(false); });
      this.addEventListener("close", look);
      this.addEventListener("message", listen);
    }
  };

  addEventListener("pagehide", () => { leaving = true; });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  addEventListener("online", look);
  setInterval(() => { if (socket && document.visibilityState === "visible") look(); }, LOOK_AGAIN);
  setTimeout(() => {
    const opening = document.getElementById("x-opening");
    if (opening) opening.textContent = opening.dataset.slowly;
  }, SLOWLY);
})();
