// One question: level cards in order, "do not know", "not applicable", a note, and evidence with confidence.

const BLANK = { state: 'blank', level: null, note: '', confidence: null, evidence: [], quantity: null };
const SHADES = ['0', '1', 'm', '2', '3'];
const shade = (rank, steps) => SHADES[steps < 2 ? 2 : Math.round((rank / (steps - 1)) * (SHADES.length - 1))];
const bodyOf = ({ state, level, note, confidence, evidence, quantity }) => ({ state, level, note, confidence, evidence, quantity });

// A text that is not in the page's language says so on its own words, so that the block keeps the page's side.
const inTongue = (text, tongue) => h('span', tongue ? { lang: tongue, dir: 'auto' } : {}, text ?? '');

const digitView = (level, item) => {
  const rank = item.levels.findIndex((step) => step.value === level);
  return h('span', { class: 'lx-digit', 'data-shade': shade(rank, item.levels.length) }, String(level));
};

const choiceView = (name, value, change, ...kids) => h('label', { class: 'lx-choice' },
  h('input', { type: 'radio', name, value, onchange: change }), ...kids, h('span', { class: 'lx-tick', 'aria-hidden': 'true' }, '✓'));

const levelsView = (page, item, name, change) => h('div', { class: 'lx-levels', 'data-steps': item.levels.length },
  ...item.levels.map((step) => choiceView(name, String(step.value), () => change({ state: 'answered', level: step.value }),
    digitView(step.value, item), h('span', {}, inTongue(step.text, step.lang)))));

const evidenceView = (page, item, change) => {
  const { say } = page, list = h('div', { class: 'lx-pieces' });
  const hint = item.evidence_hint ? h('p', { class: 'lx-hint' }, say('evidence_hint', { hint: item.evidence_hint })) : null;
  const isWhole = (piece) => piece.reference.trim() && piece.sensitivity;
  let pieces = [];

  const report = () => change({ evidence: pieces.filter(isWhole).map(({ reference, sensitivity }) => ({ reference, sensitivity })) }, 600);
  const row = (piece) => {
    const unfinished = h('p', { class: 'lx-hint' }, say('evidence_unfinished'));
    const changed = () => { unfinished.hidden = Boolean(isWhole(piece)); report(); };
    const reference = h('input', { type: 'text', value: piece.reference, maxlength: 500, placeholder: say('reference_hint'), dir: 'auto',
      oninput: (event) => { piece.reference = event.target.value; changed(); } });
    const sensitivity = h('select', { onchange: (event) => { piece.sensitivity = event.target.value; changed(); } },
      h('option', { value: '', disabled: true }, say('sensitivity_choose')),
      ...page.terms.sensitivity.map(({ value, label }) => h('option', { value }, label)));
    sensitivity.value = piece.sensitivity;
    const remove = button(say('evidence_remove'), () => { pieces = pieces.filter((other) => other !== piece); report(); draw(); add.focus(); }, { class: 'lx-link' });
    unfinished.hidden = Boolean(isWhole(piece));
    return h('div', { class: 'lx-piece' }, h('label', { class: 'lx-field' }, h('span', {}, say('reference')), reference),
      h('label', { class: 'lx-field' }, h('span', {}, say('sensitivity')), sensitivity), remove, unfinished);
  };
  const draw = () => list.replaceChildren(...pieces.map(row));
  const add = button(say('evidence_add'), () => {
    pieces.push({ reference: '', sensitivity: '' });
    draw();
    list.lastElementChild.querySelector('input').focus();
  });
  const element = h('div', { class: 'lx-evidence', role: 'group', 'aria-label': say('evidence') }, h('h4', {}, say('evidence')), hint, list, add);
  const update = (evidence) => {
    const same = JSON.stringify(pieces.filter(isWhole).map(({ reference, sensitivity }) => [reference.trim(), sensitivity]))
      === JSON.stringify(evidence.map(({ reference, sensitivity }) => [reference.trim(), sensitivity]));
    if (same || element.contains(document.activeElement)) return;
    pieces = [...evidence.map((piece) => ({ ...piece })), ...pieces.filter((piece) => !isWhole(piece))];
    draw();
  };
  return { element, update };
};

const confidenceView = (page, item, name, change) => {
  const { say } = page;
  const radios = page.terms.confidence.map(({ value, label }) => choiceView(`${name}-sure`, value, () => change({ confidence: value }), h('span', {}, label)));
  const clear = button(say('confidence_clear'), () => { change({ confidence: null }); radios[0].querySelector('input').focus(); }, { class: 'lx-link', 'aria-label': say('confidence_clear_item', { item: item.id }) });
  const element = h('fieldset', { class: 'lx-sure' }, h('legend', {}, say('confidence')), h('div', { class: 'lx-row' }, ...radios, clear));
  const update = (confidence) => {
    radios.forEach((label) => { const input = label.querySelector('input'); input.checked = input.value === confidence; });
    clear.hidden = !confidence;
  };
  return { element, update };
};

const moreView = (page, item, name, change) => {
  const { say } = page, said = h('span', { class: 'lx-said' });
  const sure = confidenceView(page, item, name, change), evidence = evidenceView(page, item, change);
  const element = h('details', { class: 'lx-more' },
    h('summary', {}, say('more'), hiddenText(` ${item.id}`), said), sure.element, evidence.element);
  const update = (answer) => {
    const label = page.terms.confidence.find(({ value }) => value === answer.confidence)?.label;
    const parts = [answer.evidence.length && say('evidence_said', { n: answer.evidence.length }), label && say('confidence_said', { level: label })];
    later(said, parts.filter(Boolean).join(', '));
    sure.update(answer.confidence);
    evidence.update(answer.evidence);
  };
  return { element, update };
};

const quantityView = (page, item, name, change) => {
  const { id, ask, unit, low, high, whole, lang } = item.quantity;
  const input = h('input', { type: 'number', inputmode: 'decimal', min: low, max: high, step: whole ? 1 : 'any', 'aria-describedby': `${name}-unit`,
    oninput: () => { if (input.validity.valid) change({ quantity: input.value === '' ? null : Number(input.value) }, 600); } });
  const element = h('div', { class: 'lx-quantity' }, h('label', { class: 'lx-field' }, inTongue(ask, lang?.ask), input), h('span', { id: `${name}-unit` }, unit));
  const update = (value) => { if (document.activeElement !== input) input.value = value ?? ''; };
  return { element, update };
};

const scenarioViews = (page, item) => (page.scenarios && item.scenarios?.length ? h('ul', { class: 'lx-scenarios' },
  ...page.terms.scenarios.filter(({ value }) => item.scenarios.includes(value)).map(({ value, label }) => {
    const words = page.scenarios[value];
    return h('li', { 'data-missing': words ? null : 'yes' }, words ? page.say('scenario', { scenario: label, words }) : page.say('scenario_missing', { scenario: label }));
  })) : null);

// What an answer says, in lines: for two versions side by side.
const linesOf = (page, item, answer) => {
  const { say } = page, lines = [];
  const step = item.levels.find(({ value }) => value === answer.level);
  lines.push(answer.state === 'answered' ? say('version_level', { level: answer.level, words: step?.text ?? '' }) : say(answer.state));
  if (answer.note) lines.push(say('version_note', { note: answer.note }));
  const label = page.terms.confidence.find(({ value }) => value === answer.confidence)?.label;
  if (label) lines.push(say('confidence_said', { level: label }));
  answer.evidence.forEach(({ reference }) => lines.push(reference));
  return lines;
};

const troubleView = (page, item) => {
  const { keeper, say } = page, element = h('div');
  let shown = '';
  const update = () => {
    const clash = keeper.clash(item.id), refused = keeper.refused(item.id), now = JSON.stringify([clash, refused?.why]);
    if (now === shown) return;
    shown = now;
    const parts = [];
    if (refused) parts.push(refusedView(say, refused.why, () => keeper.tryAgain(item.id)));
    if (clash) parts.push(clashView(say, linesOf(page, item, { ...BLANK, ...clash.mine }), linesOf(page, item, { ...BLANK, ...clash.theirs }), (whose) => page.choose(item.id, whose)));
    element.replaceChildren(...parts);
  };
  return { element, update };
};

const DIGITS = /^[0-9٠-٩۰-۹]$/;
// The key pressed as a Latin letter or digit, also on a keyboard of another script.
const latin = (event) => {
  if (DIGITS.test(event.key)) return String(event.key.codePointAt(0) & 15);
  return event.key.length === 1 && event.key > '\u007f' ? event.code.replace('Key', '').toLowerCase() : event.key.toLowerCase();
};

const answerView = (page, item) => {
  const { say } = page, name = `${page.uid}-${item.id}`, tongue = item.lang ?? {};
  const change = (part, delay) => page.change(item.id, part, delay);
  const other = (state) => choiceView(name, state, () => change({ state, level: null }),
    h('span', { class: 'lx-mark', 'data-state': state, 'aria-hidden': 'true' }), h('span', {}, say(state)));
  const erase = () => { change({ state: 'blank', level: null }); radios[0].focus(); };
  const clear = h('button', { type: 'button', class: 'lx-link lx-clear', onclick: erase }, say('clear'), hiddenText(` ${item.id}`));
  const past = page.past[item.id];
  const last = past === undefined || past === null ? null : h('p', { class: 'lx-past' }, say('last_time', { level: past }));
  const note = h('textarea', { rows: 1, maxlength: 4000, placeholder: say('note_hint'), dir: 'auto', 'aria-label': say('note_of', { item: item.id }),
    oninput: () => change({ note: note.value }, 600) });
  const more = moreView(page, item, name, change), trouble = troubleView(page, item);
  const quantity = item.quantity ? quantityView(page, item, name, change) : null;
  const levels = levelsView(page, item, name, change);
  const choices = h('div', { class: 'lx-choices' }, levels, h('div', { class: 'lx-row' }, other('unknown'), other('not_applicable'), clear, last));
  const element = h('fieldset', { class: 'lx-item', 'data-item': item.id, disabled: !page.canEdit },
    h('legend', {}, h('h3', {}, h('small', {}, item.id), inTongue(item.label, tongue.label)), h('p', {}, inTongue(item.question, tongue.question))),
    item.help ? h('details', { class: 'lx-help' }, h('summary', {}, say('help'), hiddenText(` ${item.id}`)), h('p', {}, inTongue(item.help, tongue.help))) : null,
    scenarioViews(page, item), quantity?.element, choices, trouble.element,
    h('label', { class: 'lx-field lx-note' }, h('span', {}, say('note')), note), more.element);
  const radios = [...choices.querySelectorAll('input')];

  choices.addEventListener('keydown', (event) => {
    if (event.target.type !== 'radio' || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = latin(event), value = { u: 'unknown', n: 'not_applicable' }[key] ?? key;
    const wanted = radios.find((input) => input.value === value);
    if (wanted) { event.preventDefault(); wanted.focus(); if (!wanted.checked) wanted.click(); }
    if (key === 'delete' || key === 'backspace') { event.preventDefault(); erase(); }
  });
  const update = () => {
    const answer = page.answer(item.id), value = answer.state === 'answered' ? String(answer.level) : answer.state;
    radios.forEach((input) => { input.checked = input.value === value; });
    clear.hidden = answer.state === 'blank' || !page.canEdit;
    if (document.activeElement !== note && note.value !== answer.note) note.value = answer.note;
    quantity?.update(answer.quantity);
    more.update(answer);
    trouble.update();
  };
  update();
  return { element, update };
};
