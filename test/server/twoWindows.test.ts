/** Two windows have a backend each and one cache folder: neither believes what the other has not finished. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import { writeFixture } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { ask, pageFile } from './realBackend.js';

const pictures = 6;
const rounds = 3;

test('two_windows_that_share_a_cache_folder_answer_as_one_without_a_cache', async (t) => {
  const { model, mmproj } = await writeFixture('smolvlm', scratchFolder(t));
  const files = Array.from({ length: pictures }, (_, index) => pageFile(t, 160, 120, `shared-${index}`));
  const paramsOf = (index: number) => ({
    question: 'What is this?',
    images: [{ path: files[index % pictures] ?? '' }],
    kv: { ratio: 1 },
    sampling: { maxTokens: 12 },
  });
  const open = async (cache: object) => {
    const client = new BackendClient();
    t.after(() => client.close());
    await client.request('lookOnce/load', { modelPath: model, mmprojPath: mmproj, engine: { ...cache } });
    return client;
  };
  const plain = await open({});
  const expected: string[] = [];
  for (let index = 0; index < pictures; index += 1) expected.push((await ask(plain, paramsOf(index))).answer);

  const folder = scratchFolder(t);
  // About half of what they want to keep: each throws out what the other has written.
  await ask(await open({ cache: { folder: path.join(folder, 'one'), maxBytes: 2 ** 30 } }), paramsOf(0));
  const maxBytes = Math.ceil((bytesIn(path.join(folder, 'one')) * pictures) / 2);
  const shared = path.join(folder, 'shared');
  const [one, other] = [
    await open({ cache: { folder: shared, maxBytes } }),
    await open({ cache: { folder: shared, maxBytes } }),
  ];
  const restored: boolean[] = [];
  const work = async (client: BackendClient, first: number, step: number) => {
    for (let turn = 0; turn < rounds * pictures; turn += 1) {
      const index = (first + step * turn + pictures * rounds) % pictures;
      const { answer, prompt } = await ask(client, paramsOf(index));
      assert.equal(answer, expected[index], `picture ${index}`);
      restored.push(prompt.restoredTokens > 0);
      // One of them clears the folder while the other reads and writes in it.
      if (step < 0 && turn === pictures) await client.request('lookOnce/clearCache', { folder: shared });
    }
  };
  await Promise.all([work(one, 0, 1), work(other, pictures - 1, -1)]);
  assert.ok(restored.includes(true), 'what one has looked at, both have');
  for (const client of [one, other]) await ask(client, paramsOf(0));
  assert.ok(bytesIn(shared) <= maxBytes, `${bytesIn(shared)} bytes of ${maxBytes}`);
  await Promise.all([one.close(), other.close()]);
  const halves = fs.readdirSync(shared).filter((name) => !name.endsWith('.lookonce') || name.startsWith('partial'));
  assert.deepEqual(halves, [], 'nothing half-written is left');
});

function bytesIn(folder: string): number {
  return fs.readdirSync(folder).reduce((sum, name) => sum + fs.statSync(path.join(folder, name)).size, 0);
}
