/** The memory of the large context is really given back: the process says so, not the arithmetic. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, loadFamily, pageFile } from './realBackend.js';

test('resident_memory_falls_by_what_compression_saved', async (t) => {
  // 24 KiB of cache for every token: the cache is far larger than anything else that changes.
  const shape = { nLayer: 12, nEmbd: 128, nHead: 8, nHeadKv: 8, dHead: 64, nFf: 128 };
  const { client } = await loadFamily(t, 'pixtral', {}, shape);
  const images = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'].map((seed) => ({
    path: pageFile(t, 320, 240, seed),
  }));
  const { kv } = await ask(client, {
    question: 'What is this?',
    images,
    kv: { ratio: 0.2 },
    sampling: { maxTokens: 4 },
  });
  if (kv.residentBefore === 0) {
    t.skip('this system does not say how much memory a process has');
    return;
  }
  const saved = kv.bytesBefore - kv.bytesAfter;
  const fallen = kv.residentBefore - kv.residentAfter;
  t.diagnostic(
    `the cache went from ${kv.bytesBefore} to ${kv.bytesAfter} bytes, the process from ${kv.residentBefore} to ` +
      `${kv.residentAfter}`,
  );
  assert.ok(saved > 30 * 2 ** 20);
  assert.ok(fallen > 0.8 * saved, `${fallen} bytes were given back of ${saved} that were saved`);
});
