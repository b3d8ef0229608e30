/** What was read of a document in a thread of its own is kept for the next question, in memory and on disk. */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { DocumentFormat } from '../../protocol/formats.js';
import type { CacheSettings } from '../../protocol/model.js';
import type { DocumentContent } from '../attachments/documents/documentContent.js';
import { cacheFileEnding, makeRoom, prepareCacheFolder } from './cacheFolder.js';

export interface DocumentCache {
  /** @param key of documentKey @returns undefined when nothing usable is kept of it */
  read(key: string): Promise<DocumentContent | undefined>;
  write(key: string, content: DocumentContent): Promise<void>;
}

/** Raised when documents of any format are read in another way: what was kept before is not used then. */
const version = 3;
/** Characters, and bytes of pictures, of all documents that are kept in memory. */
const memorySize = 32 * 2 ** 20;
/** Bytes: a document with larger pictures is read again. */
const mostPictureBytes = 8 * 2 ** 20;

/** Names what is read of a document. @param pages such as "1-3"; empty for all */
export function documentKey(format: DocumentFormat, bytes: Uint8Array, pages: string): string {
  return createHash('sha256').update(`${version} ${format} ${pages}\n`).update(bytes).digest('hex');
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
      if (pictureBytes(content) > mostPictureBytes) return;
      remember(memory, key, content);
      const kept = settings();
      if (!kept || !(await prepareCacheFolder(kept.folder, warn))) return;
      const partial = path.join(kept.folder, `partial-${randomUUID()}${cacheFileEnding}`);
      try {
        await fs.promises.writeFile(partial, await zipped(JSON.stringify({ version, key, content: packed(content) })), {
          mode: 0o600,
        });
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
    return unpacked(kept.content as PackedContent);
  } catch {
    return undefined;
  }
}

/** As JSON has it: bytes in base64. */
interface PackedContent extends Omit<DocumentContent, 'pictures'> {
  readonly pictures: readonly { readonly name: string; readonly alt: string; readonly base64: string }[];
}

function packed({ pictures, ...rest }: DocumentContent): PackedContent {
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  return { ...rest, pictures: pictures.map(({ bytes, ...picture }) => ({ ...picture, base64: base64(bytes) })) };
}

function unpacked({ pictures, ...rest }: PackedContent): DocumentContent {
  const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
  return { ...rest, pictures: pictures.map(({ base64, ...picture }) => ({ ...picture, bytes: bytes(base64) })) };
}

/** The last one is the newest; the oldest go first. */
function remember(memory: Map<string, DocumentContent>, key: string, content: DocumentContent): void {
  memory.delete(key);
  memory.set(key, content);
  let size = [...memory.values()].reduce((sum, one) => sum + sizeOf(one), 0);
  for (const [oldest, one] of memory) {
    if (size <= memorySize || oldest === key) break;
    memory.delete(oldest);
    size -= sizeOf(one);
  }
}

function sizeOf(content: DocumentContent): number {
  return content.pages.reduce((sum, { text }) => sum + text.length, 0) + pictureBytes(content);
}

function pictureBytes({ pictures }: DocumentContent): number {
  return pictures.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
