// How every widget builds its page: elements with text, never markup made of data.

const PROPERTIES = new Set(['value', 'checked', 'disabled', 'hidden', 'open']);

// h('p', { class: 'lx-note', onclick: go }, 'text', other) makes an element; strings become text nodes.
const h = (tag, props = {}, ...kids) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...kids.flat().filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return element;
};

const hiddenText = (...kids) => h('span', { class: 'lx-sr' }, ...kids);
const button = (label, onclick, props = {}) => h('button', { type: 'button', onclick, ...props }, label);
const later = (element, text) => { if (element.textContent !== text) element.textContent = text; };

// crypto.randomUUID is missing on plain http, which is what a workshop's own network speaks.
const randomId = () => [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, '0')).join('');

// The sentences of one language: say('found', { n: 3 }); a sentence that depends on n has a form a plural category.
const speaker = (words, language) => {
  const rules = new Intl.PluralRules(language), digits = new Intl.NumberFormat(`${language}-u-nu-latn`, { maximumFractionDigits: 2 });
  const number = (value) => digits.format(value);
  const say = (name, values = {}) => {
    const form = words[name] ?? name;
    const template = typeof form === 'string' ? form : form[rules.select(values.n)] ?? form.other;
    return template.replace(/\{(\w+)\}/g, (whole, key) => {
      const value = values[key];
      return value === undefined ? whole : typeof value === 'number' ? number(value) : String(value);
    });
  };
  const time = (at) => new Date(at).toLocaleTimeString(`${language}-u-nu-latn`, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const day = (at) => new Date(at).toLocaleDateString(`${language}-u-nu-latn`, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const capital = (text) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  const list = (parts) => new Intl.ListFormat(language, { type: 'conjunction' }).format(parts.map(String));
  return Object.assign(say, { number, time, day, capital, list });
};

// The outermost element of a widget: its language and direction, and keys that stay with it (JupyterLab listens for letters).
const frame = (model, name, label) => {
  const root = h('section', {
    class: `lx lx-${name}`, lang: model.get('language'), dir: model.get('dir'), 'aria-label': label, 'data-lm-suppress-shortcuts': 'true',
  });
  root.addEventListener('keydown', (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey && event.key !== 'Escape') event.stopPropagation();
  });
  return root;
};
