// Where squares lie, in pixels of the photo. A focal point is text: two fractions, as overrides have it.
const clamp = (at, low, high) => Math.min(Math.max(at, low), high);
const pointOf = (focal) => focal.split(',').map(Number);
const focalOf = (x, y) => [x, y].map((at) => Number(clamp(at, 0, 1).toFixed(3))).join(',');

// The square that these overrides mean; null if only `preview` can know it.
const squareOf = ({ width, height }, { focal, fit }) => {
  const around = (side) => ({ x: (width - side) / 2, y: (height - side) / 2, side });
  if (focal) {
    const side = Math.min(width, height);
    const [x, y] = pointOf(focal);
    return { x: clamp(x * width - side / 2, 0, width - side), y: clamp(y * height - side / 2, 0, height - side), side };
  }
  if (fit === 'contain') return around(Math.max(width, height));
  if (fit === 'circle-safe') return around(Math.hypot(width, height));
  return null;
};

// The focal point that moves a square by this share of the photo's longer side; null if it cannot move so.
const moved = ({ width, height }, square, across, down) => {
  const [side, longer] = [Math.min(width, height), Math.max(width, height)];
  const along = (start, step, length) => clamp(start + square.side / 2 + step * longer, side / 2, length - side / 2) / length;
  const from = focalOf(along(square.x, 0, width), along(square.y, 0, height));
  const to = focalOf(along(square.x, across, width), along(square.y, down, height));
  return from === to && square.side === side ? null : to;
};
