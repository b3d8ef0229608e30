import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendAnswerer } from './run/answerer.js';
import { sizes } from './sizes.js';
import { multiTurnTask } from './tasks/multiTurn.js';

test('a_prompt_is_read_once_and_answered_in_full_and_under_every_rule', async (t) => {
  const answerer = await BackendAnswerer.start({});
  t.after(() => answerer.close());
  const sample = multiTurnTask.generate(0, sizes.small);

  const { prompt, full, variants } = await answerer.answers(sample, [{ method: 'h2o', merge: 'none', ratio: 0.2 }, { method: 'look-m', ratio: 1e-6 }, { method: 'full' }], sizes.small);
  assert.ok(prompt.imageTokens > 100 && prompt.tokens > prompt.imageTokens);
  assert.deepEqual(full.cells, { before: prompt.tokens, after: prompt.tokens });
  assert.equal(full.turns.length, sample.turns.length);

  const [h2o, nothing, same] = variants;
  const { before = 0, after = 0 } = h2o?.cells ?? {};
  assert.equal(before, prompt.tokens);
  assert.ok(Math.abs(after - 0.2 * before) <= 2, `${after} of ${before} cells`);
  assert.ok(h2o?.turns.slice(1).some(({ divergence }) => (divergence ?? 0) > 0));
  // A rule that cannot be used on this prompt is said to be so, and the others are answered.
  assert.equal(nothing?.error?.code, 'budget_too_small');
  assert.deepEqual(same?.turns.map(({ text }) => text), full.turns.map(({ text }) => text));
});
