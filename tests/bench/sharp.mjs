// The same proxies as people make them with sharp: one pipeline each. Makes them once for each line of its input, and
// answers how many milliseconds that took.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [folder, photo, mark] = process.argv.slice(2);
const sharp = createRequire(`${folder}/`)("sharp");
sharp.concurrency(1);
// Real photographs come once.
sharp.cache(false);

async function proxy(edge) {
  const watermark = await sharp(mark).resize({ width: edge / 2 }).toBuffer();
  return sharp(photo)
    .rotate()
    .resize(edge, edge, { fit: "inside", withoutEnlargement: true })
    .composite([{ input: watermark, gravity: "centre" }])
    .jpeg({ quality: 82 })
    .toBuffer();
}

for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  for (const edge of [2560, 1280, 320]) await proxy(edge);
  console.log(performance.now() - start);
}
