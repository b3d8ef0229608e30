import { z } from 'zod';
import type { AskProgress, AskResult } from '../../protocol/ask.js';
import type { ModelInfo } from '../../protocol/model.js';
import { notesOn } from '../askReport.js';
import { Cancelled, type ToolContext } from './toolContext.js';

export const lookInput = {
  question: z.string().min(1).max(20_000),
  images: z.array(z.string()).max(64).optional().describe('Paths of pictures, inside the roots'),
  documents: z
    .array(z.union([z.string(), z.object({ file: z.string(), pages: z.string().optional() })]))
    .max(64)
    .optional()
    .describe('Paths of documents; pages such as "1-3,7"'),
  kvRatio: z.number().gt(0).max(1).optional().describe('The share of the KV cache to keep; chosen when left out'),
  model: z
    .string()
    .optional()
    .describe('A path from the tool models; the one that is loaded, or the embedded one, when left out'),
  maxTokens: z.number().int().min(1).max(4096).optional().describe('The longest answer'),
};

export const lookOutput = {
  answer: z.string(),
  /** Why it ended: end, length, cancelled or context. */
  stop: z.string(),
  where: z
    .array(z.object({ image: z.string(), text: z.string(), box: z.array(z.number()).length(4) }))
    .describe('Lines of pictures that words of the answer come from, with their pixels: left, top, width, height'),
  notes: z.array(z.string()).describe('What a reader of the answer alone would not know'),
  model: z.string(),
  kv: z.object({ ratio: z.number(), cellsBefore: z.number(), cellsAfter: z.number() }),
};

interface LookArguments {
  readonly question: string;
  readonly images?: string[] | undefined;
  readonly documents?: (string | { file: string; pages?: string | undefined })[] | undefined;
  readonly kvRatio?: number | undefined;
  readonly model?: string | undefined;
  readonly maxTokens?: number | undefined;
}

/** @throws BackendError for files outside of the roots and for all that the backend refuses */
export async function look(args: LookArguments, tool: ToolContext): Promise<Record<string, unknown>> {
  const images = await Promise.all((args.images ?? []).map((file) => tool.roots.resolve(file)));
  const documents = await Promise.all(
    (args.documents ?? []).map(async (document) => {
      const { file, pages } = typeof document === 'string' ? { file: document } : document;
      return { path: await tool.roots.resolve(file), ...(pages === undefined ? {} : { pages }) };
    }),
  );
  const { shared, signal } = tool;
  tool.progress(0, 'waiting for its turn');
  const report = await shared.model.use(
    args.model,
    {
      signal,
      onProgress: ({ fraction }) => {
        tool.progress(0.1 * fraction, 'loading the model');
      },
    },
    async ({ model, backend }) => {
      const result = await backend.request(
        'lookOnce/ask',
        {
          question: args.question,
          images: images.map((file) => ({ path: file })),
          documents,
          kv: { ratio: args.kvRatio ?? shared.command.kvRatio },
          ...(args.maxTokens === undefined ? {} : { sampling: { maxTokens: args.maxTokens } }),
        },
        {
          signal,
          onProgress: (progress) => {
            tell(progress, tool);
          },
        },
      );
      return reportOf(result, model, images);
    },
  );
  if (!report) throw new Cancelled();
  return report;
}

function reportOf(result: AskResult, model: ModelInfo, images: readonly string[]): Record<string, unknown> {
  const { answer, stop, where, kv } = result;
  return {
    answer,
    stop,
    // Pictures inside of documents come after those that were given.
    where: where.map(({ image, text, box }) => ({ image: images[image] ?? `image ${image + 1}`, text, box: [...box] })),
    notes: notesOn(result, model),
    model: model.description,
    kv: { ratio: kv.ratio, cellsBefore: kv.cellsBefore, cellsAfter: kv.cellsAfter },
  };
}

/** Reading is most of the wait; the answer's end is not known before it comes. */
function tell(progress: AskProgress, { progress: say }: ToolContext): void {
  switch (progress.phase) {
    case 'prefill':
      say(0.3 + (0.6 * progress.done) / progress.total, 'reading');
      return;
    case 'compress':
      say(0.9, 'compressing the cache');
      return;
    case 'answer':
      say(0.95, progress.text);
      return;
    case 'queued':
      return;
    default:
      say(0.1, 'looking at what is attached');
  }
}
