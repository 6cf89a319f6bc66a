// A facilitator's desk: what can be done with the room now, as native controls. What was typed survives a redraw.

const stepView = (page, step) => {
  const element = h('div', { class: 'lx-step' });
  const go = () => page.act({ act: 'lead', to: step.to, revision: page.state().revision });
  const plain = () => {
    const press = button(step.label, step.ends ? ask : go, { class: 'lx-accent' });
    element.replaceChildren(press);
    return press;
  };
  const ask = () => {
    const yes = button(page.say('go'), go, { class: 'lx-primary' });
    element.replaceChildren(h('p', {}, `${step.label}? ${step.ends}`),
      h('div', { class: 'lx-row' }, yes, button(page.say('stay'), () => plain().focus(), { class: 'lx-link' })));
    yes.focus();
  };
  plain();
  return element;
};

const openingView = (page, rules) => {
  const choice = h('select', {}, ...rules.map(({ value, label }) => h('option', { value }, page.say.capital(label))));
  return h('div', {}, h('label', { class: 'lx-field' }, h('span', {}, page.say('rule')), choice),
    button(page.say('open'), () => page.act({ act: 'open', rule: choice.value }), { class: 'lx-primary' }));
};

const field = (page, draft, name) => {
  const area = h('textarea', { rows: 2, maxlength: 4000, dir: 'auto', value: draft[name] ?? '', oninput: () => { draft[name] = area.value; } });
  return h('label', { class: 'lx-field' }, h('span', {}, page.say(name)), area);
};

const questionView = (page, one) => {
  const draft = page.drafts.get(one.item) ?? page.drafts.set(one.item, {}).get(one.item);
  const levels = one.levels.map(({ value, text }) => {
    const input = h('input', { type: 'radio', name: `${page.id}-${one.item}`, value, checked: draft.level === value, onchange: () => { draft.level = value; } });
    return h('label', { class: 'lx-choice' }, input, h('span', { class: 'lx-digit', 'data-shade': String(value) }, String(value)), h('span', {}, text), h('span', { class: 'lx-tick', 'aria-hidden': 'true' }, '✓'));
  });
  const write = () => {
    if (draft.level === undefined) { page.tell(page.say('choose')); levels[0].querySelector('input').focus(); return; }
    page.act({ act: 'agree', item: one.item, seen: one.seen, level: draft.level, why: draft.why ?? '', dissent: draft.dissent ?? '' });
  };
  return h('details', { open: draft.open === true, ontoggle: (event) => { draft.open = event.target.open; } },
    h('summary', {}, one.label, h('span', { class: 'lx-hint' }, ` ${one.why}`)),
    h('p', { class: 'lx-hint' }, one.said),
    h('fieldset', {}, h('legend', {}, page.say('level')), ...levels),
    field(page, draft, 'why'), field(page, draft, 'dissent'),
    button(page.say('write'), write, { class: 'lx-primary' }));
};

function render({ model, el }) {
  const say = speaker(model.get('words'), model.get('language')), root = frame(model, 'room-desk', say('label'));
  const head = h('h3', { tabindex: -1 }), body = h('div', { class: 'lx-desk' }), status = h('p', { class: 'lx-hint', role: 'status' });
  const page = { say, id: randomId(), drafts: new Map(), state: () => model.get('state'), tell: (text) => later(status, text) };
  let seq = 0, waiting = false, timer = null;
  page.act = (message) => {
    if (waiting) return;
    seq += 1; waiting = true;
    page.tell(say('working'));
    timer = setTimeout(() => { waiting = false; page.tell(say('lost')); }, 30000);
    try { model.send({ ...message, seq }); } catch { clearTimeout(timer); waiting = false; page.tell(say('lost')); }
  };
  const draw = () => {
    const { phase, said, steps, accept, questions } = page.state();
    later(head, said);
    const parts = !model.get('can_lead') ? [] : phase ? [
      accept ? button(say('accept', { n: accept }), () => page.act({ act: 'accept' }), { class: 'lx-primary' }) : null,
      questions.length ? h('h4', {}, say('decide')) : null,
      ...questions.map((one) => questionView(page, one)),
      ...steps.map((step) => stepView(page, step)),
    ] : [openingView(page, model.get('rules'))];
    body.replaceChildren(...parts.filter(Boolean));
  };
  const onMessage = (message) => {
    if (message.kind !== 'acted' || message.seq !== seq) return;
    clearTimeout(timer);
    waiting = false;
    page.tell(message.ok ? say('done') : message.why);
    head.focus();
  };
  model.on('change:state', draw);
  model.on('msg:custom', onMessage);
  draw();
  root.append(head, status, body);
  el.replaceChildren(root);
  return () => { clearTimeout(timer); model.off('change:state', draw); model.off('msg:custom', onMessage); };
}

export default { render };
