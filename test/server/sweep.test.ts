/** One reading, many settings: with the embedded model, against asking again under every one of them. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import type { BackendClient } from '../../backend-native/cli/backendClient.js';
import type { AskParams } from '../../backend-native/protocol/ask.js';
import type { KvSettings } from '../../backend-native/protocol/kv.js';
import type { SweepProgress, SweepResult } from '../../backend-native/protocol/sweep.js';
import { failsWith } from '../failsWith.js';
import { fakeClient } from './fakeBackend.js';
import { newClient, pageFile } from './realBackend.js';
import { strictBudget } from './strictBudget.js';

const question = 'What is the title?';
const sampling = { maxTokens: 12 };
/** No question is as long: what question 1 left is what the follow-ups find. */
const never = 2 ** 31 - 1;

type Setting = Partial<KvSettings> & { readonly ratio: number };

const variants = (
  [
    { method: 'look-m', ratio: 0.2 },
    { method: 'look-m', ratio: 0.05, textPrior: false, merge: 'weighted', mergeWhat: 'values' },
    { method: 'h2o', ratio: 0.2, merge: 'none' },
    { method: 'snapkv', ratio: 0.1, merge: 'none' },
    { method: 'snapkv', ratio: 0.5, merge: 'average' },
    { method: 'streaming', ratio: 0.2, merge: 'none' },
    { method: 'random', ratio: 0.1, seed: 3, merge: 'none' },
    { method: 'look-m', ratio: 0.2, minPromptTokens: never },
    { method: 'look-once', ratio: 0.1 },
    { method: 'look-once', ratio: 0.1, share: 'layer', textPooling: 0 },
    {
      method: 'look-once',
      ratio: 0.2,
      merge: 'average',
      mergeWhat: 'values',
      diversity: 0.5,
      valueNorm: true,
      queries: 'window',
      recent: 'share',
    },
    { method: 'h2o', ratio: 0.1, merge: 'none', queries: 'question', pooling: 3 },
  ] satisfies Setting[]
).map((kv: Setting): Setting => ({ minPromptTokens: 0, ...kv }));

/** For what does not depend on the rule. */
const few = variants.filter(({ ratio, method }) => ratio === 0.1 && method !== 'random');

async function embedded(t: TestContext): Promise<BackendClient> {
  const client = newClient(t);
  // As a sweep asks its follow-ups: of the cache that is left.
  await client.request('lookOnce/load', { engine: { holdMinutes: 0 } });
  return client;
}

/** What the protocol had before: the prompt is read again for every setting. */
async function askUnder(
  client: BackendClient,
  params: AskParams,
  kv: Partial<KvSettings>,
  followUps: readonly string[],
) {
  const talk = new ClientConversation(client);
  const first = await talk.ask({ ...params, kv });
  const turns = [first];
  for (const followUp of followUps) {
    turns.push(
      await talk.ask({
        question: followUp,
        kv: { ...kv, minPromptTokens: never },
        sampling,
      }),
    );
  }
  return { kv: first.kv, turns: turns.map(({ answer, tokens, stop }) => ({ answer, tokens, stop })) };
}

async function expectSameAsAsking(
  client: BackendClient,
  params: AskParams,
  settings: readonly Partial<KvSettings>[],
  followUps: readonly string[],
): Promise<SweepResult> {
  const result = await client.request('lookOnce/sweep', { ...params, variants: settings, followUps });
  for (const [index, kv] of [{ method: 'full' } as const, ...settings].entries()) {
    const swept = index === 0 ? result.full : result.variants[index - 1];
    const asked = await askUnder(client, params, kv, followUps);
    assert.deepEqual(
      swept?.turns.map(({ answer, tokens, stop }) => ({ answer, tokens, stop })),
      asked.turns,
      `under ${JSON.stringify(kv)}`,
    );
    assert.deepEqual({ ...swept.kv }, { ...asked.kv, bytesPeak: 0, heldBytes: 0, residentBefore: 0, residentAfter: 0 });
  }
  return result;
}

for (const count of [1, 3]) {
  const images = count === 1 ? 'image' : 'images';
  test(`${count}_${images}_and_follow_ups_are_answered_as_asking_under_every_setting_would`, async (t) => {
    const client = await embedded(t);
    const images = Array.from({ length: count }, (_, index) => ({ path: pageFile(t, 240, 160, `page ${index}`) }));
    const result = await expectSameAsAsking(client, { question, images, sampling }, variants, [
      'Which tab is active?',
      'And the first line?',
    ]);
    assert.equal(result.prompt.images, count);
    assert.deepEqual(
      result.full?.turns.map(({ divergence }) => divergence),
      [0, 0, 0],
    );
    for (const [index, { turns, kv }] of result.variants.entries()) {
      if (kv?.compressed)
        assert.equal(
          kv.cellsAfter,
          strictBudget(result.prompt.tokens, variants[index] ?? assert.fail()),
          'the budget is strict under every rule',
        );
      for (const { divergence } of turns) assert.ok(divergence === null || divergence >= 0);
      if (kv?.compressed === false)
        assert.deepEqual(
          turns.map(({ divergence }) => divergence),
          [0, 0, 0],
          'a whole cache diverges from nothing',
        );
    }
    assert.ok(
      result.variants.some(({ turns }) => turns.some(({ divergence }) => (divergence ?? 0) > 1e-6)),
      'half a cache and less is seen in what comes next',
    );
  });
}

test('a_document_and_a_system_prompt_are_read_as_asking_reads_them', async (t) => {
  const client = await embedded(t);
  const documents = [{ name: 'notes.txt', text: 'The gate opens at nine. '.repeat(20) }];
  const result = await expectSameAsAsking(
    client,
    { question, documents, images: [{ path: pageFile(t, 320, 240, 'page') }], system: 'Be brief.', sampling },
    few,
    [],
  );
  assert.deepEqual(
    result.documents.map(({ name, complete }) => [name, complete]),
    [['notes.txt', true]],
  );
});

test('answers_that_are_drawn_are_drawn_alike', async (t) => {
  const client = await embedded(t);
  await expectSameAsAsking(
    client,
    { question, images: [{ path: pageFile(t, 320, 240, 'page') }], sampling: { ...sampling, temperature: 1, seed: 5 } },
    few,
    [],
  );
});

test('a_setting_that_fails_fails_alone', async (t) => {
  const client = await embedded(t);
  const result = await client.request('lookOnce/sweep', {
    question,
    sampling,
    variants: [
      { ratio: 1e-6, minPromptTokens: 0 },
      { ratio: 0.5, minPromptTokens: 0 },
    ],
  });
  assert.deepEqual([result.variants[0]?.turns, result.variants[0]?.kv], [[], undefined]);
  assert.equal(result.variants[0]?.error?.code, 'budget_too_small');
  assert.deepEqual([result.variants[1]?.turns.length, result.variants[1]?.error], [1, undefined]);
});

test('the_conversation_is_left_as_it_was', async (t) => {
  const client = await embedded(t);
  const images = [{ path: pageFile(t, 320, 240, 'page') }];
  const talk = new ClientConversation(client);
  const first = await talk.ask({ question, images, sampling });
  const map = await client.request('lookOnce/kvMap', undefined);
  await client.request('lookOnce/sweep', {
    question: 'Something else?',
    sampling,
    variants: [{ ratio: 0.1, minPromptTokens: 0 }],
  });
  assert.deepEqual(await client.request('lookOnce/kvMap', undefined), map);
  const next = await talk.ask({ question: 'Go on.', sampling });
  assert.equal(next.kv.cellsAfter, first.kv.cellsAfter + first.tokens + next.prompt.tokens);
});

for (const phase of ['prefill', 'answers'] as const) {
  test(`a_sweep_that_is_cancelled_in_the_phase_${phase}_says_so_and_the_next_one_is_whole`, async (t) => {
    const client = await embedded(t);
    const params = {
      question,
      images: [{ path: pageFile(t, 320, 240, 'page') }],
      sampling: { maxTokens: 200, ignoreEnd: true },
      variants,
    };
    const abort = new AbortController();
    const cancelled = await client.request('lookOnce/sweep', params, {
      signal: abort.signal,
      onProgress: (progress) => {
        if (progress.phase === phase) abort.abort();
      },
    });
    assert.equal(cancelled.cancelled, true);
    assert.ok(cancelled.variants.length < variants.length);
    if (phase === 'prefill') assert.equal(cancelled.full, null);
    const next = await client.request('lookOnce/sweep', { ...params, sampling });
    assert.deepEqual([next.cancelled, next.variants.length], [false, variants.length]);
  });
}

test('what_no_sweep_takes_is_refused_by_its_name', async (t) => {
  const client = await fakeClient(t);
  const sweep = (more: Record<string, unknown>) =>
    client.request('lookOnce/sweep', { question: 'q', variants: [], ...more });
  await assert.rejects(
    sweep({ variants: [{}, { ratio: 3 }] }),
    failsWith('kv_ratio_invalid', /^Variant 2: .* received 3/),
  );
  await assert.rejects(sweep({ variants: {} }), failsWith('invalid_argument', /list of variants/));
  await assert.rejects(sweep({ variants: [null] }), failsWith('invalid_argument', /variant 1/));
  await assert.rejects(
    sweep({ variants: Array.from({ length: 1025 }, () => ({})) }),
    failsWith('invalid_argument', /at most 1024 variants .* 1025/),
  );
  await assert.rejects(sweep({ followUps: ['a', ' '] }), failsWith('invalid_argument', /follow-up 2/));
  await assert.rejects(sweep({ question: '' }), failsWith('invalid_argument', /question is empty/));
  await assert.rejects(
    sweep({ conversation: { id: 'c', history: [] } }),
    failsWith('invalid_argument', /no conversation/),
  );
  await assert.rejects(sweep({ kv: { ratio: 0.5 } }), failsWith('invalid_argument', /no kv/));
});

test('a_sweep_tells_how_far_it_is_and_waits_its_turn', async (t) => {
  const client = await fakeClient(t);
  const abort = new AbortController();
  const seen: SweepProgress[] = [];
  const slow = client.request(
    'lookOnce/sweep',
    { question: 'slow', variants: [{}, {}] },
    {
      signal: abort.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.phase === 'answers') abort.abort();
      },
    },
  );
  const waiting = new AbortController();
  const second = client.request('lookOnce/sweep', { question: 'q', variants: [] }, { signal: waiting.signal });
  waiting.abort();
  assert.deepEqual([(await second).cancelled, (await second).full], [true, null]);
  const result = await slow;
  assert.deepEqual([result.cancelled, result.variants.length], [true, 0]);
  assert.deepEqual(seen, [{ phase: 'answers', done: 1, total: 3 }]);
  const whole = await client.request('lookOnce/sweep', { question: 'q', variants: [{ ratio: 0.5 }], followUps: ['r'] });
  assert.deepEqual(
    whole.variants.map(({ turns }) => turns.map(({ answer }) => answer.slice(0, 1))),
    [['q', 'r']],
  );
});
