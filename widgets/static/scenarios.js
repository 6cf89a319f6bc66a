// The scenarios that a section needs: their hazard and one sentence each, described before the questions about them.

const SCENE = 'scenario:';
const isDescribed = (scene) => Boolean(scene && scene.hazard && scene.words.trim());

const hazardSelect = (page, change) => h('select', { onchange: change }, h('option', { value: '', disabled: true }, page.say('scenario_choose')),
  ...page.hazards.map((group) => h('optgroup', { label: page.say.capital(group.label) },
    ...group.hazards.map(([id, label]) => h('option', { value: id }, page.say.capital(label))))));

const sceneView = (page, name) => {
  const { say, keeper } = page, key = SCENE + name, label = page.terms.scenarios.find(({ value }) => value === name).label;
  const change = (part, delay) => page.changeScene(name, part, delay);
  const hazard = hazardSelect(page, () => change({ hazard: hazard.value }));
  const words = h('textarea', { rows: 1, maxlength: 300, dir: 'auto', placeholder: say('scenario_hint'), oninput: () => change({ words: words.value }, 600) });
  const unfinished = h('p', { class: 'lx-hint', role: 'status' }), trouble = h('div');
  const lines = (scene) => [say('scenario_said', { hazard: page.hazardName(scene.hazard), words: scene.words })];
  let shown = '';
  const element = h('fieldset', { class: 'lx-scene', 'data-scene': name, disabled: !page.canEdit }, h('legend', {}, label),
    h('label', { class: 'lx-field' }, h('span', {}, say('scenario_hazard')), hazard),
    h('label', { class: 'lx-field' }, h('span', {}, say('scenario_words')), words), unfinished, trouble);
  const update = () => {
    const scene = page.scene(name), active = document.activeElement;
    if (active !== hazard) hazard.value = scene.hazard;
    if (active !== words && words.value !== scene.words) words.value = scene.words;
    later(unfinished, (scene.hazard || scene.words) && !isDescribed(scene) ? say('scenario_unfinished') : '');
    const clash = keeper.clash(key), refused = keeper.refused(key), now = JSON.stringify([clash, refused?.why]);
    if (now === shown) return;
    shown = now;
    trouble.replaceChildren(...[refused && refusedView(say, refused.why, () => keeper.tryAgain(key)),
      clash && clashView(say, lines(clash.mine), lines(clash.theirs), (whose) => page.chooseScene(name, whose))].filter(Boolean));
  };
  return { element, update };
};

// One block above the questions of a section; open as long as something is missing.
const scenesView = (page, section) => {
  const { say } = page, needed = Object.keys(page.scenes()).filter((name) => section.items.some((item) => item.scenarios?.includes(name)));
  if (!needed.length) return null;
  const views = needed.map((name) => sceneView(page, name));
  const said = needed.map((name) => [name, h('li', {})]);
  const summary = h('summary', {}, say('scenarios_change'));
  const element = h('details', { class: 'lx-scenes', open: !needed.every((name) => isDescribed(page.scene(name))) }, summary, ...views.map((view) => view.element));
  summary.hidden = element.open;
  const list = h('ul', { class: 'lx-scenes-said' }, ...said.map(([, line]) => line));
  const update = () => {
    views.forEach((view) => view.update());
    if (needed.every((name) => isDescribed(page.scene(name)))) summary.hidden = false;
    said.forEach(([name, line]) => {
      const scene = page.scene(name), text = isDescribed(scene) ? say('scenario_said', { hazard: page.hazardName(scene.hazard), words: scene.words }) : '';
      line.hidden = !text;
      if (line.dataset.text !== text) { line.dataset.text = text; line.replaceChildren(h('b', {}, page.terms.scenarios.find(({ value }) => value === name).label), ' ', h('bdi', {}, text)); }
    });
  };
  const go = (name) => {
    element.open = true;
    const scene = page.scene(name), fieldset = element.querySelector(`[data-scene="${name}"]`);
    fieldset.querySelector(scene.hazard ? 'textarea' : 'select').focus();
  };
  const block = h('div', { class: 'lx-scenes-block', role: 'group', 'aria-label': say('scenarios') }, h('h3', {}, say('scenarios')),
    h('p', { class: 'lx-hint' }, say('scenarios_hint')), list, element);
  return { element: block, update, go };
};
