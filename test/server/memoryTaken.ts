/** What a model was said to take, against what the process then takes. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { startBackend } from '../../backend-native/cli/startBackend.js';
import type { BackendProcess } from '../../backend-native/client/backendProcess.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import type { MemoryEstimate } from '../../backend-native/protocol/memory.js';
import type { LoadParams } from '../../backend-native/protocol/model.js';
import { pageFile } from './realBackend.js';

export interface Use {
  readonly contextTokens: number;
  readonly ratio: number;
}

/** Every context and ratio is measured; with `LOOK_ONCE_MEMORY=all` each model at each of each. */
export const everyUse = process.env['LOOK_ONCE_MEMORY'] === 'all';
export const uses: readonly Use[] = everyUse
  ? [3072, 4096].flatMap((contextTokens) => [0.2, 0.5].map((ratio) => ({ contextTokens, ratio })))
  : [
      { contextTokens: 3072, ratio: 0.5 },
      { contextTokens: 4096, ratio: 0.2 },
    ];

/** The share by which an estimate may be wrong. */
const tolerance = 0.1;
/**
 * By so many bytes two runs of the same differ (pixtral's took 300 to 329 MiB): by what V8 and the C library have not
 * given back, and by how much of the program lies in the page cache.
 */
const noise = 30e6;

/** @param folder that is listed for the estimate; the embedded model's is always there */
export async function compareMemory(t: TestContext, model: LoadParams, use: Use, folder?: string): Promise<void> {
  // In a process of its own: what listing leaves in V8's heap, some 40 MB, is not the model's.
  const lister = await startBackend();
  const { needBytes: said, parts } = await estimateOf(lister, model, use, folder).finally(() => lister.close());
  const backend = await startBackend();
  t.after(() => backend.close());
  const before = (await backend.request('lookOnce/info', undefined)).process.rssBytes;
  await backend.request('lookOnce/load', { ...model, engine: { contextSize: use.contextTokens } });
  const tokens = await fillContext(backend, pageFile(t, 1920, 1080, 'screen'), use);
  const took = (await backend.request('lookOnce/info', undefined)).process.peakRssBytes - before;
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  t.diagnostic(
    `${use.contextTokens} tokens of context, ratio ${use.ratio}: said ${mebibytes(said)} MiB, took ` +
      `${mebibytes(took)} MiB for ${tokens} tokens: ${(said / took).toFixed(2)} (${Object.entries<number>({ ...parts })
        .map(([name, bytes]) => `${name} ${mebibytes(bytes)}`)
        .join(', ')})`,
  );
  assert.ok(Math.abs(said - took) <= tolerance * took + noise, `said ${said} bytes, took ${took}`);
}

async function estimateOf(
  backend: BackendProcess,
  { modelPath }: LoadParams,
  use: Use,
  folder: string | undefined,
): Promise<MemoryEstimate> {
  const { models } = await backend.request('lookOnce/models', {
    folders: folder === undefined ? [] : [folder],
    memory: { ...use, kvType: 'f16' },
  });
  const found = models
    .filter(({ source }) => (source === 'embedded') === (modelPath === undefined))
    .flatMap(({ variants }) => variants)
    .find((variant) => modelPath === undefined || variant.modelPath === modelPath);
  return found?.memory ?? assert.fail('it was not listed');
}

/** Asks about a screen and as much text as has room beside it. @returns tokens of the prompt */
async function fillContext(backend: BackendProcess, image: string, { contextTokens, ratio }: Use): Promise<number> {
  let text = Array.from({ length: Math.ceil(contextTokens / 4) }, (_, index) => `w${index}`).join(' ');
  for (;;) {
    try {
      const { prompt } = await backend.request('lookOnce/ask', {
        question: text,
        images: [{ path: image }],
        // Its words are recognised by another process.
        imageText: 'off',
        kv: { ratio, minPromptTokens: 16 },
        sampling: { maxTokens: 2 },
      });
      return prompt.tokens;
    } catch (error) {
      const needed = error instanceof BackendError ? /needs (\d+) tokens/.exec(error.message)?.[1] : undefined;
      if (needed === undefined) throw error;
      text = text.slice(0, Math.floor((text.length * contextTokens * 0.97) / Number(needed)));
    }
  }
}
