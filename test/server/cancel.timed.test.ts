/** Cancelling: quick in every phase, and the session goes on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AskParams, AskProgress } from '../../backend-native/protocol/ask.js';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import { fakeClient } from './fakeBackend.js';
import { loadFamily, pageFile } from './realBackend.js';

const mostMs = 300;

/** Asks, and cancels at the first progress for which `at` is true. */
async function cancelAt(talk: ClientConversation, params: AskParams, at: (progress: AskProgress) => boolean) {
  const controller = new AbortController();
  let cancelled = NaN;
  const result = await talk.ask(params, {
    signal: controller.signal,
    onProgress: (progress) => {
      if (!controller.signal.aborted && at(progress)) {
        cancelled = performance.now();
        controller.abort();
      }
    },
  });
  return { result, ms: performance.now() - cancelled };
}

const phases: Readonly<Record<string, (progress: AskProgress) => boolean>> = {
  while_an_image_is_encoded: (progress) => progress.phase === 'image' && progress.index === 1,
  while_the_prompt_is_read: (progress) => progress.phase === 'prefill' && progress.done > progress.total / 4,
  while_the_cache_is_compressed: (progress) => progress.phase === 'compress',
  while_the_answer_is_written: (progress) => progress.phase === 'answer' && progress.tokens >= 3,
};

for (const [name, at] of Object.entries(phases)) {
  test(`cancelling_${name}_returns_within_${mostMs}_ms_and_leaves_the_session_usable`, async (t) => {
    // Many layers, so that compression takes long enough to be cancelled.
    const { client } = await loadFamily(t, 'pixtral', {}, { nLayer: 24 });
    const images = ['one', 'two', 'three', 'four'].map((seed) => ({ path: pageFile(t, 320, 240, seed) }));
    const kv = { ratio: 0.2, minPromptTokens: 16 };
    const talk = new ClientConversation(client);
    const first = await talk.ask({
      question: 'What is this?',
      images: images.slice(0, 1),
      kv,
      sampling: { maxTokens: 4 },
    });

    const { result, ms } = await cancelAt(
      talk,
      { question: 'And these?', images, kv, sampling: { maxTokens: 512 } },
      at,
    );
    assert.equal(result.stop, 'cancelled');
    assert.ok(ms < mostMs, `cancelling took ${ms} ms`);

    const next = await talk.ask({
      question: 'Go on.',
      kv,
      sampling: { maxTokens: 4 },
    });
    assert.equal(next.tokens, 4);
    if (result.tokens === 0 && result.answer === '') {
      // The cancelled turn left no trace: the follow-up is onto the turn before.
      assert.equal(next.kv.cellsAfter, first.kv.cellsAfter + first.tokens + next.prompt.tokens);
    }
  });
}

test('cancelling_what_runs_gives_what_there_is_soon', async (t) => {
  const client = await fakeClient(t);
  const abort = new AbortController();
  let cancelled = 0;
  const result = await client.request(
    'lookOnce/ask',
    { question: 'slow' },
    {
      signal: abort.signal,
      onProgress: (progress) => {
        if (progress.phase === 'answer' && cancelled === 0) {
          cancelled = performance.now();
          abort.abort();
        }
      },
    },
  );
  assert.ok(performance.now() - cancelled < mostMs);
  assert.equal(result.stop, 'cancelled');
  assert.match(result.answer, /^\.+$/);
  assert.equal((await client.request('lookOnce/ask', { question: 'say usable' })).answer, 'usable ');
});

test('a_conversation_after_a_cancelled_first_turn_answers_as_a_fresh_one', async (t) => {
  const { client } = await loadFamily(t, 'pixtral');
  const images = ['one', 'two'].map((seed) => ({ path: pageFile(t, 320, 240, seed) }));
  const params = {
    question: 'What is this?',
    images,
    kv: { ratio: 0.2, minPromptTokens: 16 },
    sampling: { maxTokens: 16 },
  };
  const expected = await client.request('lookOnce/ask', params);
  const { result } = await cancelAt(new ClientConversation(client), params, (progress) => progress.phase === 'prefill');
  assert.equal(result.stop, 'cancelled');
  const again = await client.request('lookOnce/ask', params);
  assert.equal(again.answer, expected.answer);
});
