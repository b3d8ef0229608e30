import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackendClient } from '../../../backend-native/cli/backendClient.js';
import { LoadedModel } from '../../../backend-native/cli/loadedModel.js';
import { failsWith } from '../../failsWith.js';

const client: BackendClient = {
  ensureLoaded: () => Promise.resolve({ model: {}, backend: client }),
} as unknown as BackendClient;

test('one_caller_waits_for_the_other_and_one_that_left_is_passed_over', async () => {
  const model = new LoadedModel(client, {});
  const left = new AbortController();
  const { signal } = new AbortController();
  const done: string[] = [];
  const work = (name: string) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    done.push(name);
    return name;
  };
  const first = model.use(undefined, { signal }, work('first'));
  const second = model.use(undefined, { signal: left.signal }, work('second'));
  const third = model.use(undefined, { signal }, work('third'));
  left.abort();
  assert.deepEqual(await Promise.all([first, second, third]), ['first', undefined, 'third']);
  assert.deepEqual(done, ['first', 'third']);
});

test('too_many_callers_are_turned_away_and_served_again_later', async () => {
  const model = new LoadedModel(client, {});
  const { signal } = new AbortController();
  const waiting = Array.from({ length: 64 }, () => model.use(undefined, { signal }, () => Promise.resolve(true)));
  await assert.rejects(
    model.use(undefined, { signal }, () => Promise.resolve(true)),
    failsWith('busy', /64 requests are waiting/),
  );
  await Promise.all(waiting);
  assert.equal(await model.use(undefined, { signal }, () => Promise.resolve(true)), true);
});
