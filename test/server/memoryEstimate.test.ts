/** What a model was said to take, against what the process then takes. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { startBackend } from '../../backend-native/cli/startBackend.js';
import type { BackendProcess } from '../../backend-native/client/backendProcess.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import { embeddedModel } from '../../backend-native/server/models/embeddedModel.js';
import { readGgufHead } from '../../backend-native/server/models/gguf.js';
import { estimateMemory, modelShape } from '../../backend-native/server/models/memoryEstimate.js';
import { writeFixture, type ModelOptions, type VisionFamilyName } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { pageFile } from './realBackend.js';

const contextTokens = 4096;
const ratio = 0.5;
/** The share by which an estimate may be wrong, and bytes that the process itself takes more or less of. */
const tolerance = 0.15;
const slack = 32 * 2 ** 20;

/** About 100 MB each: smaller ones are little beside the process itself. */
const shape: ModelOptions = { nEmbd: 1024, nHead: 8, nFf: 2048, nVocab: 4000, nLayer: 4 };
const families: readonly VisionFamilyName[] = ['pixtral', 'qwen2vl', 'llamaGqa'];

for (const family of families) {
  test(`what_${family}_takes_is_what_was_said`, async (t) => {
    const { model, mmproj } = await writeFixture(family, scratchFolder(t), shape);
    await compare(t, { modelPath: model, mmprojPath: mmproj });
  });
}

test('what_the_embedded_model_takes_is_what_was_said', async (t) => {
  const { modelPath, mmprojPath } = embeddedModel().files;
  await compare(t, { modelPath, mmprojPath });
});

async function compare(t: TestContext, files: { modelPath: string; mmprojPath: string }): Promise<void> {
  const backend = await startBackend();
  t.after(() => backend.close());
  const before = (await backend.request('lookOnce/info', undefined)).process.rssBytes;
  await backend.request('lookOnce/load', { ...files, engine: { contextSize: contextTokens } });
  const tokens = await fillContext(backend, pageFile(t, 1920, 1080, 'screen'));
  const { process: after } = await backend.request('lookOnce/info', undefined);
  const took = after.peakRssBytes - before;
  const said = estimateMemory(
    modelShape([readGgufHead(files.modelPath)], readGgufHead(files.mmprojPath)),
    { contextTokens, ratio, kvType: 'f16' },
    { device: 'CPU', freeBytes: 2 ** 40 },
  ).needBytes;
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  t.diagnostic(
    `said ${mebibytes(said)} MiB, took ${mebibytes(took)} MiB for ${tokens} tokens: ${(said / took).toFixed(2)}`,
  );
  assert.ok(Math.abs(said - took) <= Math.max(tolerance * took, slack), `said ${said} bytes, took ${took}`);
}

/** Asks about a screen and as much text as has room beside it. @returns tokens of the prompt */
async function fillContext(backend: BackendProcess, image: string): Promise<number> {
  let text = Array.from({ length: 900 }, (_, index) => `w${index}`).join(' ');
  for (;;) {
    try {
      const { prompt } = await backend.request('lookOnce/ask', {
        question: text,
        images: [{ path: image }],
        kv: { ratio, minPromptTokens: 16 },
        sampling: { maxTokens: 2 },
      });
      return prompt.tokens;
    } catch (error) {
      const needed = error instanceof BackendError ? /needs (\d+) tokens/.exec(error.message)?.[1] : undefined;
      if (needed === undefined) throw error;
      text = text.slice(0, Math.floor((text.length * contextTokens * 0.9) / Number(needed)));
    }
  }
}
