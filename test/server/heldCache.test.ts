/** The full cache of what was read stays in memory: the next question reads little more than itself. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { AskResult } from '../../backend-native/protocol/ask.js';
import type { EngineSettings } from '../../backend-native/protocol/model.js';
import { writeFixture } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { ask, pageFile } from './realBackend.js';

const log = {
  name: 'build.log',
  text: Array.from({ length: 100 }, (_, i) => `step ${i} took ${i * 3} ms`).join('\n'),
};

/** Without a cache on disk, so that nothing else is known. */
async function load(t: TestContext, holdMinutes: number): Promise<BackendClient> {
  return loadFixture(t, await writeFixture('smolvlm', scratchFolder(t)), { holdMinutes });
}

async function loadFixture(
  t: TestContext,
  { model, mmproj }: Awaited<ReturnType<typeof writeFixture>>,
  given: Partial<EngineSettings>,
): Promise<BackendClient> {
  const client = new BackendClient({ onLog: () => undefined });
  t.after(() => client.close());
  const engine = { contextSize: 8192, ...given };
  await client.request('lookOnce/load', { modelPath: model, mmprojPath: mmproj, engine });
  return client;
}

for (const ratio of [0.3, 1]) {
  test(`the_next_question_reads_little_more_than_the_question_and_is_answered_as_ever_at_ratio_${ratio}`, async (t) => {
    const attached = { images: [{ path: pageFile(t, 160, 120, 'one') }], documents: [log] };
    const asked = { ...attached, kv: { ratio }, sampling: { maxTokens: 8 } };
    const holding = await load(t, 10);
    const forgetting = await load(t, 0);
    const heard: AskResult[] = [];
    for (const question of ['How long was step 7?', 'And what is in the picture?', 'How long was step 93?']) {
      const answer = await ask(holding, { question, ...asked });
      const expected = await ask(forgetting, { question, ...asked });
      assert.equal(answer.answer, expected.answer);
      assert.equal(answer.kv.cellsAfter, expected.kv.cellsAfter);
      assert.equal(expected.prompt.restoredTokens + expected.kv.heldBytes, 0);
      heard.push(answer);
    }
    const [first, ...next] = heard;
    assert.equal(first?.prompt.restoredTokens, 0);
    for (const { prompt, kv, ms, images } of next) {
      assert.ok(prompt.tokens - prompt.restoredTokens <= 64, `${prompt.tokens} - ${prompt.restoredTokens}`);
      assert.equal(images[0]?.fromCache, true);
      // At ratio 1 the conversation itself goes on in what was held.
      assert.equal(kv.heldBytes > kv.bytesAfter, ratio < 1);
      assert.ok(ms.firstToken < first.ms.firstToken);
    }
    // Whoever clears what was kept means this too; the conversation, which is all that ratio 1 holds, stays.
    for (const method of ['lookOnce/reset', ...(ratio < 1 ? (['lookOnce/clearCache'] as const) : [])] as const) {
      await holding.request(method, undefined);
      const { prompt } = await ask(holding, { question: 'How long was step 7?', ...asked });
      assert.equal(prompt.restoredTokens, 0, method);
    }
  });
}

test('what_was_read_last_waits_in_memory_in_a_new_process', async (t) => {
  const fixture = await writeFixture('smolvlm', scratchFolder(t));
  const folder = scratchFolder(t);
  const settings = { holdMinutes: 10, cache: { folder, maxBytes: 1e9 } };
  const asked = { documents: [log], kv: { ratio: 1 }, sampling: { maxTokens: 8 } };
  const before = await loadFixture(t, fixture, settings);
  const first = await ask(before, { question: 'How long was step 7?', ...asked });
  await before.close();
  const after = await loadFixture(t, fixture, settings);
  for (const file of fs.readdirSync(folder)) fs.rmSync(path.join(folder, file), { recursive: true });
  const again = await ask(after, { question: 'How long was step 7?', ...asked });
  assert.equal(again.answer, first.answer);
  assert.ok(again.prompt.tokens - again.prompt.restoredTokens <= 64, `${again.prompt.restoredTokens} were restored`);
});
