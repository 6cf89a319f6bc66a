'use strict';
// Answers are on this phone before anything is sent, and leave it only when the server says that they are on its disk.
// Each message is one entry of localStorage, named by client and number: any page of this phone may send any of them,
// the server counts each once. A page has a client name of its own, so that two pages never give one number twice.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const WORDS = data.words, PREFIX = `room/${data.room}/${data.seat}/`, BASE = `/r/${data.code}`;
  const POLL = 3000, TYPING = 500, OLD = 10000, PATIENCE = 8000;
  const client = Array.from(crypto.getRandomValues(new Uint8Array(12)), b => b.toString(16).padStart(2, '0')).join('');
  const memory = new Map();
  let state = data.state, seq = 0, busy = false, wait = 0, lost = false, at = 0, timer = 0, ends = null, gone = false;
  const tried = new Set(), answers = {};
  let before = [];
  try {
    before = JSON.parse(sessionStorage.getItem(PREFIX + 'before') || '[]').slice(-20);
    sessionStorage.setItem(PREFIX + 'before', JSON.stringify([...before, client]));
  } catch { /* then what an earlier page kept waits until it is old */ }

  // what is kept on this phone
  let storage = null;
  try { storage = localStorage; storage.setItem(PREFIX + 'try', '1'); storage.removeItem(PREFIX + 'try'); } catch { storage = null; }
  function keep(entry) {
    const key = PREFIX + entry.client + '/' + entry.seq;
    memory.set(key, entry);
    try { storage?.setItem(key, JSON.stringify(entry)); } catch { storage = null; }
  }
  function drop(entry) {
    const key = PREFIX + entry.client + '/' + entry.seq;
    memory.delete(key);
    try { storage?.removeItem(key); } catch { storage = null; }
  }
  function kept() {
    const found = new Map(memory);
    for (let n = 0; storage && n < storage.length; n++) {
      const key = storage.key(n);
      if (!key.startsWith(PREFIX) || found.has(key)) continue;
      try { found.set(key, JSON.parse(storage.getItem(key))); } catch { /* not ours */ }
    }
    // What another page of this phone has sent meanwhile is gone from the storage, and from here.
    return [...found.values()].filter(Boolean).sort((a, b) => a.time - b.time || a.seq - b.seq);
  }
  const waiting = () => kept().filter(entry => !entry.refused && !entry.theirs);

  const answersWaiting = () => new Set(waiting().map(entry => entry.item)).size;

  function take(fresh) {
    // What was answered in a turn that has ended is counted; the next one begins with an empty page.
    if (fresh.turn !== state.turn) for (const item of Object.keys(answers)) delete answers[item];
    state = fresh;
    ends = fresh.left === null ? null : Date.now() + 1000 * fresh.left;
    for (const [item, [s, level, note, revision]] of Object.entries(fresh.answers)) {
      if (!(answers[item]?.revision > revision)) answers[item] = {state: s, level, note, revision};
    }
    for (const entry of kept()) {
      if (!entry.refused) continue;
      if (state.open.includes(entry.item)) { delete entry.refused; entry.room = state.revision; keep(entry); plan(0); }
    }
  }

  // what somebody does
  function current(item) {
    const mine = kept().filter(entry => entry.item === item && !entry.theirs).pop();
    return mine || answers[item] || {state: 'blank', level: null, note: '', revision: 0};
  }
  function answer(item, change) {
    const now = current(item), said = {state: now.state, level: now.level, note: now.note, ...change};
    const open = kept().filter(entry => entry.item === item && entry.client === client).pop();
    const same = open && !tried.has(open.seq) && !open.refused && !open.theirs;
    const entry = {client, seq: same ? open.seq : ++seq, item, ...said, room: state.revision, time: Date.now(),
      base: same ? open.base : (answers[item]?.revision || 0)};
    if (same && open.time >= entry.time) entry.time = open.time + 1;
    keep(entry);
    say();
    plan('note' in change ? TYPING : 0);
  }

  // sending
  function plan(delay) {
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(delay, wait * (0.5 + Math.random() / 2)));
  }
  function batch() {
    const chosen = new Map();
    for (const entry of waiting()) {
      if (ours(entry) && !chosen.has(entry.item)) chosen.set(entry.item, entry);
    }
    return [...chosen.values()].slice(0, 100);
  }
  // What another page keeps is sent by that page while it lives; when it is old, or of this tab before a reload, by us.
  const ours = entry => entry.client === client || before.includes(entry.client) || Date.now() - entry.time > OLD;
  async function ask(path, options) {
    const stop = new AbortController(), limit = setTimeout(() => stop.abort(), PATIENCE);
    try { return await fetch(BASE + path, {...options, signal: stop.signal, cache: 'no-store'}); } finally { clearTimeout(limit); }
  }
  async function send() {
    if (busy) return;
    const messages = batch();
    if (!messages.length) { say(); return; }
    busy = true;
    for (const entry of messages) if (entry.client === client) tried.add(entry.seq);
    try {
      const response = await ask('/answers', {method: 'POST', keepalive: true, body: JSON.stringify({messages}),
        headers: {'Content-Type': 'application/json', 'X-Room': '1'}});
      if (response.status === 410 || response.status === 403 || response.status === 404) { gone = true; }
      else if (!response.ok) throw new Error(response.status);
      else {
        const said = await response.json();
        for (const result of said.results) heard(messages.find(m => m.client === result.client && m.seq === result.seq), result);
        take(said.state);
        lost = false; wait = 0;
        clock.saved = new Date();
      }
    } catch { lost = true; wait = Math.min(8000, (wait || 400) * 2); }
    busy = false;
    if (!gone && batch().length) plan(0);
    show();
  }
  function heard(entry, result) {
    if (!entry) return;
    if (result.outcome === 'saved' || result.outcome === 'unchanged') {
      drop(entry);
      answers[entry.item] = {state: entry.state, level: entry.level, note: entry.note, revision: result.revision};
      for (const later of kept()) {
        if (later.client === entry.client && later.item === entry.item) { later.base = result.revision; keep(later); }
      }
    } else if (result.outcome === 'conflict') {
      const newest = kept().filter(e => e.client === entry.client && e.item === entry.item).pop() || entry;
      for (const older of kept()) if (older.client === entry.client && older.item === entry.item) drop(older);
      keep({...newest, theirs: result.theirs});
      answers[entry.item] = result.theirs;
    } else if (result.outcome === 'renumber') {
      drop(entry);
      keep({...entry, client, seq: ++seq, base: answers[entry.item]?.revision || 0});
    } else { entry.refused = result.outcome; keep(entry); }
  }

  // showing
  const clock = {saved: null};
  const time = moment => moment.toLocaleTimeString(document.documentElement.lang, {hour: '2-digit', minute: '2-digit'});
  const fill = (name, values) => Object.entries(values).reduce((said, [key, value]) => said.replace(`{${key}}`, value), WORDS[name]);
  const put = (element, words) => { if (element.textContent !== words) element.textContent = words; };
  const sections = [...document.querySelectorAll('.item')];

  function say() {
    const n = answersWaiting(), status = document.getElementById('status');
    const words = !storage && n ? WORDS.NO_STORAGE : lost ? fill('LOST', {n}) : n ? fill('WAITING', {n})
      : clock.saved ? fill('SAVED', {time: time(clock.saved)}) : WORDS.NOTHING_YET;
    put(status, words);
    status.className = n || lost ? 'waiting' : '';
  }
  function spoken(answered) {
    if (answered.state === 'unknown') return WORDS.UNKNOWN;
    if (answered.state === 'not_applicable') return WORDS.NOT_APPLICABLE;
    const level = answered.level === null ? '–' : fill('LEVEL_N', {n: answered.level});
    return answered.note ? `${level}: ${answered.note}` : level;
  }
  function drawItem(section) {
    const item = section.dataset.item, now = current(item), open = state.open.includes(item);
    const value = now.state === 'answered' ? String(now.level) : now.state;
    for (const radio of section.querySelectorAll('input[type=radio]')) {
      if (radio.checked !== (radio.value === value)) radio.checked = radio.value === value;
    }
    const note = section.querySelector('textarea');
    if (document.activeElement !== note && note.value !== now.note) note.value = now.note;
    section.querySelector('fieldset').disabled = !open;
    const refused = kept().some(entry => entry.item === item && entry.refused);
    const told = section.querySelector('.told');
    const earlier = state.before[item], first = earlier && spoken({state: earlier[0], level: earlier[1], note: earlier[2]});
    const words = refused ? WORDS.REFUSED : open ? (state.turn > 1 && first ? fill('AGAIN', {answer: first}) : '')
      : state.asked.includes(item) ? WORDS.LOCKED : state.turn ? WORDS.NOT_ASKED
      : state.phase === 'agreeing' || state.phase === 'agreed' ? WORDS.AGREEING : WORDS.LOOK_UP;
    told.hidden = !words;
    put(told, words);
    drawConflict(section, kept().find(entry => entry.item === item && entry.theirs));
  }
  function drawConflict(section, entry) {
    const box = section.querySelector('.conflict');
    const name = entry ? entry.client + entry.seq : '';
    if (box.dataset.of === name) return;
    box.dataset.of = name;
    box.hidden = !entry;
    box.replaceChildren();
    if (!entry) return;
    for (const words of [WORDS.CONFLICT, fill('THEIRS', {answer: spoken(entry.theirs)}), fill('MINE', {answer: spoken(entry)})]) {
      const line = document.createElement('p');
      line.textContent = words;
      box.append(line);
    }
    const choose = (words, done) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = words;
      button.addEventListener('click', () => { drop(entry); done(); show(); });
      box.append(button);
    };
    choose(WORDS.KEEP_THEIRS, () => {});
    choose(WORDS.USE_MINE, () => {
      answers[entry.item] = entry.theirs;
      answer(entry.item, {state: entry.state, level: entry.level, note: entry.note});
    });
  }
  function show() {
    sections.forEach((section, n) => { section.hidden = n !== at; drawItem(section); });
    document.getElementById('back').disabled = at === 0;
    document.getElementById('next').disabled = at === sections.length - 1;
    const called = data.items.indexOf(state.item), hint = document.getElementById('on-screen');
    hint.hidden = called < 0 || called === at;
    put(hint.firstElementChild, fill('ON_SCREEN', {n: called + 1}));
    if (state.closed || gone) {
      const over = document.getElementById('over'), n = answersWaiting();
      over.hidden = false;
      put(over, n ? fill('CLOSED_WITH', {n}) : WORDS.CLOSED);
      sections.forEach(section => { section.querySelector('fieldset').disabled = true; });
    }
    say();
  }
  function turn(to) {
    at = Math.max(0, Math.min(sections.length - 1, to));
    try { sessionStorage.setItem(PREFIX + 'at', at); } catch { /* only comfort */ }
    show();
    sections[at].querySelector('h2').focus({preventScroll: true});
    scrollTo(0, 0);
  }

  for (const section of sections) {
    const item = section.dataset.item;
    section.addEventListener('change', event => {
      if (event.target.type !== 'radio') return;
      const value = event.target.value;
      answer(item, /^\d$/.test(value) ? {state: 'answered', level: Number(value)} : {state: value, level: null});
    });
    section.querySelector('textarea').addEventListener('input', event => answer(item, {note: event.target.value}));
  }
  document.getElementById('back').addEventListener('click', () => turn(at - 1));
  document.getElementById('next').addEventListener('click', () => turn(at + 1));
  document.getElementById('on-screen').addEventListener('click', () => turn(data.items.indexOf(state.item)));
  addEventListener('online', () => { wait = 0; plan(0); });
  addEventListener('pagehide', () => { wait = 0; send(); });
  addEventListener('storage', () => show());

  async function look() {
    if (document.hidden || gone || busy) return;
    try {
      const response = await ask('/state', {});
      if ([403, 404, 410].includes(response.status)) gone = true;
      else if (response.ok) {
        take(await response.json());
        if (lost) { lost = false; wait = 0; }
        if (batch().length) plan(0);
      } else lost = true;
    } catch { lost = true; }
    show();
  }
  setInterval(look, POLL);
  setInterval(() => {
    const left = ends === null ? null : Math.max(0, Math.round((ends - Date.now()) / 1000)), line = document.getElementById('time');
    line.hidden = left === null;
    if (left !== null) put(line, left ? fill('TIME_LEFT', {time: `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`}) : WORDS.TIME_UP);
  }, 250);

  take(data.state);
  if (Object.keys(answers).length) clock.saved = new Date();
  try { at = Number(sessionStorage.getItem(PREFIX + 'at')) || Math.max(0, data.items.indexOf(state.item)); } catch { at = 0; }
  at = Math.min(at, sections.length - 1);
  show();
  plan(0);
})();
