import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOf } from '../../../../backend-native/server/conversation/turnResult.js';

/** What is told of reading, at these times in seconds, after so many of 5,000 tokens. */
function told(...events: readonly (readonly [seconds: number, done: number])[]) {
  let time = 0;
  const toProgress = progressOf(0, () => time * 1000);
  return events.map(([seconds, done]) => {
    time = seconds;
    const progress = toProgress({ type: 'prefill', done, total: 5000 });
    return progress.phase === 'prefill' ? progress.secondsLeft : null;
  });
}

test('the_rest_of_the_wait_is_told_at_the_speed_so_far', () => {
  assert.deepEqual(told([10, 0], [11, 500], [12, 1000], [20, 2500]), [undefined, undefined, 8, 10]);
});

test('images_that_are_read_in_pieces_are_told', () => {
  const event = { type: 'prefill', done: 1, total: 2 } as const;
  assert.deepEqual(progressOf(6)(event), { phase: 'prefill', done: 1, total: 2, pieces: 6 });
  assert.deepEqual(progressOf(0)(event), { phase: 'prefill', done: 1, total: 2 });
});

test('what_was_restored_took_no_time', () => {
  assert.deepEqual(told([0, 4000], [4, 4250]), [undefined, 12]);
});

test('a_wait_that_is_soon_over_or_does_not_go_on_is_not_told', () => {
  assert.deepEqual(told([0, 0], [9, 4500], [30, 4500]), [undefined, undefined, 3]);
  assert.deepEqual(told([0, 100], [9, 100]), [undefined, undefined]);
});
