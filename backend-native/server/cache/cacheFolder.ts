/**
 * The folder in which the engine keeps what was looked at once. Its files are the engine's own; here they are counted
 * and deleted.
 */
import fs from 'node:fs';
import path from 'node:path';
import { BackendError } from '../../protocol/errors.js';
import type { CacheInfo, CacheSettings, ClearCacheResult } from '../../protocol/model.js';

/** Whatever else lies in the folder is somebody else's. */
export const cacheFileEnding = '.lookonce';

/**
 * Makes the folder, for this user alone: it holds what is derived from screenshots. One that is there keeps its mode.
 * A cache that cannot be used is a warning and not an error, for every answer comes without one too.
 * @returns whether the folder can be used
 */
export async function prepareCacheFolder(folder: string, warn: (message: string) => void): Promise<boolean> {
  try {
    await fs.promises.mkdir(folder, { recursive: true, mode: 0o700 });
    await fs.promises.access(folder, fs.constants.R_OK | fs.constants.X_OK);
  } catch (error) {
    warn(`Nothing is kept on disk: the cache folder ${folder} cannot be used (${reasonOf(error)})`);
    return false;
  }
  try {
    await fs.promises.access(folder, fs.constants.W_OK);
  } catch (error) {
    warn(`Nothing new is kept on disk: the cache folder ${folder} cannot be written to (${reasonOf(error)})`);
  }
  return true;
}

/** The settings, with what the files take now. */
export async function cacheInfo(settings: CacheSettings): Promise<CacheInfo> {
  const files = await filesIn(settings.folder);
  return { ...settings, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * Removes what was not used for longest until the rest is within the bound, as the engine does after each of its own
 * files.
 */
export async function makeRoom({ folder, maxBytes }: CacheSettings): Promise<void> {
  const files = await filesIn(folder);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of [...files].sort((a, b) => a.usedMs - b.usedMs)) {
    if (bytes <= maxBytes) return;
    await fs.promises.rm(path.join(folder, file.name), { force: true });
    bytes -= file.bytes;
  }
}

/** Deletes the engine's files and leaves everything else alone. A folder that is not there is an empty one. */
export async function clearCacheFolder(folder: unknown): Promise<ClearCacheResult> {
  if (typeof folder !== 'string' || !path.isAbsolute(folder)) {
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: 'an absolute path',
      what: 'the folder of the cache',
      received: String(folder),
    });
  }
  let [files, freedBytes] = [0, 0];
  for (const { name, bytes } of await filesIn(folder)) {
    try {
      await fs.promises.rm(path.join(folder, name), { force: true });
    } catch (error) {
      throw new BackendError('internal', { kind: 'cacheStays', file: path.join(folder, name), why: reasonOf(error) });
    }
    files += 1;
    freedBytes += bytes;
  }
  return { folder, files, freedBytes };
}

interface CacheFile {
  readonly name: string;
  readonly bytes: number;
  readonly usedMs: number;
}

async function filesIn(folder: string): Promise<CacheFile[]> {
  let entries: fs.Dirent[];
  try {
    entries = await fs.promises.readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw new BackendError('file_not_found', { kind: 'cacheUnreadable', folder, why: reasonOf(error) });
  }
  const sizes = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(cacheFileEnding))
    .map(async ({ name }) => {
      try {
        const { size, mtimeMs } = await fs.promises.lstat(path.join(folder, name));
        return { name, bytes: size, usedMs: mtimeMs };
      } catch (error) {
        // Another process may have made room meanwhile.
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  return (await Promise.all(sizes)).filter((file) => file !== undefined);
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
