/**
 * Reads the text layer of pictures as the embedded model is given it, for training: a path a line in, and for each
 * one the text a line out, empty for a picture without words; both as JSON strings.
 */
import { createInterface } from 'node:readline';
import { readImage } from '../server/attachments/pictures/images.js';
import { textLayerReader } from '../server/attachments/pictures/textLayer/readTextLayer.js';
import { RecogniserProcess } from '../server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { textOf } from '../server/attachments/pictures/textLayer/textLayer.js';

async function main(): Promise<void> {
  const recogniser = new RecogniserProcess();
  const reader = textLayerReader(recogniser, () => undefined);
  const { signal } = new AbortController();
  for await (const line of createInterface({ input: process.stdin })) {
    const file = JSON.parse(line) as string;
    const outcome = await reader.read(await readImage({ path: file }), { signal });
    const text = outcome.status === 'read' ? textOf(outcome.layer, { marks: true }) : '';
    process.stdout.write(`${JSON.stringify(text)}\n`);
  }
  recogniser.close();
}

void main();
