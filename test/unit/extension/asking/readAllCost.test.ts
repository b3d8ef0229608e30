import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskParams } from '../../../../backend-native/protocol/ask.js';
import { readAllCost, type ReadAllServices } from '../../../../extension/asking/readAllCost.js';
import { failsWith } from '../../../failsWith.js';
import { documentFile } from '../attachments/sampleAttachments.js';
import { stats } from '../conversation/samples.js';
import { settingsOf } from '../doubles/settings.js';

function services(result: typeof stats | undefined, isLoaded = true) {
  const asked: AskParams[] = [];
  const answer = { ratio: 0.2, text: 'It.', status: 'done', notes: [], hasKvMap: false, ...(result && { result }) };
  const turn = { id: 't', question: 'What?', attachments: [documentFile('/a.pdf')], answers: [answer] };
  const double = {
    settings: settingsOf(),
    conversations: { open: { id: 'c', title: '', changed: 0, turns: [turn] } },
    backend: {
      ensureLoaded: () => Promise.resolve(isLoaded ? {} : undefined),
      request: (method: string, params: AskParams) => {
        assert.equal(method, 'lookOnce/readAllPlan');
        asked.push(params);
        return Promise.resolve({ parts: 3, tokens: 9000, questions: 4 });
      },
    },
  };
  return { asked, services: double as unknown as ReadAllServices };
}

test('the_time_is_told_by_the_speed_of_the_answer', async () => {
  const prompt = { ...stats.prompt, tokens: 1200, restoredTokens: 200 };
  const measured = { ...stats, prompt, ms: { ...stats.ms, prefill: 500, decode: 2000 } };
  const { asked, services: given } = services(measured);
  // 9,000 tokens at half a millisecond each, and four answers of two seconds.
  assert.deepEqual(await readAllCost(given, 't'), { parts: 3, tokens: 9000, seconds: 4.5 + 8 });
  assert.equal(asked[0]?.documents?.length, 1);
});

test('no_time_is_told_when_none_is_known', async () => {
  assert.equal((await readAllCost(services(undefined).services, 't'))?.seconds, null);
  const restored = { ...stats, prompt: { ...stats.prompt, restoredTokens: stats.prompt.tokens } };
  assert.equal((await readAllCost(services(restored).services, 't'))?.seconds, null);
});

test('without_a_model_or_the_turn_there_is_no_cost', async () => {
  assert.equal(await readAllCost(services(stats, false).services, 't'), null);
  await assert.rejects(readAllCost(services(stats).services, 'other'), failsWith('invalid_argument'));
});
