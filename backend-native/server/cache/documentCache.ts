/** The text of a document that took long to read is kept for the next question, in memory and on disk. */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { CacheSettings } from '../../protocol/model.js';
import type { DocumentContent } from '../attachments/documents/documentContent.js';
import { cacheFileEnding, makeRoom, prepareCacheFolder } from './cacheFolder.js';

export interface DocumentCache {
  /** @param key of documentKey @returns undefined when nothing usable is kept of it */
  read(key: string): Promise<DocumentContent | undefined>;
  write(key: string, content: DocumentContent): Promise<void>;
}

/** Raised when documents are read in another way: what was kept before is not used then. */
const version = 2;
/** Characters of all documents that are kept in memory. */
const memoryCharacters = 32 * 2 ** 20;

/** Names what is read of a document. @param pages such as "1-3"; empty for all */
export function documentKey(bytes: Uint8Array, pages: string): string {
  return createHash('sha256').update(`${version} ${pages}\n`).update(bytes).digest('hex');
}

/** @param settings where to keep files; memory alone when it gives none */
export function documentCache(
  settings: () => CacheSettings | undefined,
  warn: (message: string) => void,
): DocumentCache {
  const memory = new Map<string, DocumentContent>();
  return {
    read: async (key) => {
      const folder = settings()?.folder;
      const kept = memory.get(key) ?? (folder === undefined ? undefined : await readFile(fileOf(folder, key), key));
      if (kept) remember(memory, key, kept);
      return kept;
    },
    write: async (key, content) => {
      remember(memory, key, content);
      const kept = settings();
      if (!kept || !(await prepareCacheFolder(kept.folder, warn))) return;
      const partial = path.join(kept.folder, `partial-${randomUUID()}${cacheFileEnding}`);
      try {
        await fs.promises.writeFile(partial, await zipped(JSON.stringify({ version, key, content })), { mode: 0o600 });
        await fs.promises.rename(partial, fileOf(kept.folder, key));
        await makeRoom(kept);
      } catch (error) {
        warn(`The text of a document is not kept: ${String(error)}`);
        await fs.promises.rm(partial, { force: true });
      }
    },
  };
}

const zipped = promisify(gzip);
const unzipped = promisify(gunzip);

function fileOf(folder: string, key: string): string {
  return path.join(folder, `document-${key.slice(0, 32)}${cacheFileEnding}`);
}

/** gzip carries a checksum: a damaged file does not unpack, and is as good as none. */
async function readFile(file: string, key: string): Promise<DocumentContent | undefined> {
  try {
    const bytes = await unzipped(await fs.promises.readFile(file), { maxOutputLength: 2 ** 28 });
    const kept = JSON.parse(bytes.toString('utf8')) as { version?: unknown; key?: unknown; content?: unknown };
    if (kept.version !== version || kept.key !== key) return undefined;
    // The order of use decides what is removed first.
    await fs.promises.utimes(file, new Date(), new Date());
    return kept.content as DocumentContent;
  } catch {
    return undefined;
  }
}

/** The last one is the newest; the oldest go first. */
function remember(memory: Map<string, DocumentContent>, key: string, content: DocumentContent): void {
  memory.delete(key);
  memory.set(key, content);
  let characters = [...memory.values()].reduce((sum, one) => sum + charactersOf(one), 0);
  for (const [oldest, one] of memory) {
    if (characters <= memoryCharacters || oldest === key) break;
    memory.delete(oldest);
    characters -= charactersOf(one);
  }
}

function charactersOf({ pages }: DocumentContent): number {
  return pages.reduce((sum, { text }) => sum + text.length, 0);
}
