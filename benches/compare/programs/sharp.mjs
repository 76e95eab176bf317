// sharp, with its defaults but one thread and no cache. Paths on stdin, the folder as an argument.
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';

const SIDE = 640;
const out = process.argv[2];
sharp.concurrency(1);
sharp.cache(false);
for (const photo of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  try {
    await sharp(photo)
      .autoOrient()
      .resize(SIDE, SIDE, { fit: 'cover', position: 'centre', withoutEnlargement: true })
      .jpeg({ quality: 85, chromaSubsampling: '4:2:0' })
      .toFile(path.join(out, `${path.parse(photo).name}.jpg`));
  } catch (error) {
    // A photo that fails does not end the others.
    console.error(`${photo}: ${error}`);
    process.exitCode = 1;
  }
}
