/** What was recognised once is kept for the next time, beside what the engine keeps of the same pictures. */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { CacheSettings } from '../../../../protocol/model.js';
import { cacheFileEnding, makeRoom, prepareCacheFolder } from '../../../cache/cacheFolder.js';
import type { Box, Raster } from './recogniser/raster.js';
import type { RecognisedLine } from './recogniser/recogniser.js';

export interface TextLayerCache {
  /** @returns undefined when nothing usable is kept of it */
  read(hash: string, picture: Raster): Promise<readonly RecognisedLine[] | undefined>;
  write(hash: string, lines: readonly RecognisedLine[]): Promise<void>;
}

/** Raised when the recogniser finds or reads lines in another way: what was kept before is not used then. */
const version = 3;

/**
 * Files that are damaged, of another version or not of this picture are as good as none. One that cannot be written is
 * a warning: every answer comes without a cache too.
 */
export function textLayerCache(settings: CacheSettings, warn: (message: string) => void): TextLayerCache {
  const fileOf = (hash: string) => path.join(settings.folder, `text-${hash.slice(0, 32)}${cacheFileEnding}`);
  return {
    read: async (hash, picture) => {
      const file = fileOf(hash);
      const lines = await fs.promises.readFile(file, 'utf8').then((text) => parse(text, hash, picture), notThere);
      // The order of use decides what is removed first.
      if (lines) await fs.promises.utimes(file, new Date(), new Date()).catch(notThere);
      return lines;
    },
    write: async (hash, lines) => {
      if (!(await prepareCacheFolder(settings.folder, warn))) return;
      const body = JSON.stringify({ version, hash, lines });
      const partial = path.join(settings.folder, `partial-${randomUUID()}${cacheFileEnding}`);
      try {
        await fs.promises.writeFile(partial, `${checksum(body)}\n${body}`, { mode: 0o600 });
        await fs.promises.rename(partial, fileOf(hash));
        await makeRoom(settings);
      } catch (error) {
        warn(`The text of a picture is not kept: ${String(error)}`);
        await fs.promises.rm(partial, { force: true }).catch(notThere);
      }
    },
  };
}

function parse(text: string, hash: string, picture: Raster): readonly RecognisedLine[] | undefined {
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end < 0 || text.slice(0, end) !== checksum(body)) return undefined;
  const kept = JSON.parse(body) as { version?: unknown; hash?: unknown; lines?: unknown };
  if (kept.version !== version || kept.hash !== hash || !Array.isArray(kept.lines)) return undefined;
  const lines: unknown[] = kept.lines;
  return lines.every((line): line is RecognisedLine => isLine(line, picture)) ? lines : undefined;
}

function isLine(line: unknown, { width, height }: Raster): boolean {
  const { text, box, confidence } = (line ?? {}) as Partial<Record<keyof RecognisedLine, unknown>>;
  if (typeof text !== 'string' || typeof confidence !== 'number' || !Array.isArray(box) || box.length !== 4)
    return false;
  if (!box.every((side) => Number.isInteger(side) && Number(side) >= 0)) return false;
  const [left, top, across, down] = box as unknown as Box;
  return left + across <= width && top + down <= height && isReading((line as RecognisedLine).plain);
}

function isReading(plain: unknown): boolean {
  if (plain === undefined) return true;
  const { text, confidence } = (plain ?? {}) as Partial<Record<keyof RecognisedLine, unknown>>;
  return typeof text === 'string' && typeof confidence === 'number';
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function notThere(): undefined {
  return undefined;
}
