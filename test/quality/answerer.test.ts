import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendAnswerer } from './run/answerer.js';
import { sizes } from './sizes.js';
import { multiTurnTask } from './tasks/multiTurn.js';

test('the_cache_is_compressed_on_the_first_question_and_then_left_as_it_is', async (t) => {
  const answerer = await BackendAnswerer.start({});
  t.after(() => answerer.close());
  const sample = multiTurnTask.generate(0, sizes.small);
  const kv = { method: 'h2o', merge: 'none', ratio: 0.2 } as const;

  const first = await answerer.answer(sample, 0, kv, sizes.small);
  assert.ok(first.imageTokens > 100 && first.promptTokens > first.imageTokens);
  assert.ok(Math.abs(first.cellsAfter - 0.2 * first.cellsBefore) <= 2, `${first.cellsAfter} of ${first.cellsBefore} cells`);

  const second = await answerer.answer(sample, 1, kv, sizes.small);
  assert.equal(second.imageTokens, 0);
  assert.equal(second.cellsAfter, second.cellsBefore);
  assert.ok(second.cellsAfter > first.cellsAfter && second.cellsAfter < first.cellsBefore, `${second.cellsAfter} cells`);

  const full = await answerer.answer(sample, 0, { method: 'full', ratio: 1 }, sizes.small);
  assert.equal(full.cellsAfter, full.promptTokens);
});
