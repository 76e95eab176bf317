// The controls of the cards. Nothing leaves the page but the file that is saved.
const { background } = document.querySelector('main').dataset;
const photos = new Map();
const cards = new Map();

const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const drawn = (name, attributes) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};
const button = (textContent, label) => {
  const made = element('button', { type: 'button', textContent });
  if (label) made.setAttribute('aria-label', label);
  return made;
};

// A photo for several groups has a card for each, and one choice.
const found = [...document.querySelectorAll('.card[data-photo]')].sort((one, other) => one.id.slice(1) - other.id.slice(1));
for (const node of found) {
  const { photo, size = '', focal = '', fit = '', skip = '' } = node.dataset;
  const key = decodeURIComponent(photo);
  const made = { focal, fit, skip: skip === 'yes' };
  if (!photos.has(key)) photos.set(key, { key, made, now: made, cards: [] });
  const [width, height] = size.split(' ').map(Number);
  const card = { node, photo: photos.get(key), width, height, name: node.getAttribute('aria-label'), controls: null };
  card.photo.cards.push(card);
  cards.set(node, card);
}

// The longer side of a photo on the page.
const PHOTO = 480;

const show = ({ svg }, left, top, across, down) => {
  svg.setAttribute('viewBox', `${left} ${top} ${across} ${down}`);
  const scale = PHOTO / Math.max(across, down);
  svg.setAttribute('width', Math.max(Math.round(across * scale), 1));
  svg.setAttribute('height', Math.max(Math.round(down * scale), 1));
};

// The square as it is drawn now.
const current = (card) =>
  (card.isMoved() ? squareOf(card, card.photo.now) : null) ?? card.madeSquare ?? squareOf(card, { focal: '0.5,0.5' });

const drawSquare = (card, square) => {
  const { svg, width, height } = card;
  const { x, y, side } = square;
  const [left, top] = [Math.min(x, 0), Math.min(y, 0)];
  const [across, down] = [Math.max(width, x + side) - left, Math.max(height, y + side) - top];
  show(card, left, top, across, down);
  const ground = drawn('rect', { x, y, width: side, height: side });
  ground.style.fill = background;
  svg.prepend(ground);
  svg.append(
    drawn('path', {
      class: 'shade',
      d: `M${left} ${top}h${across}v${down}h${-across}zM${x} ${y}h${side}v${side}h${-side}z`,
    }),
    drawn('rect', { class: 'square', x, y, width: side, height: side }),
    drawn('circle', { class: 'ring', cx: x + side / 2, cy: y + side / 2, r: side / 2 }),
  );
};

const drawFocal = ({ svg, width, height }, focal) => {
  const [x, y] = pointOf(focal);
  const [cx, cy, arm] = [x * width, y * height, Math.max(width, height) / 40];
  svg.append(drawn('path', { class: 'cross', d: `M${cx - arm} ${cy}h${2 * arm}M${cx} ${cy - arm}v${2 * arm}` }));
};

const draw = (card) => {
  const { node, photo, svg, controls } = card;
  if (!controls) return;
  const { now, made } = photo;
  const isChanged = !isSame(now, made);
  node.classList.toggle('changed', isChanged);
  controls.fit.value = now.fit;
  controls.skip.checked = now.skip;
  controls.focal.textContent = now.focal ? `focal ${now.focal}` : '';
  controls.undo.hidden = !changes.some((done) => done.photo === photo);
  controls.reset.hidden = isNone(now);
  controls.about.hidden = !isChanged;
  const views = node.querySelector('.views');
  if (views) views.style.opacity = now.skip ? '.45' : '1';
  if (!svg) return;
  const square = card.isMoved() ? squareOf(card, now) : null;
  svg.replaceChildren(...card.children);
  show(card, ...card.view);
  if (card.isMoved()) svg.querySelectorAll('.shade,.square,.ring,.face').forEach((part) => part.remove());
  if (square) drawSquare(card, square);
  if (now.focal) drawFocal(card, now.focal);
  for (const { round, use, href, viewBox } of card.rounds) {
    round.style.background = square ? background : '';
    use.setAttribute('href', square ? `#o${node.id.slice(1)}` : href);
    round.setAttribute('viewBox', square ? `${square.x} ${square.y} ${square.side} ${square.side}` : viewBox);
  }
};

const counted = element('span', {});
const told = element('output', {});
const undoLast = button('Undo');
undoLast.title = 'Take the last change back (Ctrl+Z)';
const save = button('Save overrides.csv');
save.className = 'save';
const bar = element('div', { className: 'bar', hidden: true }, counted, told, undoLast, save);
document.body.append(bar);

let saved = list([...photos.values()]).text;
const report = (photo, message) => {
  photo.cards.forEach(draw);
  const { count, text } = list([...photos.values()]);
  counted.textContent = count === 1 ? '1 override' : `${count} overrides`;
  told.textContent = message;
  undoLast.disabled = changes.length === 0;
  bar.hidden = undoLast.disabled && text === saved;
};
const set = (card, choice, kind) => {
  if (change(card.photo, choice, kind)) report(card.photo, '');
};
const takeBack = (photo) => {
  const undone = undo(photo);
  if (!undone) return;
  const [{ node, name }] = undone.cards;
  report(undone, `Undone: ${name}`);
  node.scrollIntoView({ block: 'nearest' });
};

const setFocal = (card, focal, kind) => {
  const keepsFit = ['', 'auto', 'cover'].includes(card.photo.now.fit);
  set(card, keepsFit ? { focal } : { focal, fit: '' }, kind);
};

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const [STEP, LONG_STEP] = [0.01, 0.1];

const prepareSquare = (card, svg) => {
  const { node, photo, name } = card;
  const square = svg.querySelector('.square');
  const number = (attribute) => Number(square.getAttribute(attribute));
  Object.assign(card, {
    svg,
    madeSquare: square && { x: number('x'), y: number('y'), side: number('width') },
    children: [...svg.children],
    view: svg.getAttribute('viewBox').split(' ').map(Number),
    rounds: [...node.querySelectorAll('.round')].map((round) => {
      const use = round.querySelector('use');
      return { round, use, href: use.getAttribute('href'), viewBox: round.getAttribute('viewBox') };
    }),
  });
  node.classList.add('live');
  const hint = element('p', { className: 'hint', id: `hint-${node.id}` });
  hint.textContent =
    card.width === card.height
      ? 'The photo is square: there is nothing to move.'
      : 'Click the photo to move the square, or use the arrow keys (with Shift: larger steps).';
  svg.after(hint);
  svg.setAttribute('tabindex', '0');
  svg.setAttribute('role', 'application');
  svg.setAttribute('aria-label', `The square of ${name}`);
  svg.setAttribute('aria-describedby', hint.id);
  svg.addEventListener('click', (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    setFocal(card, focalOf(at.x / card.width, at.y / card.height));
    svg.focus({ preventScroll: true });
  });
  svg.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const length = event.shiftKey ? LONG_STEP : STEP;
    const focal = moved(card, current(card), step[0] * length, step[1] * length);
    if (focal) setFocal(card, focal, 'keys');
  });
  svg.addEventListener('blur', endSteps);
};

const FITS = { '': 'as asked', auto: 'auto', cover: 'cover', contain: 'contain', 'circle-safe': 'circle-safe' };

const prepare = (card) => {
  const { node, photo, name } = card;
  card.isMoved = () => photo.now.focal !== photo.made.focal || photo.now.fit !== photo.made.fit;
  const options = Object.entries(FITS).map(([value, textContent]) => element('option', { value, textContent }));
  const fit = element('select', { ariaLabel: `Fit of ${name}` }, ...options);
  const skip = element('input', { type: 'checkbox', ariaLabel: `Skip ${name}` });
  const focal = element('output', {});
  const back = button('Undo', `Undo the last change of ${name}`);
  const reset = button('No override', `No override for ${name}`);
  const shared = photo.cards.length > 1 ? ` It counts for all ${photo.cards.length} cards of this photo.` : '';
  const about = element('p', {
    className: 'about',
    textContent: `About as it would be. Save the overrides and run preview again to see it exactly.${shared}`,
  });
  node.append(
    element('div', { className: 'adjust' }, element('label', {}, 'Fit', fit), element('label', {}, skip, 'Skip'), focal, back, reset),
    about,
  );
  fit.addEventListener('change', () => {
    const keepsAll = fit.value === 'contain' || fit.value === 'circle-safe';
    set(card, keepsAll ? { fit: fit.value, focal: '' } : { fit: fit.value });
  });
  skip.addEventListener('change', () => set(card, { skip: skip.checked }));
  back.addEventListener('click', () => takeBack(photo));
  reset.addEventListener('click', () => set(card, NONE));
  const svg = card.width ? node.querySelector('.photo') : null;
  if (svg) prepareSquare(card, svg);
  card.controls = { fit, skip, focal, undo: back, reset, about };
  draw(card);
};

// Controls come to a card when it comes near the window.
const watch = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      prepare(cards.get(target));
    }
  },
  { rootMargin: '600px' },
);
for (const node of cards.keys()) watch.observe(node);

undoLast.addEventListener('click', () => takeBack());
addEventListener('keydown', (event) => {
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'z';
  if (!isUndo) return;
  event.preventDefault();
  takeBack();
});
save.addEventListener('click', () => {
  saved = list([...photos.values()]).text;
  const url = URL.createObjectURL(new Blob([saved], { type: 'text/csv' }));
  element('a', { href: url, download: 'overrides.csv' }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  told.textContent = 'Saved: give it to batch or prepare by --overrides overrides.csv';
});
addEventListener('beforeunload', (event) => {
  if (list([...photos.values()]).text !== saved) event.preventDefault();
});
