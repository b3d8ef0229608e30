import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { asBackendError } from '../../protocol/errors.js';
import { documentFormatOfName, hasImageExtension } from '../../protocol/formats.js';
import { rankPieces } from '../../server/attachments/rankPieces.js';
import { errorLine } from '../terminal.js';
import { inputOf } from './readTextTool.js';
import { Cancelled, type ToolContext } from './toolContext.js';

export const findInput = {
  folder: z.string().describe('A folder inside the roots'),
  query: z.string().min(1).max(2000),
  limit: z.number().int().min(1).max(100).optional().describe('How many are told at most (10)'),
};

export const findOutput = {
  found: z.array(z.object({ file: z.string(), page: z.number(), score: z.number(), excerpt: z.string() })),
  filesRead: z.number(),
  notRead: z.array(z.object({ file: z.string(), why: z.string() })),
  note: z.string().describe('What was left out; empty for nothing'),
};

/** Files of one folder that are read for a search. */
const mostFiles = 2000;
/** Characters around what was found. */
const excerptCharacters = 240;
const skippedFolders = new Set(['node_modules', 'dist', 'build', 'out', 'target', '__pycache__']);

interface NotRead {
  readonly file: string;
  readonly why: string;
}

interface Page {
  readonly file: string;
  readonly page: number;
  readonly text: string;
  readonly lead: string;
}

/** @throws BackendError for a folder outside of the roots, and when it was cancelled */
export async function find(
  { folder, query, limit = 10 }: { folder: string; query: string; limit?: number | undefined },
  tool: ToolContext,
): Promise<Record<string, unknown>> {
  const root = await tool.roots.resolve(folder);
  const notRead: NotRead[] = [];
  const files = await readableFiles(root, notRead);
  const read = files.slice(0, mostFiles);
  const pages: Page[] = [];
  let filesRead = 0;
  for (const [i, file] of read.entries()) {
    if (tool.signal.aborted) throw new Cancelled();
    tool.progress(i / read.length, `reading ${path.relative(root, file)}`);
    try {
      const report = await inputOf(file, undefined, tool);
      for (const { page, title, text } of report.pages)
        pages.push({ file, page, text, lead: `${path.basename(file)} ${title ?? ''}` });
      filesRead += 1;
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      notRead.push({ file, why: errorLine(asBackendError(error)) });
    }
  }
  const ranked = rankPieces(pages, query).slice(0, limit);
  return {
    found: ranked.map(({ piece: { file, page, text }, score }) => ({
      file,
      page,
      score,
      excerpt: excerptOf(text, query),
    })),
    filesRead,
    notRead,
    note: files.length > read.length ? `${files.length - read.length} files more than ${mostFiles} were not read.` : '',
  };
}

/** By name: pictures and documents, source code left out, links not followed. Sorted. */
async function readableFiles(root: string, notRead: NotRead[]): Promise<string[]> {
  const files: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(folder, notRead)) {
      if (entry.name.startsWith('.')) continue;
      const full = path.join(folder, entry.name);
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) folders.push(full);
      if (entry.isFile() && isWorthReading(entry.name)) files.push(full);
    }
  }
  return files.sort();
}

async function entriesOf(folder: string, notRead: NotRead[]): Promise<fs.Dirent[]> {
  try {
    return await fs.promises.readdir(folder, { withFileTypes: true });
  } catch (error) {
    notRead.push({ file: folder, why: (error as Error).message });
    return [];
  }
}

function isWorthReading(name: string): boolean {
  const format = documentFormatOfName(name);
  return (
    hasImageExtension(name) || (format !== undefined && (format !== 'text' || /\.(txt|log|rst|adoc)$/i.test(name)))
  );
}

/** The text about the first word of the query that stands in it. */
function excerptOf(text: string, query: string): string {
  const lower = text.toLowerCase();
  const at = query
    .toLowerCase()
    .split(/\W+/)
    .filter((word) => word.length > 2)
    .map((word) => lower.indexOf(word))
    .filter((index) => index >= 0);
  const middle = at.length > 0 ? Math.min(...at) : 0;
  const start = Math.max(0, middle - excerptCharacters / 2);
  return text
    .slice(start, start + excerptCharacters)
    .replace(/\s+/g, ' ')
    .trim();
}
