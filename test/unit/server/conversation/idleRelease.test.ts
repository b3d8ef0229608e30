import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdleRelease } from '../../../../backend-native/server/conversation/idleRelease.js';

test('memory_is_given_back_once_after_the_last_question_and_later_where_the_engine_is_at_work', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let released = 0;
  let busy = false;
  const idle = new IdleRelease(() => {
    if (busy) return Promise.reject(new Error('busy'));
    released++;
    return Promise.resolve();
  });
  idle.restart(2);
  t.mock.timers.tick(119_000);
  idle.restart(2);
  t.mock.timers.tick(119_000);
  assert.equal(released, 0);
  t.mock.timers.tick(1_000);
  assert.equal(released, 1);
  t.mock.timers.tick(600_000);
  assert.equal(released, 1);

  busy = true;
  idle.restart(2);
  t.mock.timers.tick(120_000);
  await Promise.resolve();
  await Promise.resolve();
  busy = false;
  assert.equal(released, 1);
  t.mock.timers.tick(120_000);
  assert.equal(released, 2);

  idle.restart(2);
  idle.stop();
  idle.restart(0);
  t.mock.timers.tick(600_000);
  assert.equal(released, 2);
});
