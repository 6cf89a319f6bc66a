// Peers as rows: what makes the score, three reasons, what is not known; sliders for the weights; invitations.

const initialize = ({ model }, shared) => {
  const keeper = makeKeeper(model, model.get('key'));
  const invited = new Map(model.get('rows').filter((row) => row.invited).map((row) => [row.city_id, row.invited]));
  const onKept = ({ detail }) => { if (detail.kind === 'saved') invited.set(detail.key, shared.sent?.get(detail.key) ?? true); };
  shared.sent = new Map(keeper.start().map((entry) => [entry.key, entry.body.why]));
  const silence = keeper.listen(onKept);
  Object.assign(shared, { keeper, invited });
  return () => { silence(); keeper.stop(); };
};

// One bar: a slot a criterion, as wide as what it could give, filled as far as it gives. Hatched is not known.
const barView = (parts) => {
  const whole = parts.reduce((sum, part) => sum + part.possible, 0) || 1;
  const slots = parts.map((part, k) => {
    const fill = h('span', { class: 'lx-fill' }), slot = h('span', { class: 'lx-slot', 'data-known': part.points === null ? 'no' : 'yes' }, fill);
    fill.style.inlineSize = `${part.possible ? (100 * Math.max(0, part.points ?? 0)) / part.possible : 0}%`;
    const column = h('span', { class: 'lx-part' }, slot, h('small', {}, String(k + 1)));
    column.style.flexGrow = part.possible / whole;
    return column;
  });
  return h('div', { class: 'lx-why', 'aria-hidden': 'true' }, ...slots);
};

const legendView = (say, parts) => h('ol', { class: 'lx-legend' }, ...parts.map((part, k) => h('li', {}, h('b', { 'aria-hidden': 'true' }, String(k + 1)),
  h('span', {}, say.capital(part.label)), ' ', h('span', { class: 'lx-points' }, part.points === null ? say('not_scored') : say('points', { points: tenth(part.points), possible: tenth(part.possible) })))));

const tenth = (value) => Math.round(value * 10) / 10;
const listView = (title, lines) => h('div', {}, h('h4', {}, title), h('ul', { class: 'lx-lines' }, ...lines.map((line) => h('li', {}, line))));

const unknownView = (say, row) => h('details', {}, h('summary', {}, say('not_known'), h('span', { class: 'lx-count' }, ` ${say.number(row.unknown.length)}`), hiddenText(`, ${row.name}`)),
  h('ul', { class: 'lx-lines' }, ...row.unknown.map((line) => h('li', {}, line))));

const firmnessView = (say, row, next) => {
  const lines = [];
  if (row.margin !== null && next) {
    const points = tenth(row.margin);
    lines.push(h('p', {}, points < 1 ? say('margin_close', { points, name: next.name }) : say('margin', { points, name: next.name })));
  }
  if (row.stability !== null) {
    const strip = h('span', { class: 'lx-firm', 'aria-hidden': 'true' }, h('i')), share = Math.round(100 * row.stability);
    strip.firstChild.style.inlineSize = `${share}%`;
    lines.push(h('p', {}, strip, say('stability', { share })));
  }
  return lines.length ? h('div', { class: 'lx-firmness' }, ...lines) : null;
};

// The button, then the sentence why, then what became of it.
const inviteView = (page, row) => {
  const { say, keeper, invited, sent } = page, key = row.city_id, name = row.name, element = h('div', { class: 'lx-invite' });
  let open = false, shown = '';
  const ask = () => {
    const text = h('textarea', { rows: 2, maxlength: 500, dir: 'auto', value: sent.get(key) ?? '' }), hint = h('p', { class: 'lx-hint', role: 'status' });
    const send = () => {
      if (!text.value.trim()) { later(hint, say('invite_needs')); text.focus(); return; }
      sent.set(key, text.value.trim());
      open = false;
      keeper.put('invite', key, { why: text.value.trim() });
      element.querySelector('[tabindex]')?.focus();
    };
    return [h('label', { class: 'lx-field' }, h('span', {}, say('invite_why', { name })), text), hint, h('div', { class: 'lx-row' },
      button(say('invite_send', { name }), send, { class: 'lx-primary' }),
      button(say('invite_no'), () => { open = false; update(); element.querySelector('button').focus(); }, { class: 'lx-link' }))];
  };
  const show = () => { open = true; update(); element.querySelector('textarea').focus(); };
  const parts = (refused) => {
    if (open) return ask();
    if (keeper.isWaiting(key)) return [h('p', { class: 'lx-done', tabindex: -1 }, say('invite_waiting', { name }))];
    if (refused) return [refusedView(say, refused.why, () => keeper.tryAgain(key)), button(say('invite', { name }), show)];
    if (invited.has(key)) {
      const why = invited.get(key);
      return [h('p', { class: 'lx-done', role: 'status', tabindex: -1 }, say('invited', { name })), why === true ? null : h('p', { class: 'lx-hint' }, say('invited_why', { why }))];
    }
    return [button(say('invite', { name }), show, { class: 'lx-accent' })];
  };
  const update = () => {
    const refused = keeper.refused(key), now = JSON.stringify([open, keeper.isWaiting(key), refused?.why, invited.get(key)]);
    if (now === shown) return;
    const hadFocus = element.contains(document.activeElement);
    shown = now;
    element.replaceChildren(...parts(refused).filter(Boolean));
    if (hadFocus && !open) element.querySelector('[tabindex]')?.focus();
  };
  update();
  return { element, update };
};

const peerView = (page, row) => {
  const { say } = page, body = h('div', { class: 'lx-peer-body' });
  const invite = page.canInvite ? inviteView(page, row) : null;
  const element = h('li', { class: 'lx-peer' }, body, invite?.element);
  const draw = (now, place, next) => {
    const bounds = now.low !== null && now.high !== null && now.high - now.low >= 1 ? h('p', { class: 'lx-hint' }, say('bounds', { low: Math.round(now.low), high: Math.round(now.high) })) : null;
    body.replaceChildren(
      h('div', { class: 'lx-peer-head' }, h('div', {}, h('h3', {}, h('small', {}, `${place} `), h('bdi', {}, now.name)), h('p', { class: 'lx-hint' }, now.country)),
        h('div', { class: 'lx-score' }, h('p', {}, h('strong', {}, say.number(Math.round(now.score))), ' ', say('of_100')), bounds)),
      h('div', { class: 'lx-peer-cols' },
        h('div', {}, h('h4', {}, say('what_counts')), barView(now.contributions), legendView(say, now.contributions)),
        h('div', { class: 'lx-told' }, now.reasons.length ? listView(say('reasons', { name: now.name }), now.reasons.slice(0, 3)) : null,
          now.unknown.length ? unknownView(say, now) : h('p', { class: 'lx-hint' }, say('all_known')))),
      ...[firmnessView(say, now, next)].filter(Boolean));
  };
  return { element, draw, update: () => invite?.update() };
};

// Sliders: only their ratios matter, so each says its share of the points. Nothing is stored.
const weightsView = (page, model, show) => {
  const { say } = page, weights = model.get('weights'), inputs = new Map(), outs = new Map();
  if (!weights.length) return null;
  const largest = 2 * Math.max(...weights.map(({ value }) => value)) || 1;
  const note = h('p', { class: 'lx-hint', role: 'status' });
  let seq = 0, timer = null;
  const reset = () => {
    seq += 1;                                    // an answer that is still on its way comes too late
    clearTimeout(timer);
    weights.forEach(({ key, value }) => { inputs.get(key).value = value; });
    shares();
    later(note, '');
    back.hidden = true;
    inputs.get(weights[0].key).focus();
    show(model.get('rows'));
  };
  const back = button(say('weights_back'), reset, { hidden: true });
  const values = () => Object.fromEntries(weights.map(({ key }) => [key, Number(inputs.get(key).value)]));
  const shares = () => {
    const now = values(), whole = Object.values(now).reduce((sum, value) => sum + value, 0) || 1;
    weights.forEach(({ key }) => {
      const share = say('weight_share', { share: Math.round((100 * now[key]) / whole) });
      later(outs.get(key), share);
      inputs.get(key).setAttribute('aria-valuetext', share);
    });
  };
  const ask = () => { seq += 1; try { model.send({ kind: 'weights', values: values(), seq }); } catch { /* the page says that the connection is lost when something is to be kept */ } };
  const rows = weights.map(({ key, label, value }) => {
    const input = h('input', { type: 'range', min: 0, max: largest, step: largest / 40, oninput: () => { shares(); back.hidden = false; clearTimeout(timer); timer = setTimeout(ask, 200); } });
    input.value = value;
    const out = h('span', { class: 'lx-share' });
    inputs.set(key, input); outs.set(key, out);
    return h('label', { class: 'lx-weight' }, h('span', {}, say.capital(label)), out, input);
  });
  shares();
  const onMessage = (message) => {
    if (message.kind !== 'rows' || message.seq !== seq) return;
    if (!message.rows) { later(note, message.why || say('weights_failed')); return; }
    const before = new Set(model.get('rows').map((row) => row.city_id)), n = message.rows.filter((row) => !before.has(row.city_id)).length;
    later(note, `${say('weights_trying')} ${n ? say('weights_changed', { n }) : say('weights_same')}`);
    show(message.rows);
  };
  model.on('msg:custom', onMessage);
  const element = h('details', { class: 'lx-weights' }, h('summary', {}, say('weights')), h('p', { class: 'lx-hint' }, say('weights_hint')),
    h('div', { class: 'lx-sliders', role: 'group', 'aria-label': say('weights') }, ...rows), note, back);
  return { element, stop: () => { clearTimeout(timer); model.off('msg:custom', onMessage); } };
};

const render = ({ model, el }, shared) => {
  const { keeper, invited, sent } = shared, say = speaker(model.get('words'), model.get('language'));
  const page = { say, keeper, invited, sent, canInvite: model.get('can_invite') };
  const root = frame(model, 'peers', say('label')), status = statusView(keeper, say);
  const list = h('ol', { class: 'lx-peers-list' }), none = h('p', { class: 'lx-none' }, model.get('empty')), views = new Map();
  const show = (rows) => {
    const elements = rows.map((row, k) => {
      const view = views.get(row.city_id) ?? peerView(page, row);
      views.set(row.city_id, view);
      view.draw(row, k + 1, rows[k + 1]);
      return view.element;
    });
    list.replaceChildren(...elements);
    none.hidden = rows.length > 0;
  };
  const weights = weightsView(page, model, show);
  const bar = h('div', { class: 'lx-bar' }, status.save, status.live);
  root.append(...[h('h2', { class: 'lx-sr' }, say('label')), bar, status.lost, weights?.element, list, none, status.kept].filter(Boolean));
  const update = () => {
    views.forEach((view) => view.update());
    status.update();
    bar.hidden = !status.save.textContent;
    status.kept.hidden = !page.canInvite;
  };
  const silence = keeper.listen(update);
  const onRows = () => { model.get('rows').forEach((row) => { if (row.invited) invited.set(row.city_id, row.invited); }); show(model.get('rows')); };
  model.on('change:rows', onRows);
  show(model.get('rows'));
  update();
  el.replaceChildren(root);
  return () => { silence(); weights?.stop(); model.off('change:rows', onRows); };
};

// A factory: initialize and render get different proxies of the model, so what they share lives in this closure.
export default () => { const shared = {}; return { initialize: (context) => initialize(context, shared), render: (context) => render(context, shared) }; };
