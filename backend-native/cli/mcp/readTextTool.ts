import { z } from 'zod';
import type { InputReport } from '../../protocol/showInput.js';
import { attachmentAt, withPages } from '../../client/attachmentAt.js';
import { Cancelled, type ToolContext } from './toolContext.js';

export const readTextInput = {
  file: z.string().describe('A picture or document, inside the roots'),
  pages: z.string().optional().describe('Pages of a document such as "1-3,7"; all when left out'),
};

export const readTextOutput = {
  file: z.string(),
  format: z.string(),
  notes: z.array(z.string()),
  pages: z.array(z.object({ page: z.number(), title: z.string().optional(), text: z.string() })),
};

/** @throws BackendError for a file outside of the roots, and for one that cannot be read */
export async function readText(
  { file, pages }: { file: string; pages?: string | undefined },
  tool: ToolContext,
): Promise<Record<string, unknown>> {
  const report = await inputOf(await tool.roots.resolve(file), pages, tool);
  return {
    file: report.file,
    format: report.format,
    notes: [...report.notes],
    pages: report.pages.map(({ page, title, text }) => ({ page, ...(title === undefined ? {} : { title }), text })),
  };
}

/** @param file a real path @throws BackendError */
async function inputOf(file: string, pages: string | undefined, tool: ToolContext): Promise<InputReport> {
  const attachment = withPages(await attachmentAt(file), pages);
  const report = await tool.shared.client.request('lookOnce/showInput', { attachment }, { signal: tool.signal });
  if (!report) throw new Cancelled();
  return report;
}
