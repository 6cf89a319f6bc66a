// What a person enters stays in this browser until the kernel says that it is in the record.

const PREFIX = 'exchange|', RESEND = 2500, SHOW_SAVING = 400, LATE = 2400, LOST = 7000, LONGEST_DELAY = 1500;

// Where changes wait: one localStorage item each, so that two tabs never write over each other.
class Shelf {
  constructor(scope) {
    this.prefix = `${PREFIX}${encodeURIComponent(scope)}|`;
    this.memory = new Map();
    this.volatile = false;                       // true once this browser would not keep something
  }

  name(entry) { return `${this.prefix}${entry.client}|${entry.key}`; }

  put(entry) {
    const name = this.name(entry);
    try {
      localStorage.setItem(name, JSON.stringify(entry));
      this.memory.delete(name);
    } catch {
      this.memory.set(name, entry);
      this.volatile = true;
    }
  }

  get(client, key) { return this.all().find((entry) => entry.client === client && entry.key === key); }

  remove(entry) {
    const name = this.name(entry);
    this.memory.delete(name);
    try { localStorage.removeItem(name); } catch { /* nothing was kept there */ }
  }

  all() {
    const found = new Map();
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(this.prefix)) continue;
        try { found.set(name, JSON.parse(localStorage.getItem(name))); } catch { localStorage.removeItem(name); }
      }
    } catch { /* no localStorage in this browser */ }
    for (const [name, entry] of this.memory) found.set(name, entry);
    const whole = (entry) => entry && typeof entry.key === 'string' && typeof entry.client === 'string' && Number.isInteger(entry.seq);
    return [...found.values()].filter(whole).sort((a, b) => a.when - b.when || a.seq - b.seq);
  }

  // Everything of the exchange, of any person and assessment: a shared computer must not remember.
  forget() {
    this.memory.clear();
    for (const kind of ['localStorage', 'sessionStorage']) {
      try {
        const store = globalThis[kind];
        Object.keys(store).filter((name) => name.startsWith(PREFIX)).forEach((name) => store.removeItem(name));
      } catch { /* not there, so nothing to forget */ }
    }
  }
}

// One keeper a model. put() keeps first and sends second; the kernel answers saved, refused, conflict or later.
const makeKeeper = (model, scope) => {
  const shelf = new Shelf(scope), bus = new EventTarget(), client = randomId();
  const revisions = new Map();                   // key -> the revision that this page last saw
  const flying = new Map();                      // key -> { seq, client, at } of what was sent and not answered
  const refused = new Map();                     // key -> { why, entry }
  const clashes = new Map();                     // key -> { mine, theirs }
  const inherited = new Set(shelf.all().map((entry) => shelf.name(entry)));   // left by an earlier page
  const seen = new Map();                        // key -> the inherited entry that this page shows
  let seq = 0, resent = 0, since = null, heard = Date.now(), savedAt = null, excuse = '', timer = null, forgotten = false, delayed = null;

  const tell = (kind, detail = {}) => bus.dispatchEvent(new CustomEvent('change', { detail: { ...detail, kind } }));
  const isMine = (entry) => entry.client === client || inherited.has(shelf.name(entry));
  const waiting = () => shelf.all().filter(isMine);
  const active = () => waiting().filter((entry) => !entry.held && !clashes.has(entry.key));

  const send = (entry) => {
    flying.set(entry.key, { seq: entry.seq, client: entry.client, at: Date.now() });
    const { body, kind, key, revision, seq: number, client: from } = entry;
    try { model.send({ ...body, kind, key, revision, client: from, seq: number }); } catch { /* no kernel: it stays on the shelf */ }
  };
  // One change of a thing at a time is under way: the next one needs the revision that this one makes.
  const flush = (force = false) => active().forEach((entry) => {
    if (!force && entry.due > Date.now()) return;
    const before = flying.get(entry.key);
    if (force || !before || Date.now() - before.at >= RESEND) send(entry);
  });
  const tick = () => { if (active().length) flush(); else if (!waiting().length) { clearInterval(timer); timer = null; } tell('tick'); };
  const run = () => { since ??= Date.now(); timer ??= setInterval(tick, 500); };

  const put = (kind, key, body, { delay = 0, held = false } = {}) => {
    refused.delete(key);
    const shown = seen.get(key);
    if (shown && !clashes.has(key)) { shelf.remove(shown); }              // the new change was made on top of it
    const revision = shown && !clashes.has(key) ? shown.revision : shelf.get(client, key)?.revision ?? revisions.get(key) ?? 0;
    if (!held) run();
    // Who is typing is not sent letter by letter; who types for long is sent every little while.
    const due = delay ? Math.min(Date.now() + delay, since + LONGEST_DELAY) : 0;
    const entry = { kind, key, body, held, client, seq: ++seq, when: Date.now(), due, revision };
    shelf.put(entry);
    if (clashes.has(key)) clashes.get(key).mine = body;
    forgotten = false;
    if (!held) { clearTimeout(delayed); delayed = setTimeout(flush, Math.max(0, due - Date.now())); }
    tell('put', { key });
  };

  const onSaved = (message) => {
    const { key, client: from, seq: number } = message;
    const own = from === client, shown = seen.get(key), kin = own || (shown && shown.client === from);
    const kept = shelf.get(from, key);
    if (kept && kept.seq <= number) shelf.remove(kept);
    if (!own) resent += 1;
    if (kin) {
      revisions.set(key, message.revision);
      const next = shelf.get(client, key);
      if (next && next.seq > (own ? number : 0)) shelf.put({ ...next, revision: message.revision });
    }
    if (shown && shown.client === from) seen.delete(key);
    flying.delete(key);
    savedAt = message.at;
    excuse = '';
    since = active().length ? Date.now() : null;
    tell('saved', message);
    flush();
  };

  const onRefused = ({ key, client: from, seq: number, why }) => {
    const entry = shelf.get(from, key);
    flying.delete(key);
    if (!entry || entry.seq > number) return;                             // a newer change is on its way
    shelf.remove(entry);
    seen.delete(key);
    refused.set(key, { why, entry });
    since = active().length ? Date.now() : null;
    tell('refused', { key });
  };

  const onConflict = ({ key, client: from, theirs }) => {
    const entry = shelf.get(client, key) ?? shelf.get(from, key);
    flying.delete(key);
    if (!entry) return;
    clashes.set(key, { mine: entry.body, kind: entry.kind, theirs });
    since = active().length ? Date.now() : null;
    tell('conflict', { key });
  };

  // The person chooses which version stands; nobody else does.
  const choose = (key, whose) => {
    const { mine, kind, theirs } = clashes.get(key);
    clashes.delete(key);
    waiting().filter((entry) => entry.key === key).forEach((entry) => shelf.remove(entry));
    seen.delete(key);
    revisions.set(key, theirs.revision);
    if (whose === 'mine') put(kind, key, mine);
    tell('chosen', { key, whose, theirs });
  };

  const tryAgain = (key) => {
    const { entry } = refused.get(key);
    put(entry.kind, key, entry.body);
  };

  // Nothing more is owed for this key (a draft was thrown away before it was ever sent).
  const drop = (key) => {
    waiting().filter((entry) => entry.key === key).forEach((entry) => shelf.remove(entry));
    refused.delete(key); clashes.delete(key); seen.delete(key); flying.delete(key);
    since = active().length ? since : null;
    tell('dropped', { key });
  };

  const forget = () => {
    shelf.forget();
    for (const map of [flying, refused, clashes, seen]) map.clear();
    since = null; forgotten = true;
    tell('forgotten');
  };

  const onMessage = (message) => {
    heard = Date.now();
    if (message.kind === 'saved') onSaved(message);
    if (message.kind === 'refused') onRefused(message);
    if (message.kind === 'conflict') onConflict(message);
    if (message.kind === 'later') { excuse = message.why; tell('later', { key: message.key }); }
  };
  const onLeave = () => flush(true);
  const onHide = () => { if (document.visibilityState === 'hidden') flush(true); };
  const onStorage = () => { if (!active().length) since = null; tell('storage'); };
  model.on('msg:custom', onMessage);
  addEventListener('pagehide', onLeave);
  document.addEventListener('visibilitychange', onHide);
  addEventListener('storage', onStorage);

  // What an earlier page left is shown, and sent again with the number that it had.
  const start = () => {
    const left = waiting();
    left.forEach((entry) => seen.set(entry.key, entry));
    if (left.some((entry) => !entry.held)) { run(); flush(); }
    return left;
  };
  const stop = () => {
    clearInterval(timer); clearTimeout(delayed);
    model.off('msg:custom', onMessage);
    removeEventListener('pagehide', onLeave);
    document.removeEventListener('visibilitychange', onHide);
    removeEventListener('storage', onStorage);
  };

  const status = () => {
    const now = Date.now(), n = waiting().length, owed = active().length, age = since === null || !owed ? 0 : now - since;
    const lost = owed > 0 && now - Math.max(since ?? now, heard) > LOST;
    return { n, lost, saving: owed > 0 && age > SHOW_SAVING, late: owed > 0 && age > LATE || n > owed, savedAt, resent, excuse: owed ? excuse : '', volatile: shelf.volatile, forgotten };
  };
  return {
    put, choose, drop, forget, tell, start, status, stop, tryAgain, waiting,
    know: (key, revision) => revisions.set(key, revision),
    refused: (key) => refused.get(key), clash: (key) => clashes.get(key),
    isWaiting: (key) => waiting().some((entry) => entry.key === key),
    listen: (heardOf) => { bus.addEventListener('change', heardOf); return () => bus.removeEventListener('change', heardOf); },
  };
};

// The words about saving that stand on every widget which keeps something.
const statusView = (keeper, say) => {
  const save = h('span', { class: 'lx-save' }), live = h('span', { class: 'lx-sr', role: 'status' });
  const lost = h('div', { class: 'lx-lost', hidden: true }, h('span', {}, say('lost')),
    button(say('open_again'), () => location.reload(), { class: 'lx-primary' }));
  const held = h('p'), ask = h('div', { class: 'lx-ask', hidden: true }), done = h('p', { role: 'status' });
  const forget = button(say('forget'), () => {
    const { n } = keeper.status();
    if (!n) { keeper.forget(); return; }
    asked = n;
    const yes = button(say('forget_yes', { n }), () => { ask.hidden = true; keeper.forget(); summary.focus(); }, { class: 'lx-danger' });
    ask.replaceChildren(h('p', {}, say('forget_ask', { n })), yes, button(say('forget_no'), () => { ask.hidden = true; forget.focus(); }));
    ask.hidden = false;
    yes.focus();
  });
  const summary = h('summary', {}, say('browser_keeps'));
  const kept = h('details', { class: 'lx-kept' }, summary, held, h('p', {}, forget), ask, done);
  let wasLate = false, asked = 0;

  const sentence = (now) => {
    if (now.late) return [say('not_saved', { n: now.n }), now.excuse, now.volatile ? say('volatile') : ''].filter(Boolean).join(' ');
    if (now.saving) return say('saving');
    if (!now.savedAt) return '';
    return [say('saved', { time: say.time(now.savedAt) }), now.resent ? say('resent', { n: now.resent }) : ''].filter(Boolean).join('. ');
  };
  const update = () => {
    const now = keeper.status(), text = sentence(now);
    later(save, text);
    save.dataset.tone = now.late ? 'late' : 'calm';
    if (now.late || wasLate || now.resent) later(live, text);         // trouble and its end are spoken, not every save
    wasLate = now.late;
    lost.hidden = !now.lost;
    if (now.n !== asked) ask.hidden = true;
    later(held, now.n ? say('kept_now', { n: now.n }) : say('kept_nothing'));
    later(done, now.forgotten ? say('forgotten') : '');
  };
  return { save, live, lost, kept, update };
};

// Two versions of one thing: both are shown, the person chooses.
const clashView = (say, mine, theirs, choose) => {
  const side = (title, lines, label, whose) => h('div', { class: 'lx-version' }, h('h4', {}, title),
    ...lines.map((line) => h('p', {}, line)), button(label, () => choose(whose)));
  return h('div', { class: 'lx-clash', role: 'group', 'aria-label': say('clash') }, h('p', { role: 'alert' }, say('clash')),
    h('div', { class: 'lx-versions' }, side(say('clash_mine'), mine, say('keep_mine'), 'mine'), side(say('clash_theirs'), theirs, say('take_theirs'), 'theirs')));
};

const refusedView = (say, why, tryAgain) => h('div', { class: 'lx-refused', role: 'alert' }, h('p', {}, why), button(say('try_again'), tryAgain));
