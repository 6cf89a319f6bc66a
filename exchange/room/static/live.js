'use strict';
// The desk and the wall keep themselves up to date: the same page is asked for again, and its living parts are put in.
(() => {
  const EVERY = 2000;
  const clock = seconds => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

  function busy(part) {
    const at = document.activeElement;
    return at && part.contains(at) && at.matches('input, textarea, select');
  }

  async function renew() {
    try {
      const answer = await fetch(location.pathname, {headers: {'X-Live': '1'}, cache: 'no-store'});
      if (!answer.ok || answer.redirected) { if (answer.redirected) location.reload(); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const parts = [...document.querySelectorAll('[data-live]')].filter(part => !part.parentElement.closest('[data-live]'));
      for (const part of parts) {
        const now = fresh.getElementById(part.id);
        if (!now) { location.reload(); return; }
        if (busy(part) || part.outerHTML === now.outerHTML) continue;
        const at = [...part.querySelectorAll('button')].indexOf(document.activeElement);
        part.replaceWith(document.adoptNode(now));
        if (at >= 0) now.querySelectorAll('button')[at]?.focus();
      }
      // A button tells the server which state of the room it was pressed in: the buttons outside must know too.
      const revision = fresh.querySelector('input[name=revision]:not([data-kept])')?.value;
      if (revision) for (const field of document.querySelectorAll('input[name=revision]:not([data-kept])')) field.value = revision;
    } catch { /* the server is away for a moment: what is shown stays */ }
  }

  function tick() {
    for (const timer of document.querySelectorAll('.timer')) {
      if (timer.ends === undefined) timer.ends = Date.now() + 1000 * Number(timer.dataset.left);
      const left = Math.max(0, Math.round((timer.ends - Date.now()) / 1000));
      timer.textContent = left ? timer.dataset.words.replace('{time}', clock(left)) : timer.dataset.up;
    }
  }

  setInterval(() => { if (!document.hidden) renew(); }, EVERY);
  setInterval(tick, 250);
  tick();
})();
