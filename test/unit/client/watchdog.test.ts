import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Watchdog } from '../../../backend-native/client/watchdog.js';

/** A process whose answers come when the test says so. */
function watched(t: TestContext, patience: number) {
  const answers: (() => void)[] = [];
  const hung: number[] = [];
  const watchdog = new Watchdog(
    () =>
      new Promise<void>((resolve) => {
        answers.push(resolve);
      }),
    () => patience,
    (seconds) => {
      hung.push(seconds);
    },
  );
  t.after(() => {
    watchdog.stop();
  });
  return { watchdog, answers, hung };
}

const settled = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

test('a_process_that_answers_is_left_alone', async (t) => {
  const { watchdog, answers, hung } = watched(t, 2);
  for (let tick = 0; tick < 10; tick += 1) {
    watchdog.tick();
    answers.pop()?.();
    await settled();
  }
  assert.deepEqual(hung, []);
});

test('a_process_that_does_not_answer_in_time_is_hung_and_told_once', (t) => {
  const { watchdog, hung } = watched(t, 3);
  watchdog.tick();
  for (let second = 1; second < 3; second += 1) watchdog.tick();
  assert.deepEqual(hung, []);
  watchdog.tick();
  assert.deepEqual(hung, [3]);
});

test('a_late_answer_is_an_answer', async (t) => {
  const { watchdog, answers, hung } = watched(t, 3);
  for (let round = 0; round < 3; round += 1) {
    for (let second = 0; second < 3; second += 1) watchdog.tick();
    answers.pop()?.();
    await settled();
  }
  assert.deepEqual(hung, []);
});

test('a_failure_is_an_answer', async (t) => {
  const hung: number[] = [];
  const watchdog = new Watchdog(
    () => Promise.reject(new Error('no addon')),
    () => 2,
    (seconds) => {
      hung.push(seconds);
    },
  );
  t.after(() => {
    watchdog.stop();
  });
  for (let tick = 0; tick < 10; tick += 1) {
    watchdog.tick();
    await settled();
  }
  assert.deepEqual(hung, []);
});
