// Overrides of photos, and the way back. A photo is { made, now, .. }: what the page was made with, and what is chosen.
const NONE = { focal: '', fit: '', skip: false };
const isSame = (one, other) => one.focal === other.focal && one.fit === other.fit && one.skip === other.skip;
const isNone = (choice) => isSame(choice, NONE);

// The changes that can be undone, the last one at the end.
const changes = [];

// Steps by keys follow each other as one change.
const change = (photo, choice, kind) => {
  const now = { ...photo.now, ...choice };
  if (isSame(now, photo.now)) return false;
  const last = changes.at(-1);
  const goesOn = kind === 'keys' && last?.photo === photo && last.kind === kind;
  if (!goesOn) changes.push({ photo, kind, before: photo.now });
  photo.now = now;
  return true;
};

// Ends a change that later steps would continue.
const endSteps = () => {
  if (changes.length) changes.at(-1).kind = '';
};

// Takes the last change back, of this photo or of any; returns the photo.
const undo = (photo) => {
  const index = changes.findLastIndex((done) => !photo || done.photo === photo);
  if (index < 0) return null;
  const [done] = changes.splice(index, 1);
  endSteps();
  done.photo.now = done.before;
  return done.photo;
};

const cell = (text) => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

// The file that --overrides reads. The mark tells spreadsheets that it is UTF-8.
const list = (photos) => {
  const rows = photos
    .filter(({ now }) => !isNone(now))
    .map(({ key, now }) => [key, now.focal, now.fit, now.skip ? 'yes' : ''].map(cell).join(','));
  return { count: rows.length, text: `\ufeff${['photo,focal,fit,skip', ...rows].join('\n')}\n` };
};
