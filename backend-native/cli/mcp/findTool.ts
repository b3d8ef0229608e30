import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { BackendError, asBackendError } from '../../protocol/errors.js';
import { mostFound, mostFoundIn } from '../../protocol/find.js';
import { documentFormatOfName, hasImageExtension } from '../../protocol/formats.js';
import type { AttachmentSource } from '../../protocol/inspect.js';
import { attachmentAt } from '../../client/attachmentAt.js';
import { errorLine } from '../terminal.js';
import { Cancelled, type ToolContext } from './toolContext.js';

export const findInput = {
  folder: z.string().describe('A folder inside the roots'),
  query: z.string().min(1).max(2000),
  limit: z.number().int().min(1).max(mostFound).optional().describe('How many are told at most (10)'),
};

export const findOutput = {
  found: z.array(z.object({ file: z.string(), page: z.number(), score: z.number(), excerpt: z.string() })),
  filesRead: z.number(),
  filesKnown: z.number().describe('Of these, how many had been read before and have not changed'),
  notRead: z.array(z.object({ file: z.string(), why: z.string() })),
  note: z.string().describe('What was left out; empty for nothing'),
};

const skippedFolders = new Set(['node_modules', 'dist', 'build', 'out', 'target', '__pycache__']);

interface NotRead {
  readonly file: string;
  readonly why: string;
}

/** @throws BackendError for a folder outside of the roots, Cancelled when it was */
export async function find(
  { folder, query, limit }: { folder: string; query: string; limit?: number | undefined },
  tool: ToolContext,
): Promise<Record<string, unknown>> {
  const root = await tool.roots.resolve(folder);
  const notRead: NotRead[] = [];
  const files = await readableFiles(root, notRead);
  const attachments: AttachmentSource[] = [];
  for (const file of files.slice(0, mostFoundIn)) {
    try {
      attachments.push(await attachmentAt(file));
    } catch (error) {
      notRead.push({ file, why: errorLine(asBackendError(error)) });
    }
  }
  const { client, command } = tool.shared;
  const { cache } = command.load.engine ?? {};
  const result = await client.request(
    'lookOnce/find',
    { attachments, query, ...(limit === undefined ? {} : { limit }), ...(cache === undefined ? {} : { cache }) },
    {
      signal: tool.signal,
      onProgress: ({ done, total, file }) => {
        tool.progress(done / total, `reading ${path.relative(root, file)}`);
      },
    },
  );
  if (!result) throw new Cancelled();
  const { found, filesRead, filesKnown } = result;
  const failed = result.notRead.map(({ file, error }) => ({ file, why: errorLine(BackendError.from(error)) }));
  return {
    found: [...found],
    filesRead,
    filesKnown,
    notRead: [...notRead, ...failed],
    note:
      files.length > mostFoundIn ? `${files.length - mostFoundIn} files more than ${mostFoundIn} were not read.` : '',
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
