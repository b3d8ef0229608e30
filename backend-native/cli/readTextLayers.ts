/**
 * Reads the text layer of pictures as the embedded model is given it, for training: a path a line in as a JSON string,
 * and for each one `{text, look}` a line out, with an empty text and no look for a picture without words.
 */
import { createInterface } from 'node:readline';
import { readImage } from '../server/attachments/pictures/images.js';
import { lookOfPicture } from '../server/attachments/pictures/textLayer/pictureLook.js';
import { textLayerReader } from '../server/attachments/pictures/textLayer/readTextLayer.js';
import { RecogniserProcess } from '../server/attachments/pictures/textLayer/recogniser/recogniserProcess.js';
import { textOf } from '../server/attachments/pictures/textLayer/textLayer.js';

async function main(): Promise<void> {
  const recogniser = new RecogniserProcess();
  const reader = textLayerReader(recogniser, () => undefined);
  const { signal } = new AbortController();
  for await (const line of createInterface({ input: process.stdin })) {
    const file = JSON.parse(line) as string;
    const picture = await readImage({ path: file });
    const outcome = await reader.read(picture, { signal });
    const read =
      outcome.status === 'read'
        ? { text: textOf(outcome.layer, { marks: true }), look: lookOfPicture(picture, outcome.layer) }
        : { text: '' };
    process.stdout.write(`${JSON.stringify(read)}\n`);
  }
  recogniser.close();
}

void main();
