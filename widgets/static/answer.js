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
    // Only an address of the web is a link; anything else is the name of a document.
    const open = h('a', { target: '_blank', rel: 'noopener noreferrer' }, say('evidence_open'));
    const point = () => { const at = piece.reference.trim(); open.hidden = !/^https?:\/\/\S+$/i.test(at); if (open.hidden) open.removeAttribute('href'); else open.href = at; };
    const changed = () => { unfinished.hidden = Boolean(isWhole(piece)); point(); report(); };
    const reference = h('input', { type: 'text', value: piece.reference, maxlength: 500, placeholder: say('reference_hint'), dir: 'auto',
      oninput: (event) => { piece.reference = event.target.value; changed(); } });
    const sensitivity = h('select', { onchange: (event) => { piece.sensitivity = event.target.value; changed(); } },
      h('option', { value: '', disabled: true }, say('sensitivity_choose')),
      ...page.terms.sensitivity.map(({ value, label }) => h('option', { value }, label)));
    sensitivity.value = piece.sensitivity;
    const remove = button(say('evidence_remove'), () => { pieces = pieces.filter((other) => other !== piece); report(); draw(); add.focus(); }, { class: 'lx-link' });
    unfinished.hidden = Boolean(isWhole(piece));
    point();
    return h('div', { class: 'lx-piece' }, h('label', { class: 'lx-field' }, h('span', {}, say('reference')), reference),
      h('label', { class: 'lx-field' }, h('span', {}, say('sensitivity')), sensitivity), remove, open, unfinished);
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

// Which levels a number allows: the one it means, those between which it cannot decide, or all when it lies between levels.
const levelsOf = (quantity, value) => {
  const step = quantity.ladder?.find(([low, high]) => (low === high ? value === low : value > low && (high === null || value < high)));
  return step ? step[2] : null;
};
const allowedBy = (item, answer) => (item.quantity?.ladder?.length && answer.quantity !== null ? levelsOf(item.quantity, answer.quantity) : null);
const lacksReason = (item, answer) => {
  const allowed = allowedBy(item, answer);
  return Boolean(allowed && allowed.length > 1 && answer.state === 'answered' && !answer.note.trim());
};
// The answer that follows from a number: its level where it means one; a level that it rules out goes.
const withNumber = (item, answer, value) => {
  const { ladder } = item.quantity, before = allowedBy(item, answer), open = { state: 'blank', level: null };
  if (!ladder?.length) return { quantity: value };
  if (value === null) return { quantity: null, ...(before?.length === 1 ? open : {}) };
  const allowed = levelsOf(item.quantity, value) ?? [];
  if (allowed.length === 1) return { quantity: value, state: 'answered', level: allowed[0] };
  const wasMeant = before?.length === 1;
  return { quantity: value, ...(!wasMeant && answer.state === 'answered' && allowed.includes(answer.level) ? {} : open) };
};

const quantityView = (page, item, name, change) => {
  const { say } = page, { ask, unit, low, high, whole, lang } = item.quantity;
  const meaning = h('p', { id: `${name}-means`, class: 'lx-means', role: 'status' }), wrong = h('p', { id: `${name}-wrong`, class: 'lx-wrong' });
  const isPossible = (value) => Number.isFinite(value) && value >= low && (high === null || value <= high) && (!whole || Number.isInteger(value));
  const input = h('input', { type: 'number', inputmode: 'decimal', min: low, max: high, step: whole ? 1 : 'any', 'aria-describedby': `${name}-unit ${name}-means ${name}-wrong`,
    oninput: () => {
      const value = input.value === '' ? null : Number(input.value), fits = !input.validity.badInput && (value === null || isPossible(value));
      page.setWrong(item.id, !fits);
      if (fits) change(withNumber(item, page.answer(item.id), value), 600);
    } });
  const element = h('div', { class: 'lx-quantity' }, h('label', { class: 'lx-field' }, inTongue(ask, lang?.ask), input),
    h('span', { id: `${name}-unit`, class: 'lx-unit' }, unit), wrong, meaning);
  const sentence = (value, allowed) => {
    if (!allowed) return '';
    if (allowed.length === 1) return say('number_means', { value, level: allowed[0] });
    if (allowed.length === item.levels.length) return say('number_between', { value });
    return say('number_allows', { value, levels: say.list(allowed) });
  };
  const update = (answer) => {
    const isWrong = page.isWrong(item.id);
    if (document.activeElement !== input && !isWrong) input.value = answer.quantity ?? '';
    if (isWrong) input.setAttribute('aria-invalid', 'true'); else input.removeAttribute('aria-invalid');
    later(wrong, isWrong ? say(high === null ? 'number_wrong_open' : 'number_wrong', { low, high }) : '');
    later(meaning, isWrong ? '' : sentence(answer.quantity, allowedBy(item, answer)));
  };
  return { element, update, clear: () => { input.value = ''; page.setWrong(item.id, false); } };
};

// What must be described before this question: said once above it, with the way there.
const waitingView = (page, item) => {
  const element = h('p', { class: 'lx-waits', hidden: true });
  let shown = null;
  const update = () => {
    const waiting = page.canEdit ? page.missingScenes(item) : [];
    if (waiting.join() === shown) return;
    shown = waiting.join();
    element.hidden = !waiting.length;
    element.replaceChildren(page.say('scenario_first'), ...waiting.map((name) => button(page.scenarioName(name), () => page.goToScene(name), { class: 'lx-link' })));
  };
  return { element, update };
};

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
  const other = (state) => choiceView(name, state, () => { quantity?.clear(); change({ state, level: null, quantity: null }); },
    h('span', { class: 'lx-mark', 'data-state': state, 'aria-hidden': 'true' }), h('span', {}, say(state)));
  const erase = () => { quantity?.clear(); change({ state: 'blank', level: null, quantity: null }); (radios.find((input) => !input.disabled) ?? radios[0]).focus(); };
  const clear = h('button', { type: 'button', class: 'lx-link lx-clear', onclick: erase }, say('clear'), hiddenText(` ${item.id}`));
  const past = page.past[item.id];
  const last = past === undefined || past === null ? null : h('p', { class: 'lx-past' }, say('last_time', { level: past }));
  const reason = h('span', { class: 'lx-wrong', id: `${name}-reason` });
  const note = h('textarea', { rows: 1, maxlength: 4000, placeholder: say('note_hint'), dir: 'auto', 'aria-label': say('note_of', { item: item.id }), 'aria-describedby': `${name}-reason`,
    oninput: () => change({ note: note.value }, 600) });
  const more = moreView(page, item, name, change), trouble = troubleView(page, item), waiting = waitingView(page, item);
  const quantity = item.quantity ? quantityView(page, item, name, change) : null;
  const levels = levelsView(page, item, name, change);
  const choices = h('div', { class: 'lx-choices' }, levels, h('div', { class: 'lx-row' }, other('unknown'), other('not_applicable'), clear, last));
  const element = h('fieldset', { class: 'lx-item', 'data-item': item.id, disabled: !page.canEdit },
    h('legend', {}, h('h3', {}, h('small', {}, item.id), inTongue(item.label, tongue.label)), h('p', {}, inTongue(item.question, tongue.question))),
    item.help ? h('details', { class: 'lx-help' }, h('summary', {}, say('help'), hiddenText(` ${item.id}`)), h('p', {}, inTongue(item.help, tongue.help))) : null,
    waiting.element, quantity?.element, choices, trouble.element,
    h('label', { class: 'lx-field lx-note' }, h('span', {}, say('note')), note, reason), more.element);
  const radios = [...choices.querySelectorAll('input')];

  choices.addEventListener('keydown', (event) => {
    if (event.target.type !== 'radio' || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = latin(event), value = { u: 'unknown', n: 'not_applicable' }[key] ?? key;
    const wanted = radios.find((input) => input.value === value);
    if (wanted && !wanted.disabled) { event.preventDefault(); wanted.focus(); if (!wanted.checked) wanted.click(); }
    if (key === 'delete' || key === 'backspace') { event.preventDefault(); erase(); }
  });
  const update = () => {
    const answer = page.answer(item.id), value = answer.state === 'answered' ? String(answer.level) : answer.state;
    const allowed = allowedBy(item, answer), waits = page.canEdit && page.missingScenes(item).length > 0;
    radios.forEach((input) => {
      const isLevel = input.value !== 'unknown' && input.value !== 'not_applicable';
      input.checked = input.value === value;
      input.disabled = isLevel && (waits || Boolean(allowed && !allowed.includes(Number(input.value))));
    });
    clear.hidden = (answer.state === 'blank' && answer.quantity === null) || !page.canEdit;
    const lacks = lacksReason(item, answer);
    later(reason, lacks ? say('reason') : '');
    if (lacks) note.setAttribute('aria-invalid', 'true'); else note.removeAttribute('aria-invalid');
    waiting.update();
    if (document.activeElement !== note && note.value !== answer.note) note.value = answer.note;
    quantity?.update(answer);
    more.update(answer);
    trouble.update();
  };
  update();
  return { element, update };
};
