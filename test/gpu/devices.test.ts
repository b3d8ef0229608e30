/**
 * Models on a GPU, whose memory is not the host's: through CUDA (`npm run test:cuda`), or through Vulkan on whatever
 * driver this machine has, which may be one for the CPU (lavapipe; `npm run test:vulkan`).
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { BackendClient } from '../../backend-native/cli/backendClient.js';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import type { AskResult } from '../../backend-native/protocol/ask.js';
import type { EngineSettings, ModelInfo } from '../../backend-native/protocol/model.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { writeFixture, type VisionFamilyName } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { ask, newClient, pageFile } from '../server/realBackend.js';

const sample = path.join(packageRoot(), 'test', 'fixtures', 'samples', 'tiny', 'terminal.png');
const kept = { minPromptTokens: 16, ratio: 0.2 } as const;

interface Files {
  readonly modelPath?: string;
  readonly mmprojPath?: string;
}

async function load(client: BackendClient, files: Files, engine: Partial<EngineSettings> = {}): Promise<ModelInfo> {
  const result = await client.request('lookOnce/load', { ...files, engine });
  return result.status === 'loaded' ? result.model : assert.fail('cancelled');
}

/** The GPU that a model gets when nobody names one. */
async function gpu(client: BackendClient): Promise<string> {
  const { devices } = await client.request('lookOnce/info', undefined);
  const found = devices.find(({ kind }) => kind === 'gpu');
  return found?.name ?? assert.fail(`no GPU among ${devices.map(({ name }) => name).join(', ')}`);
}

async function filesOf(t: TestContext, family: VisionFamilyName): Promise<Files> {
  // Blocks of quantised caches have 32 values.
  const { model, mmproj } = await writeFixture(family, scratchFolder(t), family === 'llamaGqa' ? { dHead: 64 } : {});
  return { modelPath: model, mmprojPath: mmproj };
}

/** What has to be the same on every device: all but the words of a model with random weights. */
function counts({ tokens, kv, prompt }: AskResult) {
  return { tokens, cells: [kv.cellsBefore, kv.cellsAfter], prompt: prompt.tokens, compressed: kv.compressed };
}

test('the_embedded_model_answers_on_the_gpu_what_it_answers_on_the_cpu', async (t) => {
  const client = newClient(t);
  const name = await gpu(client);
  // Scores of all queries over its picture end Mesa's driver for the CPU, 22.3.
  for (const kv of [{ ratio: 1 }, kept] as const) {
    const answers: AskResult[] = [];
    for (const device of ['CPU', name]) {
      assert.deepEqual((await load(client, {}, { device })).devices, [device]);
      const talk = new ClientConversation(client);
      const asked = { images: [{ path: sample }], kv, sampling: { maxTokens: 24 } };
      answers.push(await talk.ask({ ...asked, question: 'What is the error code?' }));
      answers.push(await talk.ask({ kv, sampling: { maxTokens: 24 }, question: 'What is the port?' }));
    }
    const [here, hereToo, there, thereToo] = answers;
    assert.ok(here && hereToo && there && thereToo);
    assert.equal(there.answer, here.answer, JSON.stringify(kv));
    assert.deepEqual(counts(there), counts(here));
    assert.deepEqual(counts(thereToo).cells, counts(hereToo).cells);
    assert.equal(there.kv.note, here.kv.note, 'nothing was moved to the CPU');
  }
});

const caches = { llamaGqa: ['f16', 'q8_0', 'q4_0'], qwen2vl: ['f16'] } as const;
for (const [family, kvTypes] of Object.entries(caches)) {
  test(`${family}_keeps_as_much_on_the_gpu_as_on_the_cpu`, async (t) => {
    const files = await filesOf(t, family as keyof typeof caches);
    const client = newClient(t);
    const name = await gpu(client);
    const images = ['one', 'two'].map((seed) => ({ path: pageFile(t, 160, 120, seed) }));
    for (const kvType of kvTypes) {
      const answers: AskResult[][] = [];
      for (const device of ['CPU', name]) {
        assert.deepEqual((await load(client, files, { device, kvType })).devices, [device]);
        const each: AskResult[] = [];
        for (const kv of [{ ratio: 1 }, kept, { ...kept, method: 'look-m', merge: 'pivot' }] as const)
          each.push(
            await ask(client, { question: 'What is this?', images, kv, sampling: { maxTokens: 8, ignoreEnd: true } }),
          );
        answers.push(each);
      }
      const [here = [], there = []] = answers;
      assert.deepEqual(there.map(counts), here.map(counts), kvType);
      assert.deepEqual(
        there.map(({ kv }) => kv.note),
        here.map(({ kv }) => kv.note),
        'nothing was moved to the CPU',
      );
    }
  });
}

test('layers_that_are_split_between_the_gpu_and_the_cpu_are_compressed_each_where_it_is', async (t) => {
  const client = newClient(t);
  const name = await gpu(client);
  const files = await filesOf(t, 'llamaGqa');
  assert.deepEqual([...(await load(client, files, { gpuLayers: 2 })).devices].sort(), ['CPU', name].sort());
  const images = [{ path: pageFile(t, 160, 120, 'one') }];
  const { kv, tokens } = await ask(client, { question: 'What is this?', images, kv: kept, sampling: { maxTokens: 8 } });
  assert.ok(kv.compressed, kv.note);
  assert.ok(tokens > 0);
});

test('an_answer_on_the_gpu_is_stopped_in_every_phase', async (t) => {
  const client = newClient(t);
  const name = await gpu(client);
  await load(client, await filesOf(t, 'pixtral'), { device: name });
  const images = ['one', 'two', 'three'].map((seed) => ({ path: pageFile(t, 320, 240, seed) }));
  for (const phase of ['image', 'prefill', 'compress', 'answer'] as const) {
    const controller = new AbortController();
    const params = { question: 'What?', images, kv: kept, sampling: { maxTokens: 2000, ignoreEnd: true } };
    const onProgress = (progress: { phase: string }) => {
      if (progress.phase === phase) controller.abort();
    };
    const { stop } = await client.request('lookOnce/ask', params, { signal: controller.signal, onProgress });
    assert.equal(stop, 'cancelled', phase);
  }
});
