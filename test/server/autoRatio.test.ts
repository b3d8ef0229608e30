/** The ratio that nobody asked for, from the request to the report. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { ask, loadFamily, newClient, pageFile } from './realBackend.js';

const sampling = { maxTokens: 4 };

test('a_short_prompt_keeps_everything_since_it_is_short', async (t) => {
  const client = newClient(t);
  await client.request('lookOnce/load', {});
  const images = [{ path: path.join(packageRoot(), 'test', 'fixtures', 'samples', 'tiny', 'terminal.png') }];
  const { kv } = await ask(client, { question: 'What is the error code?', images, sampling });
  assert.deepEqual([kv.compressed, kv.ratio, kv.ratioChoice, kv.note], [false, 1, 'auto-by-length', '']);
});

test('a_longer_prompt_keeps_less_of_itself_and_says_who_chose_that', async (t) => {
  const { client } = await loadFamily(t, 'llamaGqa');
  const images = Array.from({ length: 16 }, (_, index) => ({ path: pageFile(t, 160, 120, String(index)) }));
  const question = 'What is this? '.repeat(60);
  const talk = new ClientConversation(client);
  const { kv, prompt } = await talk.ask({ question, images, sampling });
  assert.ok(prompt.tokens > 1024, `${prompt.tokens} tokens`);
  assert.deepEqual([kv.compressed, kv.method, kv.merge, kv.ratioChoice], [true, 'look-once', 'none', 'auto-by-length']);
  assert.ok(kv.ratio < 1);
  assert.ok(
    Math.abs(kv.cellsAfter - kv.ratio * prompt.tokens) <= 2,
    `${kv.cellsAfter} of ${prompt.tokens} cells at ${kv.ratio}`,
  );

  // A sweep chooses as a question does.
  const { variants } = await client.request('lookOnce/sweep', {
    question,
    images,
    sampling,
    variants: [{}, { ratio: 0.5 }],
  });
  assert.deepEqual(
    variants.map(({ kv: swept }) => [swept?.ratio, swept?.ratioChoice]),
    [
      [kv.ratio, 'auto-by-length'],
      [0.5, 'asked'],
    ],
  );

  // A follow-up is short whatever came before it: it is added to what there is, and that is not said to be chosen.
  const more = await talk.ask({ question: 'And then?', sampling });
  assert.deepEqual([more.kv.compressed, more.kv.reason], [false, 'follow-up']);
});

test('a_ratio_that_was_asked_for_is_said_to_be', async (t) => {
  const { client } = await loadFamily(t, 'llamaGqa');
  const images = [{ path: pageFile(t, 160, 120, 'one') }];
  const { kv } = await ask(client, {
    question: 'What is this?',
    images,
    kv: { ratio: 0.5, minPromptTokens: 16 },
    sampling,
  });
  assert.deepEqual([kv.ratio, kv.ratioChoice], [0.5, 'asked']);
  const full = await ask(client, { question: 'What is this?', images, kv: { method: 'full' }, sampling });
  assert.deepEqual([full.kv.ratio, full.kv.ratioChoice], [1, 'asked']);
});
