// Lessons: one search box, filters with counts, cards that open in place, and "we want to learn from this".

const initialize = ({ model }, shared) => {
  const keeper = makeKeeper(model, model.get('key'));
  const uses = new Map(Object.entries(model.get('uses'))), judged = new Map();
  keeper.start().forEach((entry) => { if (entry.kind === 'use') uses.set(entry.key, entry.body.phase); else if (entry.kind === 'judge') judged.set(entry.key, entry.body); });
  Object.assign(shared, { keeper, uses, judged });
  return keeper.stop;
};

const ownTongue = (card, text) => h('span', card.language ? { lang: card.language, dir: 'auto' } : { dir: 'auto' }, text);
// Only what is plainly a web address becomes a link.
const linkView = ({ title, link }) => (/^https?:\/\//i.test(link) ? h('a', { href: link, target: '_blank', rel: 'noopener noreferrer' }, title) : h('span', {}, [title, link].filter(Boolean).join(': ')));

const useView = (page, card, titleId) => {
  const { say, keeper, uses, phases } = page, key = card.lesson_id, element = h('div', { class: 'lx-use' });
  let shown = '';
  const put = (phase) => { uses.set(key, phase); keeper.put('use', key, { phase }); };
  const parts = (refused) => {
    if (refused) return [refusedView(say, refused.why, () => keeper.tryAgain(key))];
    if (!uses.has(key)) return [button(say('want'), () => { put('exploration'); element.querySelector('select')?.focus(); }, { class: 'lx-accent', 'aria-describedby': titleId })];
    const select = h('select', { onchange: () => put(select.value) }, ...phases.map(({ value, label }) => h('option', { value }, say.capital(label))));
    select.value = uses.get(key);
    return [h('label', { class: 'lx-field' }, h('span', {}, say('wanted')), select)];
  };
  const update = () => {
    const refused = keeper.refused(key), now = JSON.stringify([refused?.why, uses.has(key)]);
    if (now === shown) return;
    shown = now;
    element.replaceChildren(...parts(refused));
  };
  update();
  return { element, update };
};

const wholeView = (page, card) => [h('div', { class: 'lx-told' }, ...toldView(page, card)), transferView(page, card)].filter(Boolean);
const toldView = (page, card) => [
  ...card.body.map((part) => h('div', {}, part.heading ? h('h4', {}, part.heading) : null,
    part.text.length > 1 ? h('ul', { class: 'lx-lines' }, ...part.text.map((line) => h('li', {}, ownTongue(card, line)))) : h('p', {}, ownTongue(card, part.text[0] ?? '')))),
  card.sources.length ? h('div', {}, h('h4', {}, page.say('source')), h('ul', { class: 'lx-lines' }, ...card.sources.map((source) => h('li', {}, linkView(source))))) : null,
  card.origin ? h('p', { class: 'lx-hint' }, card.origin) : null,
  card.trail?.length ? h('div', {}, h('h4', {}, page.say('trail')), h('ul', { class: 'lx-lines' }, ...card.trail.map((line) => h('li', {}, line)))) : null,
].filter(Boolean);

// The lesson's circumstances beside ours, a block a part: what was judged is kept as it is chosen or written.
const partView = (page, card, part) => {
  const { say, keeper, judged } = page, key = `${card.lesson_id}/${part.part}`, mine = judged.get(key) ?? part;
  const pair = (name, content) => h('div', {}, h('dt', {}, say(name)), h('dd', {}, content));
  const here = part.choices.length && page.canJudge
    ? h('select', { 'aria-label': say('state_label', { part: part.label }), 'data-field': `fact:${part.part}`, onchange: (event) => keeper.put('fact', `fact:${part.part}`, { value: event.target.value }) },
      h('option', { value: '' }, say('state')), ...part.choices.map(({ value, label }) => h('option', { value }, say.capital(label))))
    : say.capital(part.here);
  if (here instanceof Element) here.value = part.chosen;
  const word = page.judgements.find(({ value }) => value === mine.judgement)?.label ?? mine.judgement;
  const both = h('dl', { class: 'lx-both' }, pair('there', ownTongue(card, say.capital(part.there))), pair('here', here));
  const mark = h('span', { class: 'lx-mark', 'aria-hidden': 'true' });
  const element = h('li', { class: 'lx-part', 'data-judgement': mine.judgement }, h('h5', {}, mark, part.label), both);
  if (!page.canJudge) { element.append(h('p', {}, h('strong', {}, say.capital(word)), ` ${part.condition}`), h('p', { class: 'lx-hint' }, part.by)); return element; }
  const select = h('select', { 'aria-label': say('judgement', { part: part.label }), 'data-field': `${key}/judgement` }, ...page.judgements.map(({ value, label }) => h('option', { value }, say.capital(label))));
  const condition = h('textarea', { rows: 2, maxlength: 1000, dir: 'auto', 'data-field': `${key}/condition` }, mine.condition);
  const put = () => {
    const body = { judgement: select.value, condition: condition.value };
    judged.set(key, body);
    element.dataset.judgement = select.value;
    keeper.put('judge', key, body);
  };
  select.value = mine.judgement;
  select.addEventListener('change', put);
  condition.addEventListener('change', put);
  element.append(h('div', { class: 'lx-judge' }, select, h('label', { class: 'lx-field' }, h('span', {}, say('condition')), condition)), h('p', { class: 'lx-hint' }, part.by));
  return element;
};
const transferView = (page, card) => (card.transfer?.parts ? h('div', { class: 'lx-transfer' }, h('h4', {}, page.say('transfer')),
  h('p', {}, card.transfer.sentence), h('ul', { class: 'lx-parts' }, ...card.transfer.parts.map((part) => partView(page, card, part)))) : null);

const cardView = (page, card, place) => {
  const { say } = page, id = `${page.uid}-${place}-${card.lesson_id}`;
  const whole = h('div', { class: 'lx-whole', id, hidden: true });
  const use = page.canUse ? useView(page, card, `${id}-title`) : null;
  const fill = (full) => {
    const field = whole.contains(document.activeElement) ? document.activeElement : null, typed = field?.value;
    whole.replaceChildren(...wholeView(page, full));
    const again = field && whole.querySelector(`[data-field="${CSS.escape(field.dataset.field ?? '')}"]`);
    if (again) { if (again.tagName === 'TEXTAREA') again.value = typed; again.focus(); }
  };
  const toggle = button(say('read'), () => {
    whole.hidden = !whole.hidden;
    toggle.setAttribute('aria-expanded', String(!whole.hidden));
    element.classList.toggle('lx-wide', !whole.hidden);
    later(toggle, say(whole.hidden ? 'read' : 'close'));
    if (whole.hidden || page.whole.has(card.lesson_id) || (card.body.length && !page.canOpen)) return;
    if (!card.body.length) whole.replaceChildren(h('p', { class: 'lx-hint' }, say('loading')));
    page.open(card.lesson_id);
  }, { 'aria-expanded': 'false', 'aria-controls': id, 'aria-describedby': `${id}-title` });
  if (card.body.length || page.whole.has(card.lesson_id)) fill(page.whole.get(card.lesson_id) ?? card);
  const meta = [card.city, card.year, card.hazards.map(say.capital).join(', ')].filter(Boolean);
  const element = h('li', { class: 'lx-lesson' },
    card.because.length ? h('p', { class: 'lx-because' }, card.because.join(' ')) : null,
    h('h3', { id: `${id}-title` }, ownTongue(card, card.title)),
    h('p', { class: 'lx-meta' }, ...meta.map((words) => h('span', {}, words)), card.demo ? h('span', { class: 'lx-demo' }, say('demo')) : null),
    h('dl', {}, card.problem ? h('div', {}, h('dt', {}, say('problem')), h('dd', {}, ownTongue(card, card.problem))) : null,
      card.happened ? h('div', {}, h('dt', {}, say('happened')), h('dd', {}, ownTongue(card, card.happened))) : null),
    h('p', { class: 'lx-hint' }, [card.used_by ? say('used_by', { n: card.used_by }) : say('used_by_none'), card.similar ? say('similar', { n: card.similar }) : ''].filter(Boolean).join(' · ')),
    whole, h('div', { class: 'lx-row lx-lesson-foot' }, toggle, use?.element));
  return { element, fill, id: card.lesson_id, update: () => use?.update() };
};

// Filters: what is chosen stays where it is while the counts change around it.
const facetsView = (page, changed) => {
  const { say } = page, chosen = new Map(), boxes = new Map();
  const list = h('div', { class: 'lx-facet-list' }), summary = h('summary', {}), clear = button(say('clear_filters'), () => { chosen.clear(); changed(); summary.focus(); }, { class: 'lx-link' });
  const element = h('details', { class: 'lx-facets' }, summary, list, clear);
  const toggle = (key, value, on) => {
    const values = chosen.get(key) ?? new Set();
    if (on) values.add(value); else values.delete(value);
    if (values.size) chosen.set(key, values); else chosen.delete(key);
    changed();
  };
  const box = (key, { value, label, n }) => {
    const name = JSON.stringify([key, value]), words = h('span', {}), input = boxes.get(name)?.input ?? h('input', { type: 'checkbox', onchange: (event) => toggle(key, value, event.target.checked) });
    const made = boxes.get(name) ?? { input, element: h('label', { class: 'lx-check' }, input, words), words };
    boxes.set(name, made);
    later(made.words, say('value', { label: say.capital(label), n }));
    input.checked = chosen.get(key)?.has(value) ?? false;
    return made.element;
  };
  const draw = (facets) => {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    list.replaceChildren(...facets.filter(({ values }) => values.length).map((facet) => h('fieldset', {}, h('legend', {}, facet.label), h('div', { class: 'lx-values' }, ...facet.values.map((value) => box(facet.key, value))))));
    const n = [...chosen.values()].reduce((sum, values) => sum + values.size, 0);
    later(summary, n ? say('narrow_on', { n }) : say('narrow'));
    clear.hidden = !n;
    element.hidden = !facets.length;
    if (focused?.isConnected) focused.focus();
  };
  return { element, draw, filters: () => Object.fromEntries([...chosen].map(([key, values]) => [key, [...values]])) };
};

const render = ({ model, el }, shared) => {
  const { keeper, uses } = shared, say = speaker(model.get('words'), model.get('language'));
  const page = {
    say, keeper, uses, uid: `l${randomId()}`, phases: model.get('phases'), canUse: model.get('can_use'), canOpen: model.get('can_open'), canJudge: model.get('can_judge'), judgements: model.get('judgements'), judged: shared.judged, whole: new Map(),
    open: (id) => { try { model.send({ kind: 'open', lesson_id: id }); } catch { /* it says that it is opening */ } },
  };
  const root = frame(model, 'lessons', say('label')), status = statusView(keeper, say);
  const box = h('input', { type: 'search', maxlength: 200, placeholder: say('search_hint'), dir: 'auto' });
  const found = h('p', { class: 'lx-found', role: 'status' }), list = h('ol', { class: 'lx-lessons-list' }), top = h('section', { class: 'lx-for-you', 'aria-label': say('for_you') });
  let seq = 0, timer = null, views = [];

  const ask = (start = 0) => {
    seq += 1;
    later(found, say('searching'));
    try { model.send({ kind: 'search', text: box.value, filters: facets.filters(), start, seq }); } catch { later(found, say('search_failed')); }
  };
  const facets = facetsView(page, () => ask());
  box.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(ask, 250); });
  box.addEventListener('keydown', (event) => { if (event.key === 'Enter') { clearTimeout(timer); ask(); } });

  const cards = (lessons, place) => lessons.map((card) => cardView(page, card, place));
  const showMore = button(say('more'), () => ask(list.children.length));
  const draw = () => {
    const results = model.get('results');
    if (results.seq < seq) return;                      // an answer to an older question
    if (results.why) { later(found, results.why); return; }
    const made = cards(results.lessons, 'r');
    if (results.start) { list.append(...made.map(({ element }) => element)); views.push(...made); made[0]?.element.querySelector('button')?.focus(); }
    else { list.replaceChildren(...made.map(({ element }) => element)); views = made; }
    later(found, results.total ? say(results.more ? 'found_more' : 'found', { n: results.total }) : say('found_none'));
    facets.draw(results.facets);
    showMore.hidden = list.children.length >= results.total;
  };
  const forYou = cards(model.get('for_you'), 'y');
  top.replaceChildren(h('h2', {}, say('for_you')), h('ol', { class: 'lx-lessons-list' }, ...forYou.map(({ element }) => element)));
  top.hidden = !forYou.length;

  const onOpened = () => {
    const lesson = model.get('opened');
    if (!lesson.lesson_id) return;
    page.whole.set(lesson.lesson_id, lesson);
    [...forYou, ...views].filter((view) => view.id === lesson.lesson_id).forEach((view) => view.fill(lesson));
  };
  const update = () => {
    [...forYou, ...views].forEach((view) => view.update());
    status.update();
    bar.hidden = !status.save.textContent;
  };
  const bar = h('div', { class: 'lx-bar' }, status.save, status.live);
  root.append(bar, status.lost, top, h('div', { role: 'search', class: 'lx-search' }, h('label', { class: 'lx-field' }, h('span', {}, say('search')), box)),
    h('div', { class: 'lx-find' }, facets.element, h('div', {}, h('h2', { class: 'lx-sr' }, say('results')), found, list, h('p', {}, showMore))), status.kept);
  status.kept.hidden = !page.canUse;
  const silence = keeper.listen(update);
  model.on('change:results', draw);
  model.on('change:opened', onOpened);
  // Where there is room beside the results, the filters stand open.
  const watch = new ResizeObserver(([{ contentRect }]) => { if (contentRect.width >= 760) facets.element.open = true; watch.disconnect(); });
  draw();
  update();
  el.replaceChildren(root);
  watch.observe(root);
  return () => { silence(); watch.disconnect(); clearTimeout(timer); model.off('change:results', draw); model.off('change:opened', onOpened); };
};

// A factory: initialize and render get different proxies of the model, so what they share lives in this closure.
export default () => { const shared = {}; return { initialize: (context) => initialize(context, shared), render: (context) => render(context, shared) }; };
