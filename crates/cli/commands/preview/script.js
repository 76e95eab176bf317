
(() => {
  'use strict';
  // Overrides: what the page was made with, and what is chosen now. Nothing leaves the page but the file that is saved.
  const SVG = 'http://www.w3.org/2000/svg';
  const { background } = document.querySelector('main').dataset;
  const cards = new Map();
  let saved = true;

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const drawn = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const same = (one, other) => one.focal === other.focal && one.fit === other.fit && one.skip === other.skip;
  const isNone = (state) => !state.focal && !state.fit && !state.skip;

  for (const node of document.querySelectorAll('.card[data-photo]')) {
    const { photo, size = '', focal = '', fit = '', skip = '' } = node.dataset;
    const [width, height] = size.split(' ').map(Number);
    const made = { focal, fit, skip: skip === 'yes' };
    cards.set(node, { node, key: decodeURIComponent(photo), width, height, made, now: { ...made }, ready: false });
  }

  // The square that these overrides mean, if that can be known without looking at the photo.
  const squareOf = ({ width, height, now }) => {
    const shorter = Math.min(width, height);
    const clamp = (at, length, side) => Math.min(Math.max(at * length - side / 2, 0), length - side);
    if (now.focal) {
      const [x, y] = now.focal.split(',').map(Number);
      return { x: clamp(x, width, shorter), y: clamp(y, height, shorter), side: shorter };
    }
    if (now.fit === 'contain' || now.fit === 'circle-safe') {
      const side = now.fit === 'contain' ? Math.max(width, height) : Math.hypot(width, height);
      return { x: (width - side) / 2, y: (height - side) / 2, side };
    }
    return null;
  };

  const draw = (card) => {
    const { node, width, height, now, made, photo, rounds, controls } = card;
    const changed = !same(now, made);
    node.classList.toggle('changed', changed);
    controls.fit.value = now.fit;
    controls.skip.checked = now.skip;
    controls.focal.textContent = now.focal ? `focal ${now.focal}` : '';
    controls.reset.hidden = isNone(now) && !changed;
    controls.about.hidden = !changed;
    const views = node.querySelector('.views');
    if (views) views.style.opacity = now.skip ? '.45' : '1';
    if (!photo) return;
    const moved = now.focal !== made.focal || now.fit !== made.fit;
    const square = moved ? squareOf(card) : null;
    photo.replaceChildren(...card.children);
    photo.setAttribute('viewBox', card.viewBox);
    if (moved) {
      photo.querySelectorAll('.shade,.square,.ring,.face').forEach((part) => part.remove());
    }
    if (square) {
      const { x, y, side } = square;
      const [left, top] = [Math.min(x, 0), Math.min(y, 0)];
      const [across, down] = [Math.max(width, x + side) - left, Math.max(height, y + side) - top];
      photo.setAttribute('viewBox', `${left} ${top} ${across} ${down}`);
      const ground = drawn('rect', { x, y, width: side, height: side });
      ground.style.fill = background;
      photo.prepend(ground);
      photo.append(
        drawn('path', {
          class: 'shade',
          d: `M${left} ${top}h${across}v${down}h${-across}zM${x} ${y}h${side}v${side}h${-side}z`,
        }),
        drawn('rect', { class: 'square', x, y, width: side, height: side }),
        drawn('circle', { class: 'ring', cx: x + side / 2, cy: y + side / 2, r: side / 2 }),
      );
    }
    if (now.focal) {
      const [x, y] = now.focal.split(',').map(Number);
      const [cx, cy, arm] = [x * width, y * height, Math.max(width, height) / 40];
      photo.append(drawn('path', { class: 'cross', d: `M${cx - arm} ${cy}h${2 * arm}M${cx} ${cy - arm}v${2 * arm}` }));
    }
    for (const { svg, use, href, viewBox } of rounds) {
      svg.style.background = square ? background : '';
      use.setAttribute('href', square ? `#o${node.id.slice(1)}` : href);
      svg.setAttribute('viewBox', square ? `${square.x} ${square.y} ${square.side} ${square.side}` : viewBox);
    }
  };

  const bar = element('div', { className: 'bar', hidden: true });
  const counted = element('span', {});
  const save = element('button', { type: 'button', textContent: 'Save overrides.csv' });
  bar.append(counted, save);
  document.body.append(bar);

  const all = () => [...cards.values()].filter((card) => !isNone(card.now));
  const changed = (card, change) => {
    Object.assign(card.now, change);
    saved = false;
    draw(card);
    const count = all().length;
    counted.textContent = count === 1 ? '1 override' : `${count} overrides`;
    bar.hidden = false;
  };

  const setFocal = (card, x, y) => {
    const fraction = (at) => Number(Math.min(Math.max(at, 0), 1).toFixed(3));
    const change = { focal: `${fraction(x)},${fraction(y)}` };
    if (card.now.fit !== 'cover') change.fit = '';
    changed(card, change);
  };

  const prepare = (card) => {
    if (card.ready) return;
    card.ready = true;
    const { node } = card;
    const option = (value, text) => element('option', { value, textContent: text });
    const fit = element(
      'select',
      {},
      option('', 'as asked'),
      option('auto', 'auto'),
      option('cover', 'cover'),
      option('contain', 'contain'),
      option('circle-safe', 'circle-safe'),
    );
    const skip = element('input', { type: 'checkbox' });
    const focal = element('output', {});
    const reset = element('button', { type: 'button', textContent: 'No override' });
    const about = element('p', {
      className: 'about',
      textContent: 'About as it would be. Save the overrides and run preview again to see it exactly.',
    });
    card.controls = { fit, skip, focal, reset, about };
    node.append(
      element('div', { className: 'adjust' }, element('label', {}, 'Fit', fit), element('label', {}, skip, 'Skip'), focal, reset),
      about,
    );
    fit.addEventListener('change', () => {
      const contains = fit.value === 'contain' || fit.value === 'circle-safe';
      changed(card, contains ? { fit: fit.value, focal: '' } : { fit: fit.value });
    });
    skip.addEventListener('change', () => changed(card, { skip: skip.checked }));
    reset.addEventListener('click', () => changed(card, { focal: '', fit: '', skip: false }));

    const photo = card.width ? node.querySelector('.photo') : null;
    card.photo = null;
    card.rounds = [];
    if (photo) {
      Object.assign(card, { photo, children: [...photo.children], viewBox: photo.getAttribute('viewBox') });
      card.rounds = [...node.querySelectorAll('.round')].map((svg) => {
        const use = svg.querySelector('use');
        return { svg, use, href: use.getAttribute('href'), viewBox: svg.getAttribute('viewBox') };
      });
      node.classList.add('live');
      photo.setAttribute('tabindex', '0');
      photo.setAttribute('aria-label', 'The photo and its square: click, or use the arrow keys, to set the focal point');
      photo.addEventListener('click', (event) => {
        const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(photo.getScreenCTM().inverse());
        setFocal(card, at.x / card.width, at.y / card.height);
      });
      photo.addEventListener('keydown', (event) => {
        const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
        const step = steps[event.key];
        if (!step) return;
        event.preventDefault();
        const [x, y] = (card.now.focal || '0.5,0.5').split(',').map(Number);
        const far = event.shiftKey ? 0.1 : 0.02;
        setFocal(card, x + step[0] * far, y + step[1] * far);
      });
    }
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

  const cell = (text) => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  save.addEventListener('click', () => {
    const rows = all()
      .sort((one, other) => one.node.id.slice(1) - other.node.id.slice(1))
      .map(({ key, now }) => [key, now.focal, now.fit, now.skip ? 'yes' : ''].map(cell).join(','));
    // The mark tells spreadsheets that it is UTF-8.
    const text = `\ufeff${['photo,focal,fit,skip', ...rows].join('\n')}\n`;
    const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
    element('a', { href: url, download: 'overrides.csv' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    saved = true;
  });
  addEventListener('beforeunload', (event) => {
    if (!saved) event.preventDefault();
  });
})();
