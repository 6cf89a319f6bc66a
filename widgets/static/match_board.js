// The pairs of a round: one row a city, a panel to decide with a reason; nothing moves that nobody sees.

const initialize = ({ model }, shared) => {
  const keeper = makeKeeper(model, model.get('key'));
  keeper.start();
  shared.keeper = keeper;
  return () => keeper.stop();
};

const stateView = (host) => host.state === 'proposed' ? null : h('span', { class: 'lx-state', 'data-state': host.state }, host.label);

const decidedView = (say, lines) => h('div', {}, h('h4', {}, say('who')), lines.length
  ? h('ul', { class: 'lx-lines' }, ...lines.map((line) => h('li', {}, line))) : h('p', { class: 'lx-hint' }, say('nobody_decided')));

const optionsView = (say, row) => {
  const points = (one) => one.score ?? '–';
  const kinds = [...row.hosts.map((one) => [one.host_id, say('option_now', { name: one.name })]),
    ...row.options.map((one) => [one.host_id, one.state ? say('option_out', { name: one.name, state: one.label })
      : say(one.free ? 'option_free' : 'option_full', { name: one.name, score: points(one) })])];
  return h('select', {}, ...kinds.map(([value, label]) => h('option', { value }, label)));
};

// What the secretariat can do with one learner.
const decideView = (page, row, send) => {
  const { say } = page, select = optionsView(say, row), why = h('textarea', { rows: 2, maxlength: 500, dir: 'auto' });
  const hint = h('p', { class: 'lx-hint', role: 'status' }), told = h('div', {});
  const others = page.rows().filter((other) => other.learner_id !== row.learner_id && other.hosts.length === 1);
  const swapped = h('select', {}, h('option', { value: '' }, say('choose')), ...others.map((other) => h('option', { value: other.learner_id }, other.name)));
  const reason = () => {
    if (why.value.trim()) return why.value.trim();
    later(hint, say('needs_why'));
    why.focus();
    return '';
  };
  const go = (action, host, other = '') => { const said = reason(); if (said) send({ action, learner: row.learner_id, host, other, why: said }); };
  const pin = button(say('pin'), () => go('pin', select.value), { class: 'lx-accent' });
  const release = button(say('release'), () => go('release', select.value));
  const forbid = button(say('forbid'), () => go('forbid', select.value), { class: 'lx-danger' });
  const swap = button(say('swap'), () => { if (swapped.value) go('swap', '', swapped.value); else swapped.focus(); });
  const follow = () => {
    const chosen = [...row.hosts, ...row.options].find((one) => one.host_id === select.value);
    told.replaceChildren(decidedView(say, chosen?.decided ?? []));
    pin.hidden = chosen?.state === 'pinned' || chosen?.state === 'agreed' || chosen?.state === 'declined';
    release.hidden = !['pinned', 'forbidden'].includes(chosen?.state);
    forbid.hidden = ['forbidden', 'declined'].includes(chosen?.state);
  };
  select.addEventListener('change', follow);
  if (select.options.length) follow();
  return h('div', { class: 'lx-decide' },
    select.options.length ? h('label', { class: 'lx-field' }, h('span', {}, say('host', { name: row.name })), select) : h('p', { class: 'lx-hint' }, row.why),
    told, h('label', { class: 'lx-field' }, h('span', {}, say('why')), why), hint,
    select.options.length ? h('div', { class: 'lx-row' }, pin, release, forbid) : null,
    row.hosts.length === 1 && others.length ? h('div', { class: 'lx-row lx-swap' }, h('label', { class: 'lx-field' }, h('span', {}, say('swap_with')), swapped), swap) : null);
};

// What a city can answer to one suggestion.
const answerView = (page, row, host, send) => {
  const { say } = page, why = h('textarea', { rows: 2, maxlength: 500, dir: 'auto' }), hint = h('p', { class: 'lx-hint', role: 'status' });
  const side = (name) => say(name === 'host' ? 'host_side' : 'learner');
  const answer = (action, other) => {
    if (action === 'declined' && !why.value.trim()) { later(hint, say('needs_why')); why.focus(); return; }
    send({ action, learner: row.learner_id, host: host.host_id, other, why: why.value.trim() });
  };
  return h('div', { class: 'lx-decide' }, decidedView(say, host.decided), h('label', { class: 'lx-field' }, h('span', {}, say('why')), why), hint,
    ...host.sides.map((name) => h('div', { class: 'lx-row' }, button(say('accept', { side: side(name) }), () => answer('accepted', name), { class: 'lx-accent' }),
      button(say('decline', { side: side(name) }), () => answer('declined', name), { class: 'lx-danger' }))));
};

const rowView = (page, id) => {
  const { say, keeper, mine } = page, element = h('li', { class: 'lx-pair' });
  let row = null, open = false, shown = '';
  const key = () => (mine ? `${row.learner_id}>${row.hosts[0].host_id}` : row.learner_id);
  const send = (move) => { open = false; keeper.put('move', key(), move); };
  const toggle = () => { open = !open; if (open) page.closeOthers(id); update(true); element.querySelector(open ? 'select, textarea' : '.lx-line button')?.focus(); };
  const hostView = (host) => h('span', { class: 'lx-host' }, h('bdi', {}, host.name), host.score === null ? null : h('small', {}, say('score', { score: host.score })), stateView(host));
  const update = (force = false) => {
    if (!row) return;
    const refused = keeper.refused(key()), waiting = keeper.isWaiting(key()), now = JSON.stringify([row, open, waiting, refused?.why]);
    if (now === shown && !force) return;
    shown = now;
    const focused = element.contains(document.activeElement);
    const can = page.canEdit && !waiting && (mine ? row.hosts[0].sides.length > 0 : row.hosts.length + row.options.length > 0);
    const label = mine ? say('answer_named', { learner: row.name, host: row.hosts[0].name }) : say('change_named', { name: row.name });
    const edit = can ? button(open ? say('done') : say(mine ? 'answer' : 'change'), toggle, { 'aria-expanded': String(open), 'aria-label': open ? null : label }) : null;
    element.replaceChildren(...[
      h('div', { class: 'lx-line' }, h('h3', {}, h('bdi', {}, row.name)),
        h('p', { class: 'lx-hosts' }, h('span', { class: 'lx-from' }, say('learns_from')),
          ...(row.hosts.length ? row.hosts.map(hostView) : [h('span', { class: 'lx-nobody' }, say('nobody')), h('small', { class: 'lx-reason' }, row.why)])), edit),
      waiting ? h('p', { class: 'lx-hint', role: 'status', tabindex: -1 }, say('on_its_way')) : null,
      refused ? refusedView(say, refused.why, () => keeper.tryAgain(key())) : null,
      open ? (mine ? answerView(page, row, row.hosts[0], send) : decideView(page, row, send)) : null].filter(Boolean));
    if (focused && !force) (element.querySelector('[tabindex]') ?? element.querySelector('button'))?.focus();
  };
  return { element, update, draw: (now) => { row = now; update(); }, close: () => { if (open) { open = false; update(); } }, get row() { return row; } };
};

const tableView = (heads, figures) => h('div', { class: 'lx-scroll', tabindex: 0, role: 'region', 'aria-label': heads[0] }, h('table', {}, h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
  h('tbody', {}, ...figures.map(([first, ...rest]) => h('tr', {}, h('th', { scope: 'row' }, first), ...rest.map((cell) => h('td', {}, cell)))))));

const render = ({ model, el }, shared) => {
  const { keeper } = shared, say = speaker(model.get('words'), model.get('language')), mine = model.get('mine');
  const root = frame(model, 'board', say(mine ? 'label_mine' : 'label')), status = statusView(keeper, say), views = new Map();
  const page = { say, keeper, mine, canEdit: model.get('can_edit'), rows: () => model.get('board').rows,
    closeOthers: (id) => views.forEach((view, other) => { if (other !== id) view.close(); }) };
  const list = h('ul', { class: 'lx-pairs' }), none = h('p', { class: 'lx-none' }, say(mine ? 'empty_mine' : 'empty'));
  const sentences = h('div', { class: 'lx-sums' }), edits = h('div', { class: 'lx-edits', role: 'status' }), table = h('div', {});
  const find = h('input', { type: 'search', dir: 'auto' }), which = h('select', {}, ...['all', 'alone', 'decided', 'changed'].map((value) => h('option', { value }, say(value))));
  const found = h('p', { class: 'lx-hint', role: 'status' });
  const method = h('select', {}, ...model.get('methods').map(({ value, label }) => h('option', { value }, label))), making = h('p', { class: 'lx-hint', role: 'status' });
  let seq = 0, before = new Map(), changed = new Set();

  const matches = (row) => {
    const wanted = find.value.trim().toLocaleLowerCase(), names = [row.name, ...row.hosts.map((host) => host.name)].join(' ').toLocaleLowerCase();
    if (wanted && !names.includes(wanted)) return false;
    if (which.value === 'alone') return !row.hosts.length;
    if (which.value === 'decided') return row.hosts.some((host) => host.decided.length) || row.options.some((option) => option.state);
    return which.value !== 'changed' || changed.has(row.learner_id);
  };
  const filter = () => {
    let n = 0;
    page.rows().forEach((row) => { const fits = matches(row); views.get(idOf(row)).element.hidden = !fits; n += fits ? 1 : 0; });
    later(found, n === page.rows().length ? '' : say('shown', { n }));
  };
  const idOf = (row) => (mine ? `${row.learner_id}>${row.hosts[0].host_id}` : row.learner_id);
  const draw = () => {
    const board = model.get('board'), hosts = new Map(board.rows.map((row) => [row.learner_id, row.hosts.map((host) => host.host_id).join()]));
    if (before.size) changed = new Set([...hosts].filter(([id, now]) => before.get(id) !== now).map(([id]) => id));
    before = hosts;
    const elements = board.rows.map((row) => {
      const id = idOf(row), view = views.get(id) ?? rowView(page, id);
      views.set(id, view);
      view.draw(row);
      view.element.dataset.changed = changed.has(row.learner_id) ? 'yes' : 'no';
      return view.element;
    });
    if (elements.some((element, k) => list.children[k] !== element) || list.children.length !== elements.length) list.replaceChildren(...elements);
    none.hidden = elements.length > 0;
    sentences.replaceChildren(...board.sentences.map((one) => h('p', {}, `${one}.`)));
    edits.replaceChildren(...(board.changes === null ? [] : [h('h4', {}, say('last_edit')), board.changes.length
      ? h('ul', { class: 'lx-lines' }, ...board.changes.map((one) => h('li', {}, `${one}.`))) : h('p', {}, say('no_change'))]));
    table.replaceChildren(...(board.figures.length ? [tableView(board.heads, board.figures)] : []));
    if (board.method) method.value = board.method;
    filter();
  };
  const remake = () => { seq += 1; later(making, say('making')); try { model.send({ kind: 'method', method: method.value, seq }); } catch { later(making, say('failed')); } };
  const onMessage = (message) => { if (message.kind === 'made' && message.seq === seq) later(making, message.why); };
  model.on('msg:custom', onMessage);
  model.on('change:board', draw);
  method.addEventListener('change', remake);
  find.addEventListener('input', filter);
  which.addEventListener('change', filter);

  const suggestDone = h('p', { class: 'lx-hint', role: 'status' });
  const suggest = h('div', { class: 'lx-suggest' }, button(say('suggest'), () => keeper.put('move', 'all', { action: 'suggest' }), { class: 'lx-primary' }), h('p', { class: 'lx-hint' }, say('suggest_hint')), suggestDone);
  const bar = h('div', { class: 'lx-bar' }, status.save, status.live), whole = !mine;
  root.append(...[h('h2', { class: 'lx-sr' }, say(mine ? 'label_mine' : 'label')), bar, status.lost,
    whole ? sentences : null,
    whole ? h('div', { class: 'lx-tools' }, page.canEdit && model.get('methods').length ? h('label', { class: 'lx-field' }, h('span', {}, say('method')), method) : null,
      h('label', { class: 'lx-field' }, h('span', {}, say('find')), find), h('label', { class: 'lx-field' }, h('span', {}, say('which')), which)) : null,
    making, whole ? edits : null, found, page.canEdit ? null : h('p', { class: 'lx-hint' }, say('read_only')), list, none,
    whole && page.canEdit ? suggest : null, whole ? h('details', {}, h('summary', {}, say('compare')), table) : null, status.kept].filter(Boolean));
  const update = ({ detail } = {}) => {
    if (detail?.kind === 'saved' && detail.key === 'all') later(suggestDone, say('suggested'));
    views.forEach((view) => view.update());
    status.update();
    bar.hidden = !status.save.textContent;
    status.kept.hidden = !page.canEdit;
  };
  const silence = keeper.listen(update);
  draw();
  update();
  el.replaceChildren(root);
  return () => { silence(); model.off('msg:custom', onMessage); model.off('change:board', draw); };
};

// A factory: initialize and render get different proxies of the model, so what they share lives in this closure.
export default () => { const shared = {}; return { initialize: (context) => initialize(context, shared), render: (context) => render(context, shared) }; };
