/**
 * Lays lines of text out as the text layer of a picture, for training: one JSON object a line in, `{lines: [{text, box,
 * confidence, ground, look?}]}` with boxes in pixels, and for each one JSON string a line out.
 */
import { createInterface } from 'node:readline';
import type { PlacedLine } from '../server/attachments/pictures/textLayer/layout/placedLine.js';
import { layOut } from '../server/attachments/pictures/textLayer/layout/layOut.js';
import { textOf } from '../server/attachments/pictures/textLayer/textLayer.js';

for await (const line of createInterface({ input: process.stdin })) {
  const { lines } = JSON.parse(line) as { lines: PlacedLine[] };
  process.stdout.write(`${JSON.stringify(textOf(layOut(lines), { marks: true }))}\n`);
}
