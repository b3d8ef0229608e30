/** What is attached is read before it is asked about, gives way to what is asked, and says what became of it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import { writeFixture } from '../fixtures/writeFixture.js';
import { scratchFolder } from '../scratch.js';
import { ask, pageFile } from './realBackend.js';

const log = {
  name: 'build.log',
  text: Array.from({ length: 200 }, (_, i) => `step ${i} took ${i * 3} ms`).join('\n'),
};
const sampling = { maxTokens: 8 };

async function load(t: TestContext, cached: boolean, contextSize = 8192): Promise<BackendClient> {
  const { model, mmproj } = await writeFixture('smolvlm', scratchFolder(t));
  const client = new BackendClient({ onLog: () => undefined });
  t.after(() => client.close());
  const cache = cached ? { cache: { folder: path.join(scratchFolder(t), 'cache'), maxBytes: 2 ** 30 } } : {};
  await client.request('lookOnce/load', {
    modelPath: model,
    mmprojPath: mmproj,
    engine: { ...cache, contextSize },
  });
  return client;
}

test('a_question_reads_little_of_what_was_read_ahead', async (t) => {
  const client = await load(t, true);
  const attached = { images: [{ path: pageFile(t, 160, 120, 'one') }], documents: [log], sampling };
  const ahead = await client.request('lookOnce/readAhead', attached);
  assert.deepEqual([ahead.end, ahead.knownTokens, ahead.readTokens], ['read', 0, ahead.tokens]);
  const { prompt, images } = await ask(client, { question: 'How long was step 7?', ...attached, kv: { ratio: 1 } });
  // A question of half a tile is read with some of the text before it.
  assert.ok(prompt.restoredTokens === ahead.tokens || prompt.tokens - prompt.restoredTokens === 64);
  assert.equal(images[0]?.fromCache, true);
  const again = await client.request('lookOnce/readAhead', attached);
  assert.deepEqual([again.end, again.knownTokens, again.readTokens], ['known', ahead.tokens, 0]);
});

test('a_question_stops_what_is_read_ahead_and_goes_on_from_there', async (t) => {
  const client = await load(t, true);
  const long = { documents: [log], sampling };
  const ahead = client.request('lookOnce/readAhead', long);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const answer = await ask(client, { question: 'How long was step 7?', ...long, kv: { ratio: 1 } });
  const { end, readTokens } = await ahead;
  assert.ok(end === 'cancelled' || end === 'read', end);
  assert.ok(answer.prompt.restoredTokens <= readTokens);
  assert.ok(readTokens < 64 || answer.prompt.restoredTokens > 0);
});

test('where_nothing_is_kept_or_the_question_chooses_nothing_is_read_ahead', async (t) => {
  const uncached = await load(t, false);
  assert.equal((await uncached.request('lookOnce/readAhead', { documents: [log] })).end, 'nowhere');
  const small = await load(t, true, 1024);
  assert.equal((await small.request('lookOnce/readAhead', { documents: [log], sampling })).end, 'byQuestion');
  const unloaded = new BackendClient({ onLog: () => undefined });
  t.after(() => unloaded.close());
  assert.equal((await unloaded.request('lookOnce/readAhead', { documents: [log] })).end, 'busy');
});
