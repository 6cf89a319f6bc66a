// A list of entries as cards: read, edited in place, deleted after asking. Every change goes to the keeper.

const initialize = ({ model }, shared) => {
  const keeper = makeKeeper(model, model.get('key'));
  const local = new Map(), drafts = new Set();
  const know = () => {
    const entries = model.get('entries'), ids = new Set(entries.map((entry) => entry.entry_id));
    [...local.keys()].filter((key) => !ids.has(key) && !keeper.isWaiting(key) && !drafts.has(key)).forEach((key) => local.delete(key));
    entries.filter((entry) => !keeper.isWaiting(entry.entry_id)).forEach((entry) => {
      local.set(entry.entry_id, { ...entry, body: { ...entry.body } });
      keeper.know(entry.entry_id, entry.revision);
    });
  };
  model.get('entries').forEach((entry) => { local.set(entry.entry_id, { ...entry, body: { ...entry.body } }); keeper.know(entry.entry_id, entry.revision); });
  keeper.start().forEach((waiting) => {
    if (waiting.kind === 'delete') { local.delete(waiting.key); return; }
    local.set(waiting.key, { can_edit: true, ...model.get('me'), ...local.get(waiting.key), entry_id: waiting.key, body: { ...waiting.body.body } });
    if (waiting.held) drafts.add(waiting.key);
  });
  const onEntries = () => { know(); keeper.tell('entries'); };
  model.on('change:entries', onEntries);
  Object.assign(shared, { keeper, local, drafts });
  return () => { keeper.stop(); model.off('change:entries', onEntries); };
};

const render = ({ model, el }, shared) => {
  const { keeper, local, drafts } = shared, say = speaker(model.get('words'), model.get('language'));
  const fields = model.get('fields'), canEdit = model.get('can_edit'), sides = model.get('sides'), uid = `r${randomId()}`;
  const editing = new Set(drafts), asking = new Set(), cards = new Map();
  const isEmpty = (value) => value === '' || value === null || value === undefined;
  const missing = (entry) => fields.filter((field) => field.required && isEmpty(entry.body[field.name])).map((field) => field.label);
  const nameOf = (entry) => {
    const value = entry.body[fields[0].name], term = fields[0].choices.find((choice) => choice.value === value);
    return String((term && say.capital(term.label)) || value || say('untitled'));
  };
  const isTwoSided = () => [...local.values()].some((entry) => entry.side) || Boolean(model.get('me').side);

  const change = (entry, name, value) => {
    entry.body[name] = value;
    const held = missing(entry).length > 0;
    keeper.put('entry', entry.entry_id, { body: { ...entry.body } }, { delay: 600, held });
  };
  const said = (field, value) => {
    if (isEmpty(value)) return '';
    if (field.type === 'date') return say.day(value);
    if (field.type === 'number') return say.number(value);
    const choice = field.choices.find((option) => option.value === value);
    return choice ? say.capital(choice.label) : String(value);
  };

  const control = (entry, field, id) => {
    const value = entry.body[field.name] ?? '', set = (event) => change(entry, field.name, event.target.value);
    if (field.type === 'choice') {
      const select = h('select', { id, onchange: set }, h('option', { value: '' }, say('choose')), ...field.choices.map((choice) => h('option', { value: choice.value }, say.capital(choice.label))));
      select.value = value;
      return select;
    }
    if (field.type === 'long') return h('textarea', { id, rows: 2, maxlength: field.most, dir: 'auto', value, oninput: set });
    if (field.type === 'date') return h('input', { id, type: 'date', value, oninput: (event) => { if (event.target.validity.valid) set(event); } });
    if (field.type === 'number') {
      const number = (event) => { if (event.target.validity.valid) change(entry, field.name, event.target.value === '' ? null : Number(event.target.value)); };
      return h('input', { id, type: 'number', step: 'any', inputmode: 'decimal', value, oninput: number });
    }
    return h('input', { id, type: 'text', maxlength: field.most, dir: 'auto', value, oninput: set, list: field.type === 'person' && field.choices.length ? `${id}-list` : null });
  };
  const fieldView = (entry, field) => {
    const id = `${uid}-${entry.entry_id}-${field.name}`;
    const suggestions = field.type === 'person' && field.choices.length ? h('datalist', { id: `${id}-list` }, ...field.choices.map((choice) => h('option', { value: choice.label }))) : null;
    return h('div', { class: `lx-field lx-type-${field.type}` }, h('span', {}, h('label', { for: id }, field.label), field.required ? h('em', {}, ` ${say('needed')}`) : null), control(entry, field, id), suggestions);
  };

  const authorView = (entry) => (entry.by ? h('p', { class: 'lx-by' }, entry.side ? h('span', { class: 'lx-side-mark', 'data-side': entry.side, 'aria-hidden': 'true' }) : null,
    say('by', { name: entry.by }), entry.side ? `, ${sides[entry.side] ?? ''}` : '') : null);
  const titleView = (entry) => h('h3', { tabindex: -1 }, h('bdi', {}, nameOf(entry)));

  const readView = (entry) => {
    const facts = fields.slice(1).filter((field) => !isEmpty(entry.body[field.name]));
    const mayEdit = canEdit && entry.can_edit !== false, name = nameOf(entry);
    return [titleView(entry),
      facts.length ? h('dl', {}, ...facts.map((field) => h('div', { class: `lx-fact lx-type-${field.type}` }, h('dt', {}, field.label), h('dd', {}, h('bdi', {}, said(field, entry.body[field.name])))))) : null,
      h('div', { class: 'lx-card-foot' }, authorView(entry), mayEdit ? h('div', { class: 'lx-row' },
        button(say('edit'), () => { editing.add(entry.entry_id); drawCard(entry).querySelector('input, textarea, select').focus(); }, { class: 'lx-link', 'aria-label': say('edit_named', { name }) }),
        button(say('remove'), () => { asking.add(entry.entry_id); drawCard(entry).querySelector('.lx-ask button:last-child').focus(); }, { class: 'lx-link', 'aria-label': say('remove_named', { name }) })) : null)];
  };
  const editView = (entry) => {
    const needs = h('p', { class: 'lx-hint', role: 'status' });
    const close = button(say('close'), () => {
      const gap = fields.find((field) => field.required && isEmpty(entry.body[field.name]));
      if (gap) { document.getElementById(`${uid}-${entry.entry_id}-${gap.name}`)?.focus(); return; }
      editing.delete(entry.entry_id);
      drafts.delete(entry.entry_id);
      drawCard(entry).querySelector('h3').focus();
    });
    const update = () => {
      const list = missing(entry);
      later(needs, list.length ? say('needs', { fields: list.join(', ') }) : '');
    };
    update();
    const discard = drafts.has(entry.entry_id) ? button(say('discard'), () => discardDraft(entry), { class: 'lx-link' }) : null;
    return { parts: [h('h3', { class: 'lx-sr' }, nameOf(entry)), h('div', { class: 'lx-fields' }, ...fields.map((field) => fieldView(entry, field))), needs, h('div', { class: 'lx-row' }, close, discard)], update };
  };
  const askView = (entry) => {
    const name = nameOf(entry);
    return h('div', { class: 'lx-ask', role: 'group', 'aria-label': say('remove_named', { name }) }, h('p', {}, say(isTwoSided() ? 'remove_ask_both' : 'remove_ask', { name })),
      button(say('remove_named', { name }), () => remove(entry), { class: 'lx-danger' }),
      button(say('remove_no'), () => { asking.delete(entry.entry_id); drawCard(entry).querySelector('h3').focus(); }));
  };
  const linesOf = (body) => (Object.keys(body).some((name) => name !== 'revision') ? fields.filter((field) => !isEmpty(body[field.name])).map((field) => `${field.label}: ${said(field, body[field.name])}`) : [say('gone')]);
  const troubleView = (entry) => {
    const key = entry.entry_id, clash = keeper.clash(key), refused = keeper.refused(key), parts = [];
    if (refused) parts.push(refusedView(say, refused.why, () => keeper.tryAgain(key)));
    if (clash) parts.push(clashView(say, linesOf(clash.mine.body ?? {}), linesOf(clash.theirs), (whose) => choose(entry, whose)));
    return parts;
  };

  const drawCard = (entry) => {
    const key = entry.entry_id, element = cards.get(key)?.element ?? h('li', { class: 'lx-card' });
    const body = h('div', { class: 'lx-card-body' }), trouble = h('div');
    let update = () => {};
    if (editing.has(key)) {
      const view = editView(entry);
      body.append(...view.parts.filter(Boolean));
      update = view.update;
    } else body.append(...readView(entry).filter(Boolean));
    if (asking.has(key)) { body.querySelector('.lx-card-foot')?.remove(); body.append(askView(entry)); }
    element.replaceChildren(body, trouble);
    element.dataset.editing = editing.has(key) ? 'yes' : 'no';
    cards.set(key, { element, trouble, update, shown: '' });
    drawTrouble(entry);
    return element;
  };
  const drawTrouble = (entry) => {
    const card = cards.get(entry.entry_id), now = JSON.stringify([keeper.clash(entry.entry_id), keeper.refused(entry.entry_id)?.why]);
    if (card.shown !== now) { card.shown = now; card.trouble.replaceChildren(...troubleView(entry)); }
  };

  const addEntry = () => {
    const key = randomId();
    const entry = { entry_id: key, body: {}, can_edit: true, ...model.get('me') };
    local.set(key, entry); drafts.add(key); editing.add(key);
    all = true;
    update();
    cards.get(key).element.querySelector('input, textarea, select').focus();
  };
  const discardDraft = (entry) => {
    const key = entry.entry_id;
    if (missing(entry).length) keeper.drop(key); else keeper.put('delete', key, {});
    local.delete(key); drafts.delete(key); editing.delete(key);
    update();
    add.focus();
  };
  const remove = (entry) => {
    const key = entry.entry_id;
    shared.removed = { ...shared.removed, [key]: entry };
    local.delete(key); asking.delete(key); editing.delete(key);
    keeper.put('delete', key, {});
    later(gone, say('removed', { name: nameOf(entry) }));
    add.focus();
  };
  const choose = (entry, whose) => {
    const { theirs } = keeper.clash(entry.entry_id);
    if (whose === 'theirs') { const { revision, ...body } = theirs; entry.body = body; local.set(entry.entry_id, entry); }
    else if (!keeper.clash(entry.entry_id).mine.body) local.delete(entry.entry_id);
    keeper.choose(entry.entry_id, whose);
    if (local.has(entry.entry_id)) drawCard(entry);
  };

  const root = frame(model, 'register', model.get('title')), status = statusView(keeper, say);
  const total = h('span', { class: 'lx-total' }), list = h('ul', { class: 'lx-cards' }), none = h('p', { class: 'lx-none' }, say('empty'));
  const add = button(model.get('add'), addEntry, { class: 'lx-accent' }), gone = h('p', { class: 'lx-sr', role: 'status' });
  // A long list shows a few cards at first, and all of them as soon as one is worked on or in trouble.
  const few = matchMedia('(max-width: 600px)').matches ? 3 : 6;
  let all = false;
  const more = button('', () => { all = true; update(); list.children[few]?.querySelector('h3')?.focus(); }, { class: 'lx-link' });
  const fold = () => {
    all = all || [...local.keys()].some((key) => editing.has(key) || keeper.clash(key) || keeper.refused(key));
    more.hidden = all || local.size <= few;
    later(more, say('show_all', { n: local.size }));
    [...list.children].forEach((card, place) => { card.hidden = !more.hidden && place >= few; });
  };
  const update = () => {
    // A deletion that was refused, or met a change of the other side, brings its card back.
    Object.entries(shared.removed ?? {}).filter(([key]) => keeper.clash(key) || keeper.refused(key)).forEach(([key, entry]) => local.set(key, entry));
    [...cards.keys()].filter((key) => !local.has(key)).forEach((key) => { cards.get(key).element.remove(); cards.delete(key); });
    for (const entry of local.values()) {
      const card = cards.get(entry.entry_id);
      if (!card) list.append(drawCard(entry));
      else { card.update(); drawTrouble(entry); }
    }
    none.hidden = local.size > 0;
    fold();
    later(total, say('entries', { n: local.size }));
    status.update();
  };
  const redraw = () => { for (const entry of local.values()) if (cards.has(entry.entry_id) && !editing.has(entry.entry_id)) drawCard(entry); update(); };
  root.append(h('div', { class: 'lx-bar' }, h('h2', {}, model.get('title')), total, status.save, status.live), status.lost, gone, list, none,
    h('p', { class: 'lx-more' }, more), canEdit ? h('p', { class: 'lx-add' }, add) : h('p', { class: 'lx-hint' }, say('read_only')), status.kept);
  const onKept = ({ detail }) => { if (detail.kind === 'tick') status.update(); else if (detail.kind === 'entries' || detail.kind === 'chosen') redraw(); else update(); };
  const silence = keeper.listen(onKept);
  update();
  el.replaceChildren(root);
  return silence;
};

// A factory: initialize and render get different proxies of the model, so what they share lives in this closure.
export default () => { const shared = {}; return { initialize: (context) => initialize(context, shared), render: (context) => render(context, shared) }; };
