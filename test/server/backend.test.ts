/** The server process as its clients see it: handshake, queue, cancelling, progress, errors, crashes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendClient } from '../../backend-native/cli/backendClient.js';
import { startBackend } from '../../backend-native/cli/startBackend.js';
import { ClientConversation } from '../../backend-native/client/conversation.js';
import type { AskProgress } from '../../backend-native/protocol/ask.js';
import { protocolVersion } from '../../backend-native/protocol/methods.js';
import { failsWith } from '../failsWith.js';
import { png, solid } from '../fixtures/images.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { emptyModel, fakeAddon, fakeClient, fakeEnvironment } from './fakeBackend.js';

test('another_version_of_the_protocol_is_refused_with_both_numbers', async () => {
  await assert.rejects(
    startBackend({ env: fakeEnvironment(), protocolVersion: 99 }),
    failsWith('version_mismatch', new RegExp(`version ${protocolVersion} .* client 99`)),
  );
});

test('a_closed_process_has_ended', async () => {
  const backend = await startBackend({ env: fakeEnvironment() });
  const { pid } = backend;
  assert.ok(pid);
  await backend.close();
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('a_missing_addon_is_an_answer_and_the_server_lives_on', async (t) => {
  const client = new BackendClient({ env: fakeEnvironment('/nowhere/look_once.node') });
  t.after(() => client.close());
  await assert.rejects(client.request('lookOnce/info', undefined), failsWith('native_missing', /nowhere/));
  const files = await emptyModel(t);
  await assert.rejects(client.request('lookOnce/load', files), failsWith('native_missing'));
});

test('an_addon_of_another_platform_is_an_answer', async (t) => {
  const garbage = writeFile(
    scratchFolder(t),
    'look_once.node',
    Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(512, 0xee)]),
  );
  const client = new BackendClient({ env: fakeEnvironment(garbage) });
  t.after(() => client.close());
  await assert.rejects(
    client.request('lookOnce/info', undefined),
    failsWith('native_incompatible', /does not load on/),
  );
});

test('info_tells_the_build_the_devices_and_the_model', async (t) => {
  const client = await fakeClient(t);
  const info = await client.request('lookOnce/info', undefined);
  assert.equal(info.llamaCpp, 'fake');
  assert.deepEqual(
    info.devices.map(({ name, kind }) => [name, kind]),
    [['CPU', 'cpu']],
  );
  assert.equal(info.model?.description, 'fake');
  assert.ok(info.process.peakRssBytes > 10 * 2 ** 20);
});

test('the_answer_streams_as_snapshots_that_only_grow', async (t) => {
  const client = await fakeClient(t);
  const seen: AskProgress[] = [];
  const result = await client.request(
    'lookOnce/ask',
    { question: 'say one two three' },
    { onProgress: (progress) => seen.push(progress) },
  );
  assert.equal(result.answer, 'one two three ');
  assert.equal(seen[0]?.phase, 'prefill');
  const texts = seen.flatMap((progress) => (progress.phase === 'answer' ? [progress.text] : []));
  assert.equal(texts.at(-1), result.answer);
  for (const [i, text] of texts.entries()) assert.ok(text.startsWith(texts[i - 1] ?? ''));
});

test('requests_are_answered_in_order', async (t) => {
  const client = await fakeClient(t);
  const abort = new AbortController();
  const done: string[] = [];
  const places: number[] = [];
  const ask = async (question: string, signal?: AbortSignal) => {
    await client.request(
      'lookOnce/ask',
      { question },
      {
        signal,
        onProgress: (progress) => {
          if (progress.phase === 'queued') places.push(progress.ahead);
          if (places.includes(2)) abort.abort();
        },
      },
    );
    done.push(question);
  };
  await Promise.all([ask('slow', abort.signal), ask('say b'), ask('say c')]);
  assert.deepEqual(done, ['slow', 'say b', 'say c']);
  assert.ok(places.includes(1));
});

test('cancelling_what_waits_leaves_what_runs_alone', async (t) => {
  const client = await fakeClient(t);
  const stopFirst = new AbortController();
  const stopSecond = new AbortController();
  const first = client.request('lookOnce/ask', { question: 'slow' }, { signal: stopFirst.signal });
  const second = client.request('lookOnce/ask', { question: 'say never' }, { signal: stopSecond.signal });
  stopSecond.abort();
  const cancelled = await second;
  assert.deepEqual([cancelled.stop, cancelled.answer], ['cancelled', '']);
  stopFirst.abort();
  assert.notEqual((await first).answer, '');
});

test('a_request_that_is_cancelled_before_it_is_sent_is_a_result_too', async (t) => {
  const client = await fakeClient(t);
  const result = await client.request('lookOnce/ask', { question: 'slow' }, { signal: AbortSignal.abort() });
  assert.equal(result.stop, 'cancelled');
});

test('a_conversation_goes_on_until_it_is_reset', async (t) => {
  const client = await fakeClient(t);
  const talk = new ClientConversation(client);
  const turnsAfter = async () => {
    const { answer } = await talk.ask({ question: 'echo' });
    const { turns, history } = JSON.parse(answer) as { turns: number; history: unknown[] };
    return [turns, history.length];
  };
  assert.deepEqual(await turnsAfter(), [1, 0]);
  assert.deepEqual(await turnsAfter(), [2, 0], 'it goes on from the cache');
  await client.request('lookOnce/reset', undefined);
  assert.deepEqual(await turnsAfter(), [1, 2], 'it is read again');
});

test('images_and_documents_reach_the_engine', async (t) => {
  const client = await fakeClient(t);
  const folder = scratchFolder(t);
  const image = { path: writeFile(folder, 'red.png', png(solid(2, 1, [255, 0, 0]))) };
  const { answer } = await client.request('lookOnce/ask', {
    question: 'echo',
    images: [image],
    documents: [{ name: 'd', text: 'words' }],
  });
  const { images, documents } = JSON.parse(answer) as { images: unknown; documents: unknown };
  assert.deepEqual(images, [{ name: 'red.png', width: 2, height: 1, rgb: [255, 0, 0, 255, 0, 0] }]);
  assert.deepEqual(documents, [{ name: 'd', text: 'words' }]);
});

test('bad_requests_are_refused_and_the_server_lives_on', async (t) => {
  const client = await fakeClient(t);
  const missing = { path: '/nowhere/none.png' };
  await assert.rejects(
    client.request('lookOnce/ask', { question: 'q', images: [missing] }),
    failsWith('file_not_found', /none\.png/),
  );
  await assert.rejects(client.request('lookOnce/ask', { question: ' ' }), failsWith('invalid_argument'));
  await assert.rejects(
    client.request('lookOnce/ask', { question: 'q', kv: { ratio: NaN } }),
    failsWith('kv_ratio_invalid'),
  );
  await assert.rejects(
    client.request('lookOnce/ask', { question: 'q', images: Array.from({ length: 100 }, () => missing) }),
    failsWith('too_many_images'),
  );
  await assert.rejects(
    client.request('lookOnce/ask', { question: 'fail context_overflow' }),
    failsWith('context_overflow', /told to fail/),
  );
  await assert.rejects(client.request('lookOnce/ask', { question: 'fail unheard_of' }), failsWith('internal'));
  assert.equal((await client.request('lookOnce/ask', { question: 'say alive' })).answer, 'alive ');
});

test('an_image_for_a_model_without_projector_is_refused', async (t) => {
  const client = new BackendClient({ env: fakeEnvironment() });
  t.after(() => client.close());
  const { modelPath } = await emptyModel(t);
  await client.request('lookOnce/load', { modelPath });
  const image = { name: 'a.png', base64: png(solid(1, 1, [0, 0, 0])).toString('base64') };
  await assert.rejects(
    client.request('lookOnce/ask', { question: 'q', images: [image] }),
    failsWith('projector_missing', /an image .* without a projector/),
  );
});

test('a_question_without_a_model_is_refused', async (t) => {
  const client = new BackendClient({ env: fakeEnvironment() });
  t.after(() => client.close());
  await assert.rejects(client.request('lookOnce/ask', { question: 'q' }), failsWith('model_not_loaded'));
});

test('after_a_crash_the_reason_is_told_and_the_next_request_finds_a_model', async (t) => {
  const client = await fakeClient(t);
  const before = (await client.request('lookOnce/info', undefined)).process.pid;
  await assert.rejects(
    client.request('lookOnce/ask', { question: 'crash' }),
    failsWith('backend_crashed', /SIGABRT.*fake\.cpp:42: GGML_ASSERT/),
  );
  assert.equal((await client.request('lookOnce/ask', { question: 'say again' })).answer, 'again ');
  assert.notEqual((await client.request('lookOnce/info', undefined)).process.pid, before);
});

test('a_backend_that_is_killed_says_so', async (t) => {
  const client = await fakeClient(t);
  const { pid } = (await client.request('lookOnce/info', undefined)).process;
  const asked = client.request('lookOnce/ask', { question: 'slow' });
  process.kill(pid, 'SIGKILL');
  await assert.rejects(asked, failsWith('backend_crashed', /SIGKILL/));
});

test('a_backend_that_always_crashes_is_given_up', async (t) => {
  const client = await fakeClient(t);
  for (let i = 0; i < 5; i += 1)
    await assert.rejects(
      client.request('lookOnce/ask', { question: 'crash' }),
      failsWith('backend_crashed', /SIGABRT/),
    );
  await assert.rejects(
    client.request('lookOnce/ask', { question: 'say hello' }),
    failsWith('backend_crashed', /5 times within 3 minutes/),
  );
});

test('a_server_that_does_not_start_says_why', async (t) => {
  const serverFile = writeFile(scratchFolder(t), 'server.cjs', 'throw new Error("no such luck");');
  await assert.rejects(startBackend({ serverFile }), failsWith('backend_crashed', /status 1.*no such luck/));
});

test('the_server_ends_with_its_client', async () => {
  const { fork } = await import('node:child_process');
  const { pid } = await new Promise<{ pid: number }>((resolve, reject) => {
    const child = fork(fakeAddon.replace('fakeAddon', 'abandon'), [String(protocolVersion)], {
      env: fakeEnvironment(),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message) => {
      resolve(message as { pid: number });
    });
    child.on('error', reject);
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
  assert.fail(`The server ${pid} outlived its client`);
});
