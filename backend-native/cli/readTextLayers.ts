/**
 * Reads the text layer of pictures as the embedded model is given it, for training: a path a line in, and for each one
 * JSON string a line out; empty for a picture without words.
 */
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readImage } from '../server/attachments/pictures/images.js';
import { textLayerReader } from '../server/attachments/pictures/textLayer/readTextLayer.js';
import { RecogniserProcess } from '../server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { textOf } from '../server/attachments/pictures/textLayer/textLayer.js';

async function main(): Promise<void> {
  const recogniser = new RecogniserProcess();
  const reader = textLayerReader(recogniser, () => undefined);
  const { signal } = new AbortController();
  for await (const file of createInterface({ input: process.stdin })) {
    const base64 = fs.readFileSync(file).toString('base64');
    const outcome = await reader.read(await readImage({ name: path.basename(file), base64 }), { signal });
    const text = outcome.status === 'read' ? textOf(outcome.layer, { marks: true }) : '';
    process.stdout.write(`${JSON.stringify(text)}\n`);
  }
  recogniser.close();
}

void main();
