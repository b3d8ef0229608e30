/**
 * The life of the process with the real addon: signs of life under load, its end, what it says when memory is short.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { errorCatalogue } from '../../backend-native/protocol/errors.js';
import { protocolVersion } from '../../backend-native/protocol/methods.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { failsWith } from '../failsWith.js';
import { page, png } from '../fixtures/images.js';
import { ask, loadFamily, newClient, pageFile } from './realBackend.js';

test('info_and_inspection_are_answered_while_an_answer_is_generated', async (t) => {
  const { client } = await loadFamily(t, 'pixtral', {}, { nLayer: 24 });
  const abort = new AbortController();
  let phases = new Set<string>();
  const asked = client.request(
    'lookOnce/ask',
    {
      question: 'What is this?',
      images: ['a', 'b'].map((seed) => ({ path: pageFile(t, 320, 240, seed) })),
      sampling: { maxTokens: 3000, ignoreEnd: true },
    },
    {
      signal: abort.signal,
      onProgress: ({ phase }) => {
        phases = phases.add(phase);
      },
    },
  );
  let ended = false;
  void asked.then(() => {
    ended = true;
  });
  const image = {
    kind: 'image' as const,
    source: { name: 'e.png', base64: png(page(160, 96, 'e')).toString('base64') },
  };
  let asides = 0;
  while (!phases.has('answer')) {
    assert.ok((await client.request('lookOnce/info', undefined)).process.pid > 0);
    await client.request('lookOnce/inspect', { attachments: [image] });
    asides += 1;
  }
  assert.ok((await client.request('lookOnce/info', undefined)).model);
  assert.equal(ended, false, 'none of them waited for the answer');
  assert.ok(asides > 0);
  abort.abort();
  assert.equal((await asked).stop, 'cancelled');
});

test('a_server_at_work_ends_with_its_client', async () => {
  const { pid } = await new Promise<{ pid: number }>((resolve, reject) => {
    const child = fork(
      path.join(packageRoot(), 'test', 'server', 'doubles', 'abandonAtWork.cjs'),
      [String(protocolVersion)],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    child.on('message', (message) => {
      resolve(message as { pid: number });
    });
    child.on('error', reject);
    child.on('exit', () => {
      reject(new Error('the client ended before its server was at work'));
    });
  });
  for (let i = 0; i < 100; i += 1) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ESRCH');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.kill(pid, 'SIGKILL');
  assert.fail(`The server ${pid} outlived its client`);
});

test('a_context_that_memory_does_not_hold_is_told_in_numbers_and_what_to_do', async (t) => {
  const { client } = await loadFamily(t, 'llamaGqa', { contextSize: 1_000_000_000 });
  await assert.rejects(ask(client, { question: 'What is this?' }), (error) => {
    failsWith('out_of_memory', /1000000000 tokens needs \d+ MiB and \d+ MiB are free/)(error);
    assert.match((error as { nextStep: string }).nextStep, /smaller context.*KV ratio/);
    return true;
  });
  assert.ok((await client.request('lookOnce/info', undefined)).model, 'the process and its model are still there');
});

test('inspection_counts_what_a_turn_takes', async (t) => {
  for (const family of ['pixtral', 'smolvlm', 'qwen2vl'] as const) {
    const { client } = await loadFamily(t, family);
    const source = { path: pageFile(t, 160, 96, 'one') };
    const { attachments } = await client.request('lookOnce/inspect', { attachments: [{ kind: 'image', source }] });
    const [report] = attachments;
    assert.equal(report?.kind, 'image', JSON.stringify(report));
    const kv = { ratio: 1 };
    const sampling = { maxTokens: 1 };
    const [withImage, without] = [
      await ask(client, { question: 'What?', images: [source], kv, sampling }),
      await ask(client, { question: 'What?', kv, sampling }),
    ];
    // A line break follows the image in the prompt.
    const taken = withImage.prompt.tokens - without.prompt.tokens;
    assert.ok(
      report.tokens !== null && taken - report.tokens >= 0 && taken - report.tokens <= 2,
      `${family}: ${report.tokens} of ${taken}`,
    );
    assert.ok(report.tokens >= withImage.prompt.imageTokens);
  }
});

test('without_a_model_nothing_is_counted', async (t) => {
  const client = newClient(t);
  const { attachments } = await client.request('lookOnce/inspect', {
    attachments: [{ kind: 'image', source: { path: pageFile(t, 16, 16, 'one') } }],
  });
  assert.equal(attachments[0]?.kind === 'image' && attachments[0].tokens, null);
});

test('a_wrong_pair_is_refused_before_it_is_loaded', async (t) => {
  const [one, other] = [await loadFamily(t, 'pixtral'), await loadFamily(t, 'smolvlm')];
  await assert.rejects(
    one.client.request('lookOnce/load', { modelPath: one.model, mmprojPath: other.mmproj }),
    (error) => {
      failsWith('projector_mismatch', /gives embeddings of 96 values .* takes 128/)(error);
      assert.equal((error as { nextStep: string }).nextStep, errorCatalogue.projector_mismatch.nextStep);
      return true;
    },
  );
  assert.equal(
    (await one.client.request('lookOnce/info', undefined)).model?.modelPath,
    one.model,
    'what was loaded is kept',
  );
});

test('unloading_a_model_gives_its_memory_back_and_a_load_brings_it_again', async (t) => {
  const shape = { nLayer: 8, nEmbd: 512, nHead: 8, nHeadKv: 8, nFf: 2048, type: 'f32' as const };
  const { client, model, mmproj } = await loadFamily(t, 'llava15', { contextSize: 4096 }, shape);
  const params = { question: 'What?', sampling: { maxTokens: 4 }, kv: { ratio: 1 as const } };
  const first = await ask(client, params);
  const resident = async () => (await client.request('lookOnce/info', undefined)).process.rssBytes;
  const before = await resident();
  await client.request('lookOnce/unload', undefined);
  const after = await resident();
  const weights = fs.statSync(model).size;
  t.diagnostic(`${Math.round(before / 2 ** 20)} MiB before, ${Math.round(after / 2 ** 20)} MiB after`);
  assert.ok(before - after > 0.8 * weights, `${before - after} of ${weights} bytes`);
  await assert.rejects(ask(client, params), failsWith('model_not_loaded', /No model/));
  await client.request('lookOnce/load', { modelPath: model, mmprojPath: mmproj, engine: {} });
  assert.equal((await ask(client, params)).answer, first.answer);
});
