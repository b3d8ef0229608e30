import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concurrently } from '../../../../../extension/attachments/screenshots/concurrently.js';

const items = Array.from({ length: 20 }, (_, index) => index);
const never = () => false;
const pause = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

test('works_on_at_most_so_many_at_a_time', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await concurrently(items, 3, never, async (item) => {
    most = Math.max(most, ++running);
    await pause();
    running -= 1;
    done.push(item);
  });
  assert.equal(most, 3);
  assert.deepEqual(
    done.toSorted((a, b) => a - b),
    items,
  );
});

test('stops_when_cancelled', async () => {
  const done: number[] = [];
  await concurrently(
    items,
    2,
    () => done.length >= 5,
    async (item) => {
      await pause();
      done.push(item);
    },
  );
  assert.ok(done.length < 8, `${done.length} were done`);
});

test('stops_at_the_first_error', async () => {
  const begun: number[] = [];
  await assert.rejects(
    concurrently(items, 2, never, async (item) => {
      begun.push(item);
      await pause();
      if (item === 3) throw new Error('broken');
    }),
    /broken/,
  );
  await pause();
  assert.ok(begun.length < items.length);
});
