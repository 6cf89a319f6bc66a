// One instrument, one section on screen. The answers are the keeper's to send; this file shows them.

const initialize = ({ model }, shared) => {
  const keeper = makeKeeper(model, model.get('assessment'));
  const local = {}, scenes = structuredClone(model.get('scenarios') ?? {});
  Object.entries(scenes).forEach(([name, scene]) => keeper.know(SCENE + name, scene.revision));
  const know = (answers) => Object.entries(answers).forEach(([item, answer]) => {
    if (keeper.isWaiting(item)) return;
    local[item] = { ...BLANK, ...bodyOf(answer) };
    keeper.know(item, answer.revision);
  });
  know(model.get('answers'));
  Object.entries(model.get('answers')).forEach(([item, answer]) => keeper.know(item, answer.revision));
  keeper.start().forEach((entry) => {
    if (entry.kind === 'scenario') Object.assign(scenes[entry.key.slice(SCENE.length)] ?? {}, entry.body);
    else local[entry.key] = { ...BLANK, ...entry.body };
  });
  const onAnswers = () => { know(model.get('answers')); keeper.tell('answers'); };
  model.on('change:answers', onAnswers);
  Object.assign(shared, { keeper, local, scenes });
  return () => { keeper.stop(); model.off('change:answers', onAnswers); };
};

const tally = (items, answer) => items.reduce((sum, item) => {
  const { state } = answer(item.id);
  return { answered: sum.answered + (state !== 'blank'), unknown: sum.unknown + (state === 'unknown'), total: sum.total + 1 };
}, { answered: 0, unknown: 0, total: 0 });

const stripView = (section, answer) => h('span', { class: 'lx-strip', 'aria-hidden': 'true' }, ...section.items.map((item) => {
  const { state, level } = answer(item.id), rank = item.levels.findIndex((step) => step.value === level);
  return h('i', { 'data-state': state, 'data-shade': rank < 0 ? null : shade(rank, item.levels.length) });
}));

// Which sections count. Leaving one out loses nothing; at least one stays.
const topicsView = (page, model, changed) => {
  const { say, instrument } = page, note = h('p', { class: 'lx-hint', role: 'status' });
  const boxes = instrument.sections.map((section) => h('input', { type: 'checkbox', value: section.id, onchange: (event) => pick(event.target) }));
  const pick = (box) => {
    const chosen = boxes.filter((other) => other.checked).map((other) => other.value);
    if (!chosen.length) { box.checked = true; later(note, say('topics_one')); return; }
    later(note, '');
    model.set('sections', chosen.length === boxes.length ? null : chosen);
    model.save_changes();
    changed();
  };
  const update = () => { const chosen = model.get('sections'); boxes.forEach((box) => { box.checked = !chosen || chosen.includes(box.value); }); };
  update();
  const element = h('details', { class: 'lx-topics' }, h('summary', {}, say('topics')), h('p', { class: 'lx-hint' }, say('topics_hint')),
    h('fieldset', {}, h('legend', { class: 'lx-sr' }, say('topics')),
      ...instrument.sections.map((section, k) => h('label', { class: 'lx-check' }, boxes[k], h('span', {}, `${section.number} ${section.name}`)))), note);
  return { element, update };
};

const render = ({ model, el }, shared) => {
  const { keeper, local, scenes } = shared, instrument = model.get('instrument'), say = speaker(model.get('words'), model.get('language'));
  const answer = (item) => local[item] ?? BLANK;
  const items = Object.fromEntries(instrument.sections.flatMap((section) => section.items.map((item) => [item.id, item])));
  const change = (item, part, delay) => {
    local[item] = { ...answer(item), ...part };
    keeper.put('answer', item, bodyOf(local[item]), { delay, held: lacksReason(items[item], local[item]) });
  };
  const changeScene = (name, part, delay) => {
    Object.assign(scenes[name], part);
    const { hazard, words } = scenes[name];
    keeper.put('scenario', SCENE + name, { hazard, words }, { delay, held: !isDescribed(scenes[name]) });
  };
  const chooseScene = (name, whose) => {
    const { theirs } = keeper.clash(SCENE + name);
    if (whose === 'theirs') Object.assign(scenes[name], { hazard: theirs.hazard, words: theirs.words });
    keeper.choose(SCENE + name, whose);
  };
  const wrong = new Set();
  const choose = (item, whose) => {
    const { theirs } = keeper.clash(item);
    if (whose === 'theirs') local[item] = { ...BLANK, ...bodyOf(theirs) };
    keeper.choose(item, whose);
    list.querySelector(`[data-item="${CSS.escape(item)}"] input`)?.focus();
  };
  const capitals = (terms) => Object.fromEntries(Object.entries(terms).map(([name, list]) => [name, list.map(({ value, label }) => ({ value, label: say.capital(label) }))]));
  const page = {
    say, keeper, instrument, answer, change, choose, uid: `q${randomId()}`, past: model.get('past'), terms: capitals(model.get('terms')),
    canEdit: model.get('can_edit'), hazards: model.get('hazards'), scenes: () => scenes, scene: (name) => scenes[name], changeScene, chooseScene,
    hazardName: (id) => say.capital(names[id] ?? ''),
    scenarioName: (name) => model.get('terms').scenarios.find(({ value }) => value === name).label,
    missingScenes: (item) => (item.scenarios ?? []).filter((name) => scenes[name] && !isDescribed(scenes[name])),
    goToScene: (name) => scenesBlock?.go(name),
    isWrong: (item) => wrong.has(item), setWrong: (item, is) => { if (is) wrong.add(item); else wrong.delete(item); update(); },
  };
  const names = Object.fromEntries(page.hazards.flatMap(({ hazards }) => hazards));
  let scenesBlock = null;
  const place = `${PREFIX}${encodeURIComponent(model.get('assessment'))}|section`;
  const remembered = () => { try { return sessionStorage.getItem(place); } catch { return null; } };
  const remember = (id) => { try { sessionStorage.setItem(place, id); } catch { /* it opens at the beginning then */ } };

  const chosen = () => { const ids = model.get('sections'); return ids?.length ? instrument.sections.filter((section) => ids.includes(section.id)) : instrument.sections; };
  const started = () => instrument.sections.some((section) => tally(section.items, answer).answered);
  const firstOpen = () => started() && chosen().find((section) => section.items.some((item) => answer(item.id).state === 'blank'));
  const find = (id) => chosen().find((section) => section.id === id);
  let current = find(model.get('section')) ?? find(remembered()) ?? (firstOpen() || chosen()[0]);
  let onlyBlank = false, views = [], links = [];

  const root = frame(model, 'form', instrument.title || say('label'));
  const status = statusView(keeper, say), total = h('span', { class: 'lx-total' });
  const nav = h('ol'), select = h('select', { onchange: () => go(find(select.value)) });
  const head = h('div', { class: 'lx-head' }), list = h('div'), foot = h('div', { class: 'lx-foot' }), left = h('div', { class: 'lx-left' });
  const errors = h('div', { class: 'lx-errors', role: 'group', 'aria-label': say('errors_label'), hidden: true });
  const filter = h('label', { class: 'lx-check lx-filter' },
    h('input', { type: 'checkbox', onchange: (event) => { onlyBlank = event.target.checked; drawItems([current]); } }), h('span', {}, say('only_blank')));
  const topics = instrument.sections.length > 1 ? topicsView(page, model, () => { if (!chosen().includes(current)) [current] = chosen(); draw(); }) : null;

  const progressWords = (count, name = 'progress') => say(count.unknown ? `${name}_unknown` : name, count);
  const linkView = (section) => {
    const place = h('span', {}), words = h('span', { class: 'lx-sr' }), short = h('span', { class: 'lx-short', 'aria-hidden': 'true' }), option = h('option', { value: section.id });
    const control = h('button', { type: 'button', onclick: () => go(section) }, h('b', {}, String(section.number)),
      h('span', {}, inTongue(section.name, section.lang?.name), ' ', words, h('span', { class: 'lx-progress' }, place, short)));
    const update = () => {
      const count = tally(section.items, answer), n = section.items.filter((item) => keeper.clash(item.id) || keeper.refused(item.id) || wrong.has(item.id) || lacksReason(item, answer(item.id))).length;
      later(words, [progressWords(count), n ? say('attention', { n }) : ''].join(' '));
      later(short, n ? say('attention', { n }) : say('short_progress', count));
      short.dataset.tone = n ? 'late' : 'calm';
      later(option, say('option', { ...count, number: section.number, name: section.name }));
      place.replaceChildren(stripView(section, answer));
      if (section === current) control.setAttribute('aria-current', 'true'); else control.removeAttribute('aria-current');
    };
    return { row: h('li', {}, control), option, update };
  };
  const drawLinks = () => {
    links = chosen().map(linkView);
    nav.replaceChildren(...links.map(({ row }) => row));
    select.replaceChildren(...links.map(({ option }) => option));
  };

  const drawItems = (sections) => {
    const whole = sections.length > 1;
    views = [];
    scenesBlock = null;
    const parts = sections.flatMap((section) => {
      const items = section.items.filter((item) => !onlyBlank || whole || answer(item.id).state === 'blank');
      const block = scenesView(page, section), made = items.map((item) => answerView(page, item));
      scenesBlock ??= block;
      views.push(...[block, ...made].filter(Boolean));
      return [whole && h('h2', {}, `${section.number} ${section.name}`), block?.element, ...made.map(({ element }) => element), !items.length && h('p', { class: 'lx-none' }, say('all_answered'))];
    });
    list.replaceChildren(...parts.filter(Boolean));
  };
  // What stops an answer from being saved, each with the way to it.
  const stuck = () => instrument.sections.flatMap((section) => section.items.flatMap((item) => {
    const kind = keeper.clash(item.id) ? 'clash' : keeper.refused(item.id) ? 'refused' : wrong.has(item.id) ? 'number' : lacksReason(item, answer(item.id)) ? 'reason' : null;
    return kind ? [{ section, item, kind }] : [];
  }));
  const goTo = ({ section, item, kind }) => {
    if (section !== current) go(section);
    if (onlyBlank && !list.querySelector(`[data-item="${CSS.escape(item.id)}"]`)) { onlyBlank = false; filter.querySelector('input').checked = false; drawItems([current]); update(); }
    const target = { number: '.lx-quantity input', reason: '.lx-note textarea', clash: '.lx-clash button', refused: '.lx-refused button' }[kind];
    list.querySelector(`[data-item="${CSS.escape(item.id)}"] ${target}`)?.focus();
  };
  let listed = '';
  const drawErrors = () => {
    const found = stuck(), now = found.map(({ item, kind }) => `${item.id} ${kind}`).join();
    errors.hidden = !found.length;
    if (now === listed) return;
    listed = now;
    errors.replaceChildren(h('h3', {}, say('errors', { n: found.length })),
      h('ul', {}, ...found.map((one) => h('li', {}, button(say(`error_${one.kind}`, { item: one.item.id }), () => goTo(one), { class: 'lx-link' })))));
  };
  const drawLeft = () => {
    const open = chosen().map((section) => ({ section, n: section.items.filter((item) => answer(item.id).state === 'blank').length })).filter(({ n }) => n);
    left.replaceChildren(h('h3', {}, say('left')), open.length
      ? h('ul', {}, ...open.map(({ section, n }) => h('li', {}, button(say('left_here', { name: section.name, n }), () => go(section), { class: 'lx-link' }))))
      : h('p', {}, say('left_none')));
  };
  const draw = () => {
    const sections = chosen(), at = sections.indexOf(current), before = sections[at - 1], after = sections[at + 1];
    const title = h('h2', { tabindex: -1 }, inTongue(current.name, current.lang?.name));
    head.replaceChildren(h('p', { class: 'lx-kicker' }, say('section_of', { n: at + 1, total: sections.length })), title,
      ...(current.about ? [h('p', { class: 'lx-about' }, inTongue(current.about, current.lang?.about))] : []),
      h('p', { class: 'lx-hint lx-keys' }, page.canEdit ? say('keys') : say('read_only')));
    foot.replaceChildren(before ? button(say('back', { name: before.name }), () => go(before)) : h('span'),
      ...(after ? [button(say('next', { name: after.name }), () => go(after), { class: 'lx-primary' })] : []));
    left.hidden = Boolean(after);
    remember(current.id);
    drawLinks();
    drawItems([current]);
    update();
    return title;
  };
  const go = (section) => {
    current = section;
    model.set('section', section.id);
    model.save_changes();
    const title = draw();
    title.focus({ preventScroll: true });
    root.scrollIntoView({ block: 'start' });
  };
  const update = () => {
    const all = chosen().flatMap((section) => section.items);
    later(total, progressWords(tally(all, answer), chosen().length < instrument.sections.length ? 'only_these' : 'progress'));
    links.forEach((link) => link.update());
    views.forEach((view) => view.update());
    select.value = current.id;
    drawErrors();
    if (!left.hidden) drawLeft();
    status.update();
  };

  root.append(h('div', { class: 'lx-bar' }, total, status.save, status.live), status.lost, errors,
    h('div', { class: 'lx-body' },
      h('div', { class: 'lx-side' }, h('nav', { 'aria-label': say('sections') }, nav), h('label', { class: 'lx-field lx-pick' }, h('span', {}, say('sections')), select), topics?.element),
      h('div', { class: 'lx-main' }, head, filter, list, left, foot)), status.kept);

  const onKept = ({ detail }) => (detail.kind === 'tick' ? status.update() : update());
  const silence = keeper.listen(onKept);
  const onSections = () => { topics?.update(); if (!chosen().includes(current)) [current] = chosen(); draw(); };
  const onPrint = () => drawItems(chosen()), onPrinted = () => drawItems([current]);
  const onRights = () => { page.canEdit = model.get('can_edit'); draw(); };
  model.on('change:sections', onSections);
  model.on('change:can_edit', onRights);
  addEventListener('beforeprint', onPrint);
  addEventListener('afterprint', onPrinted);
  draw();
  el.replaceChildren(root);
  return () => { silence(); model.off('change:sections', onSections); model.off('change:can_edit', onRights); removeEventListener('beforeprint', onPrint); removeEventListener('afterprint', onPrinted); };
};

// A factory: initialize and render get different proxies of the model, so what they share lives in this closure.
export default () => { const shared = {}; return { initialize: (context) => initialize(context, shared), render: (context) => render(context, shared) }; };
