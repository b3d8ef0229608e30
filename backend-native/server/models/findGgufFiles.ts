import fs from 'node:fs';
import path from 'node:path';

/** Generous for a folder of models, and soon over in a home directory that was named by mistake. */
export const searchLimits = { depth: 6, entries: 50_000, files: 1000, ms: 5000 } as const;

export interface FoundFiles {
  readonly files: readonly string[];
  /** What ended the search before its end. */
  readonly stopped?: { readonly limit: 'files' | 'models' | 'seconds' | 'levels'; readonly most: number };
}

/**
 * The GGUF files in a folder and below, the nearest first. Links are followed, but no folder is looked into twice.
 * @throws the file system's error when the folder itself cannot be read
 */
export async function findGgufFiles(folder: string): Promise<FoundFiles> {
  const deadline = performance.now() + searchLimits.ms;
  const files: string[] = [];
  const seen = new Set<string>();
  let entriesSeen = 0;
  let level = [folder];
  for (let depth = 0; depth <= searchLimits.depth && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const current of level) {
      const entries = await entriesOf(current, seen, current === folder);
      for (const entry of entries) {
        entriesSeen += 1;
        const place = path.join(current, entry.name);
        const kind = entry.isSymbolicLink() ? await kindBehind(place) : entry;
        if (kind?.isDirectory()) next.push(place);
        else if (kind?.isFile() && entry.name.toLowerCase().endsWith('.gguf')) files.push(place);
      }
      if (entriesSeen > searchLimits.entries) return { files, stopped: { limit: 'files', most: searchLimits.entries } };
      if (files.length > searchLimits.files) return { files, stopped: { limit: 'models', most: searchLimits.files } };
      if (performance.now() > deadline) return { files, stopped: { limit: 'seconds', most: searchLimits.ms / 1000 } };
    }
    level = next;
  }
  return level.length > 0 ? { files, stopped: { limit: 'levels', most: searchLimits.depth } } : { files };
}

/** @returns nothing for a folder that was seen before, or below the first one cannot be read */
async function entriesOf(folder: string, seen: Set<string>, isFirst: boolean): Promise<fs.Dirent[]> {
  try {
    const real = await fs.promises.realpath(folder);
    if (seen.has(real)) return [];
    seen.add(real);
    const entries = await fs.promises.readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isFirst || (error as NodeJS.ErrnoException).code === undefined) throw error;
    return [];
  }
}

/** What a link leads to; undefined when it leads nowhere. */
async function kindBehind(link: string): Promise<fs.Stats | undefined> {
  try {
    return await fs.promises.stat(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}
