// The profile: what the answers say, what the city changes of it, and the act of confirming.

const KEY = 'profile';

const initialize = ({ model }, shared) => {
  const keeper = makeKeeper(model, model.get('key'));
  const local = { edits: {}, who: '' };
  // What people changed before is in the lines already; only what waits in this browser goes on top.
  const know = () => {
    const view = model.get('view');
    keeper.know(KEY, view.revision);
    if (keeper.isWaiting(KEY)) return;
    local.who = view.who;
    local.edits = Object.fromEntries(view.lines.filter(({ edited }) => edited).map(({ item, side, chosen, words }) => [item, { side, chosen, words }]));
  };
  know();
  keeper.start().forEach(({ body }) => Object.assign(local, { edits: { ...body.edits }, who: body.who }));
  const onView = () => { know(); keeper.tell('view'); };
  model.on('change:view', onView);
  Object.assign(shared, { keeper, local, know });
  return () => { keeper.stop(); model.off('change:view', onView); };
};

const render = ({ model, el }, shared) => {
  const { keeper, local, know } = shared, say = speaker(model.get('words'), model.get('language')), uid = `p${randomId()}`;
  const view = () => model.get('view'), mayEdit = () => model.get('can_edit') && !view().closed;
  const opened = new Set();
  let complaint = false;

  // The lines as they stand here: those of the record, with what this page changed.
  const lines = () => {
    const known = new Set(view().lines.map(({ item }) => item));
    const own = view().lines.map((line) => ({ ...line, ...local.edits[line.item] }));
    const added = Object.entries(local.edits).filter(([item, edit]) => !known.has(item) && edit.chosen)
      .map(([item, edit]) => ({ item, label: view().others[item] ?? '', level: null, reason: '', derived: false, ...edit }));
    return [...own, ...added];
  };
  let acted = false;
  const put = (act, delay = 0) => { acted = act !== 'draft'; send(act, delay); };
  const send = (act, delay) => keeper.put('profile', KEY, { act, who: local.who, edits: { ...local.edits } }, { delay });
  const edit = (line, part, delay) => {
    const { side, chosen, words } = { ...line, ...local.edits[line.item], ...part };
    local.edits = { ...local.edits, [line.item]: { side, chosen, words } };
    put('draft', delay);
  };

  const digit = (level) => h('span', { class: 'lx-digit', 'data-shade': level === null ? null : String(level), 'aria-hidden': 'true' }, level === null ? '–' : String(level));
  const nameOf = (one) => [h('small', {}, one.item), ' ', h('span', {}, one.label)];

  const readView = (line) => h('li', { class: 'lx-line', 'data-line': line.item }, h('div', { class: 'lx-check' }, digit(line.level), h('p', { class: 'lx-name' }, ...nameOf(line))),
    line.reason ? h('p', { class: 'lx-hint' }, line.reason) : null, line.words ? h('p', { class: 'lx-quote' }, h('bdi', {}, line.words)) : null);
  const lineView = (line) => {
    if (!mayEdit()) return readView(line);
    const said = h('span', { class: 'lx-said' }, line.words);
    const box = h('input', { type: 'checkbox', checked: line.chosen, 'aria-describedby': line.reason ? `${uid}-${line.item}` : null, onchange: () => { edit(line, { chosen: box.checked }); more.hidden = !box.checked; } });
    const words = h('textarea', { rows: 1, maxlength: 400, dir: 'auto', value: line.words, 'aria-label': say('words_of', { item: line.item }),
      oninput: () => { edit(line, { words: words.value }, 600); later(said, words.value); } });
    const more = h('details', { class: 'lx-own', hidden: !line.chosen }, h('summary', {}, say('words'), hiddenText(` ${line.item}`), said), words);
    return h('li', { class: 'lx-line', 'data-line': line.item },
      h('label', { class: 'lx-check' }, box, digit(line.level), h('span', { class: 'lx-name' }, ...nameOf(line))),
      line.reason ? h('p', { class: 'lx-hint', id: `${uid}-${line.item}` }, line.reason) : null, more);
  };
  const addView = (side) => {
    const taken = new Set(lines().map(({ item }) => item));
    const free = Object.entries(view().others).filter(([item]) => !taken.has(item));
    if (!free.length || !mayEdit()) return null;
    const select = h('select', { id: `${uid}-${side}` }, h('option', { value: '' }, say('add_choose')), ...free.map(([item, label]) => h('option', { value: item }, `${item} ${label}`)));
    const add = button(say('add'), () => {
      if (!select.value) { select.focus(); return; }
      const item = select.value;
      edit({ item, side, chosen: true, words: '' }, {});
      draw();
      root.querySelector(`[data-line="${CSS.escape(item)}"] input`)?.focus();
    });
    return h('div', { class: 'lx-add' }, h('label', { class: 'lx-field', for: `${uid}-${side}` }, h('span', {}, say(`add_${side}`))), select, add);
  };
  const sideView = (side) => {
    const own = lines().filter((line) => line.side === side), meant = own.filter(({ chosen }) => chosen), rest = own.filter(({ chosen }) => !chosen);
    const more = rest.length ? h('details', { class: 'lx-rest', open: opened.has(side) || (!meant.length && mayEdit()), ontoggle: (event) => { if (event.target.open) opened.add(side); else opened.delete(side); } },
      h('summary', {}, say(`${side}_rest`, { n: rest.length })), h('ul', {}, ...rest.map(lineView))) : null;
    return h('section', { class: 'lx-side-of', 'data-side': side, 'aria-labelledby': `${uid}-h-${side}` }, h('h3', { id: `${uid}-h-${side}` }, say(side)), mayEdit() ? h('p', { class: 'lx-hint' }, say(`${side}_hint`)) : null,
      meant.length ? h('ul', {}, ...meant.map(lineView)) : null, more, own.length ? null : h('p', { class: 'lx-none' }, say(`${side}_none`)), addView(side));
  };
  const notesView = (title, hint, notes, name) => (notes.length ? h('section', { class: `lx-notes lx-${name}`, 'aria-labelledby': `${uid}-h-${name}` }, h('h3', { id: `${uid}-h-${name}` }, title), hint ? h('p', { class: 'lx-hint' }, hint) : null,
    h('ul', {}, ...notes.map((one) => h('li', {}, name === 'learning' ? digit(one.level) : null, h('div', {}, h('p', { class: 'lx-name' }, ...nameOf(one)), h('p', { class: 'lx-hint' }, one.reason)))))) : null);

  const errors = h('div', { class: 'lx-errors', role: 'alert', hidden: true });
  const complain = (on) => {
    complaint = on;
    const input = root.querySelector('.lx-who input');
    errors.hidden = !on;
    errors.replaceChildren(...(on ? [h('h3', {}, say('errors')), h('ul', {}, h('li', {}, button(say('who_missing'), () => input.focus(), { class: 'lx-link' })))] : []));
    if (on) input.setAttribute('aria-invalid', 'true'); else input?.removeAttribute('aria-invalid');
  };
  const confirmView = () => {
    const now = view();
    if (now.closed) {
      return [h('p', {}, say('closed')), model.get('can_edit') ? button(say('reopen'), () => put('reopen'), { class: 'lx-accent' }) : null];
    }
    if (!model.get('can_edit')) return [h('p', { class: 'lx-hint' }, say('read_only'))];
    if (!now.answered) return [h('p', { class: 'lx-hint' }, say('nothing'))];
    const who = h('input', { type: 'text', maxlength: 400, dir: 'auto', value: local.who, autocomplete: 'name', 'aria-required': 'true', 'aria-describedby': `${uid}-act`,
      oninput: () => { local.who = who.value; put('draft', 600); if (complaint && who.value.trim()) complain(false); } });
    const confirm = button(say(now.confirmed ? 'confirm_again' : 'confirm', { city: now.city }), () => {
      if (!who.value.trim()) { complain(true); who.focus(); return; }
      put('confirm');
    }, { class: 'lx-primary' });
    return [h('p', { id: `${uid}-act` }, say('act')), h('label', { class: 'lx-field lx-who' }, h('span', {}, say('who')), who), confirm];
  };

  const linesOf = (body) => [body.act === 'confirm' ? say('version_confirmed', { who: body.who }) : say('version_draft'),
    ...Object.entries(body.edits ?? {}).map(([item, { chosen, words }]) => say(chosen ? 'version_in' : 'version_out', { item, words }))];
  const trouble = h('div');
  let shown = '';
  const drawTrouble = () => {
    const clash = keeper.clash(KEY), refused = keeper.refused(KEY), now = JSON.stringify([clash, refused?.why]);
    if (now === shown) return;
    shown = now;
    trouble.replaceChildren(...[refused && refusedView(say, refused.why, () => keeper.tryAgain(KEY)),
      clash && clashView(say, linesOf(clash.mine), linesOf(clash.theirs), choose)].filter(Boolean));
  };
  const choose = (whose) => {
    const { theirs } = keeper.clash(KEY);
    if (whose === 'theirs') Object.assign(local, { edits: { ...theirs.edits }, who: theirs.who });
    keeper.choose(KEY, whose);
    draw();
  };

  const root = frame(model, 'profile', say('label')), status = statusView(keeper, say);
  const standing = h('p', { class: 'lx-standing', role: 'status', tabindex: -1 }), body = h('div');
  const draw = () => {
    const now = view();
    root.dataset.confirmed = now.confirmed && now.closed ? 'yes' : 'no';
    standing.replaceChildren(...[now.confirmed && h('span', { class: 'lx-seal', 'aria-hidden': 'true' }, '✓'),
      h('span', {}, [now.standing, now.by, now.since].filter(Boolean).join(' '))].filter(Boolean));
    body.replaceChildren(...[
      h('div', { class: 'lx-two' }, sideView('need'), sideView('offer')),
      notesView(say('learning'), say('learning_hint'), now.learning, 'learning'),
      notesView(say('unknown'), '', now.unknown, 'unknown'),
      h('section', { class: 'lx-act', 'aria-labelledby': `${uid}-h-act` }, h('h3', { id: `${uid}-h-act` }, say(now.closed ? 'act_done' : 'act_title')), ...confirmView().filter(Boolean)),
    ].filter(Boolean));
    errors.hidden = true;
    complaint = false;
    update();
  };
  const update = () => { drawTrouble(); status.update(); };

  root.append(h('div', { class: 'lx-bar' }, h('h2', {}, say('title', { city: view().city })), status.save, status.live), status.lost, standing, errors, body, trouble, status.kept);
  const onKept = ({ detail }) => {
    const done = detail.kind === 'saved' && acted;
    if (done) { acted = false; know(); }
    if (detail.kind === 'view' || done) {
      const moved = root.contains(document.activeElement);
      draw();
      if (moved) standing.focus();
    } else if (detail.kind === 'tick') status.update();
    else update();
  };
  const silence = keeper.listen(onKept);
  draw();
  el.replaceChildren(root);
  return silence;
};

// A factory: initialize and render get different proxies of the model, so what they share lives in this closure.
export default () => { const shared = {}; return { initialize: (context) => initialize(context, shared), render: (context) => render(context, shared) }; };
