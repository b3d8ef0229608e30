import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Twelve digits that tell one model and projector from another, by what is in the files. */
export async function modelHash(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    const one = createHash('sha256');
    await pipeline(fs.createReadStream(file), one);
    hash.update(one.digest());
  }
  return hash.digest('hex').slice(0, 12);
}
