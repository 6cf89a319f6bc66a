// A live picture: its parts can be reached by keyboard, and what is chosen goes back to Python.

// Inside an image nothing can be focused. A drawing with parts to choose is a group of buttons, one of which is in
// the tab order; arrow keys go from part to part.
const openUp = (drawing, chosen) => {
  const parts = [...drawing.querySelectorAll('[data-id]')];
  if (!parts.length) return;
  drawing.setAttribute('role', 'group');
  const current = parts.find((part) => part.dataset.id === chosen) ?? parts[0];
  for (const part of parts) {
    part.setAttribute('role', 'button');
    part.setAttribute('aria-label', part.querySelector('title').textContent);
    part.setAttribute('tabindex', part === current ? '0' : '-1');
  }
};

// The part that has the focus is the one in the tab order.
const hold = (part) => {
  for (const other of part.closest('svg[role]').querySelectorAll('[data-id][tabindex="0"]')) other.setAttribute('tabindex', '-1');
  part.setAttribute('tabindex', '0');
};

const mark = (root, chosen) => {
  for (const part of root.querySelectorAll('[data-id]')) part.setAttribute('aria-pressed', String(part.dataset.id === chosen));
};

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

const move = (part, key) => {
  const parts = [...part.closest('svg[role]').querySelectorAll('[data-id]')];
  const turned = key.length > 7 && part.closest('[dir=rtl]') ? -1 : 1; // left and right change places
  const next = parts[(parts.indexOf(part) + STEPS[key] * turned + parts.length) % parts.length];
  next.focus();
};

function render({ model, el }) {
  const root = frame(model, 'picture-view', null);
  el.append(root);

  const draw = () => {
    const active = root.contains(document.activeElement) ? document.activeElement : null;
    const focused = active?.closest('[data-id]')?.dataset.id;
    const open = root.querySelector('details')?.open;
    root.lang = model.get('language');
    root.dir = model.get('dir');
    root.innerHTML = model.get('html'); // markup of our own: free text in it is escaped by exchange/reports/escape.py
    root.querySelectorAll('svg[role]').forEach((drawing) => openUp(drawing, focused ?? model.get('chosen')));
    if (open) root.querySelector('details').open = true;
    mark(root, model.get('chosen'));
    if (active?.matches('summary')) root.querySelector('summary').focus();
    if (focused) [...root.querySelectorAll('[data-id][tabindex="0"]')].find((part) => part.dataset.id === focused && part.getClientRects().length)?.focus();
  };

  const choose = (event) => {
    const part = event.target.closest('[data-id]');
    if (!part) return;
    if (event.key in STEPS) {
      event.preventDefault();
      move(part, event.key);
    } else if (event.type === 'click' || event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      model.set('chosen', part.dataset.id);
      model.save_changes();
    }
  };

  const again = () => mark(root, model.get('chosen'));
  root.addEventListener('focusin', ({ target }) => target.matches('[data-id]') && hold(target));
  root.addEventListener('click', choose);
  root.addEventListener('keydown', choose);
  model.on('change:html', draw);
  model.on('change:chosen', again);
  draw();
  return () => {
    model.off('change:html', draw);
    model.off('change:chosen', again);
  };
}

export default { render };
