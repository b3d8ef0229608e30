import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JobQueue } from '../../../../backend-native/server/transport/queue.js';
import { failsWith } from '../../../failsWith.js';

const never = new AbortController().signal;

/** A job that ends when it is told to. */
function heldJob() {
  let end: (value: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { work: () => ended, end };
}

test('jobs_run_one_after_the_other_in_order', async () => {
  const queue = new JobQueue();
  const order: string[] = [];
  let running = 0;
  const job = (name: string) =>
    queue.run(async () => {
      running += 1;
      assert.equal(running, 1);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(name);
      running -= 1;
      return name;
    }, never);
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(job)), ['a', 'b', 'c']);
  assert.deepEqual(order, ['a', 'b', 'c']);
});

test('a_job_that_fails_does_not_stop_the_next', async () => {
  const queue = new JobQueue();
  const failing = queue.run(() => Promise.reject(new Error('no')), never);
  const next = queue.run(() => Promise.resolve('yes'), never);
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'yes');
});

test('a_job_that_is_cancelled_while_it_waits_never_starts', async () => {
  const queue = new JobQueue();
  const held = heldJob();
  const first = queue.run(held.work, never);
  const abort = new AbortController();
  let started = false;
  const second = queue.run(() => {
    started = true;
    return Promise.resolve(1);
  }, abort.signal);
  const third = queue.run(() => Promise.resolve(3), never);
  abort.abort();
  assert.equal(await second, undefined);
  held.end('done');
  assert.equal(await first, 'done');
  assert.equal(await third, 3);
  assert.equal(started, false);
});

test('a_running_job_gets_the_signal_and_decides_itself', async () => {
  const queue = new JobQueue();
  const abort = new AbortController();
  const job = queue.run(
    (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve('stopped');
        });
      }),
    abort.signal,
  );
  setImmediate(() => {
    abort.abort();
  });
  assert.equal(await job, 'stopped');
});

test('a_waiting_job_hears_its_place', async () => {
  const queue = new JobQueue();
  const held = heldJob();
  const first = queue.run(held.work, never);
  const second = queue.run(() => Promise.resolve(), never);
  const places: number[] = [];
  const third = queue.run(
    () => Promise.resolve(),
    never,
    (ahead) => places.push(ahead),
  );
  held.end('');
  await Promise.all([first, second, third]);
  assert.deepEqual(places, [2, 1]);
});

test('a_full_queue_says_busy', async () => {
  const queue = new JobQueue();
  const held = heldJob();
  const jobs = Array.from({ length: 65 }, () => queue.run(held.work, new AbortController().signal));
  await assert.rejects(queue.run(held.work, never), failsWith('busy', /64/));
  held.end('');
  await Promise.all(jobs);
});

test('work_that_gives_way_is_not_begun_beside_other_work_and_aborted_by_it', async () => {
  const queue = new JobQueue();
  const held = heldJob();
  const first = queue.run(held.work, never);
  assert.equal(await queue.runGivingWay(() => Promise.resolve('ahead'), never), undefined);
  held.end('done');
  assert.equal(await first, 'done');
  await new Promise((resolve) => setImmediate(resolve));

  const untilAborted = (signal: AbortSignal) =>
    new Promise<string>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve('gave way');
      });
    });
  const ahead = queue.runGivingWay(untilAborted, never);
  const asked = queue.run(() => Promise.resolve('answer'), never);
  assert.deepEqual(await Promise.all([ahead, asked]), ['gave way', 'answer']);
  await new Promise((resolve) => setImmediate(resolve));

  assert.equal(await queue.runGivingWay(() => Promise.resolve('alone'), never), 'alone');
  assert.equal(await queue.run(() => Promise.resolve('after'), never), 'after');
});
