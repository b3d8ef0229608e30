import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { KvSettings } from '../../backend-native/protocol/kv.js';
import { BackendAnswerer } from './run/answerer.js';
import type { Setting } from './run/answers.js';
import { sizes } from './sizes.js';
import { imageNeedleTasks } from './tasks/needles.js';
import { multiTurnTask } from './tasks/multiTurn.js';

async function answererFor(t: TestContext): Promise<BackendAnswerer> {
  const answerer = await BackendAnswerer.start({});
  t.after(() => answerer.close());
  return answerer;
}

const setting = (kv: Partial<KvSettings>, again = false): Setting => ({ kv, again });

test('a_prompt_is_read_once_and_answered_in_full_and_under_every_rule', async (t) => {
  const answerer = await answererFor(t);
  const sample = multiTurnTask.generate(0, sizes.small);

  const settings = [
    setting({ method: 'h2o', merge: 'none', ratio: 0.2 }),
    setting({ method: 'look-m', ratio: 1e-6 }),
    setting({ method: 'full' }),
  ];
  const { prompt, full, variants } = await answerer.answers(sample, settings, sizes.small);
  assert.ok(prompt.imageTokens > 100 && prompt.tokens > prompt.imageTokens);
  assert.deepEqual(full.cells, { before: prompt.tokens, after: prompt.tokens, peak: prompt.tokens });
  assert.equal(full.turns.length, sample.turns.length);

  const [h2o, nothing, same] = variants;
  const { before = 0, after = 0 } = h2o?.cells ?? {};
  assert.equal(before, prompt.tokens);
  assert.ok(Math.abs(after - 0.2 * before) <= 2, `${after} of ${before} cells`);
  assert.ok(h2o?.turns.slice(1).some(({ divergence }) => (divergence ?? 0) > 0));
  // A rule that cannot be used on this prompt is said to be so, and the others are answered.
  assert.equal(nothing?.error?.code, 'budget_too_small');
  assert.deepEqual(
    same?.turns.map(({ text }) => text),
    full.turns.map(({ text }) => text),
  );
});

test('a_follow_up_that_looks_again_is_answered_in_its_place_among_the_rules', async (t) => {
  const answerer = await answererFor(t);
  const sample = multiTurnTask.generate(0, sizes.small);
  const half = { method: 'look-once', ratio: 0.5 } as const;

  const { prompt, variants } = await answerer.answers(
    sample,
    [setting(half, true), setting(half), setting({ ...half, ratio: 1e-6 }, true)],
    sizes.small,
  );
  const [again, onwards, nothing] = variants;
  // The first question is the same question of the same cache; the second is asked of another one.
  assert.equal(again?.turns[0]?.text, onwards?.turns[0]?.text);
  assert.equal(again?.turns.length, sample.turns.length);
  assert.equal(again.cells?.before, prompt.tokens);
  assert.equal(again.cells.after, onwards?.cells?.after);
  assert.equal(nothing?.error?.code, 'budget_too_small');
  assert.deepEqual(nothing.turns, []);
});

test('a_prompt_that_is_read_in_chunks_is_never_whole_in_the_cache', async (t) => {
  const answerer = await answererFor(t);
  const [, , , needles] = imageNeedleTasks;
  const sample = needles?.generate(0, sizes.small);
  assert.ok(sample);
  const kv = { method: 'look-once', ratio: 0.2 } as const;

  const { prompt, variants } = await answerer.answers(
    sample,
    [setting({ ...kv, reading: 'whole' }), setting({ ...kv, reading: 'chunks' })],
    sizes.small,
  );
  const [whole, chunks] = variants;
  assert.equal(whole?.cells?.peak, prompt.tokens);
  assert.ok(
    (chunks?.cells?.peak ?? Infinity) < 0.4 * prompt.tokens,
    `${chunks?.cells?.peak ?? 'no'} of ${prompt.tokens} cells`,
  );
  assert.equal(chunks?.cells?.after, whole.cells.after);
});
