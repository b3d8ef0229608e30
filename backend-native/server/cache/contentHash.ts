/**
 * Names for content by which it is found again on disk. SHA-256: two contents of one name do not happen, even on
 * purpose.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const endBytes = 2 ** 20;

/** Of the pixels, wherever they come from: the same picture is the same in a file, on the clipboard and on a page. */
export function imageHash({
  width,
  height,
  rgb,
}: {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}): string {
  const sides = Buffer.alloc(8);
  sides.writeUInt32LE(width, 0);
  sides.writeUInt32LE(height, 4);
  return createHash('sha256').update(sides).update(rgb).digest('hex');
}

/** Of a text, in UTF-8. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/**
 * Tells a model's file from any other without reading all of it, which takes a minute for twenty gigabytes. Its size,
 * the time at which it was last written, and the content of its first and last MiB: a GGUF file begins with all that
 * describes the model and ends with weights, so other models, quantisations and trainings differ there, and whatever
 * writes into the middle changes the time. A copy counts as another file, which costs one more look at the pictures and
 * no wrong answer. Of a model in parts, all of them count.
 */
export async function modelFingerprint(file: string): Promise<string> {
  const hash = createHash('sha256');
  for (const part of partsOf(file)) await addFile(hash, part);
  return hash.digest('hex');
}

async function addFile(hash: ReturnType<typeof createHash>, file: string): Promise<void> {
  const handle = await fs.promises.open(file);
  try {
    const { size, mtimeNs } = await handle.stat({ bigint: true });
    hash.update(`${size} ${mtimeNs} `);
    const ends =
      Number(size) <= 2 * endBytes
        ? [[0, Number(size)]]
        : [
            [0, endBytes],
            [Number(size) - endBytes, endBytes],
          ];
    for (const [start = 0, length = 0] of ends) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** llama.cpp loads `m-00001-of-00003.gguf` and its siblings as one model. */
function partsOf(file: string): string[] {
  const [, stem, first, count] = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/.exec(path.basename(file)) ?? [];
  if (stem === undefined || first !== '00001' || count === undefined) return [file];
  return Array.from({ length: Number(count) }, (_, index) =>
    path.join(path.dirname(file), `${stem}-${String(index + 1).padStart(5, '0')}-of-${count}.gguf`),
  );
}
