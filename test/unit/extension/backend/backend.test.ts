import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Backend } from '../../../../extension/backend/backend.js';
import type { LoadParams } from '../../../../backend-native/protocol/model.js';
import { packageRoot } from '../../../../backend-native/server/transport/packageRoot.js';
import { failsWith } from '../../../failsWith.js';
import { emptyModel, fakeAddon } from '../../../server/fakeBackend.js';
import { settingsOf } from '../doubles/settings.js';
import { recordedLog } from '../doubles/log.js';

// The server in these tests is the real one; what stands in is the native addon behind it.
process.env['LOOK_ONCE_NATIVE'] = fakeAddon;
const server = path.join(packageRoot(), 'dist', 'server.cjs');

async function newBackend(t: TestContext, { serverFile = server, unresponsiveSeconds = 30 } = {}) {
  const settings = settingsOf({ load: await emptyModel(t), unresponsiveSeconds });
  const log = recordedLog();
  const backend = new Backend({ serverFile, log: log.channel, settings });
  t.after(() => backend.close());
  return { backend, settings, lines: log.lines };
}

async function pidOf(backend: Backend): Promise<number> {
  return (await backend.request('lookOnce/info', undefined)).process.pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('nothing_runs_before_the_first_request', async (t) => {
  const { backend } = await newBackend(t);
  assert.deepEqual(backend.view, { status: 'stopped' });
  await backend.request('lookOnce/info', undefined);
  assert.deepEqual(backend.view, { status: 'ready' });
});

test('the_model_of_the_settings_is_loaded_once_and_again_when_they_change', async (t) => {
  const { backend, settings } = await newBackend(t);
  const fractions: (number | undefined)[] = [];
  backend.onDidChange(() => fractions.push(backend.view.fraction));
  const model = await backend.ensureLoaded();
  assert.equal(model?.description, 'fake');
  assert.ok(fractions.includes(1));
  assert.equal(backend.needsLoad, false);
  assert.equal(await backend.ensureLoaded(), model);
  settings.change({ load: { ...settings.current.load, engine: { contextSize: 512 } } });
  assert.equal(backend.needsLoad, true);
  assert.notEqual(await backend.ensureLoaded(), model);
  assert.equal(backend.needsLoad, false);
});

test('how_long_a_load_took_is_told_once', async (t) => {
  const { backend } = await newBackend(t);
  assert.equal(backend.takeLoadMs(), undefined);
  await backend.ensureLoaded();
  assert.ok((backend.takeLoadMs() ?? -1) >= 0);
  await backend.ensureLoaded();
  assert.equal(backend.takeLoadMs(), undefined);
});

test('an_answer_streams_and_the_backend_is_busy_meanwhile', async (t) => {
  const { backend } = await newBackend(t);
  await backend.ensureLoaded();
  const texts: string[] = [];
  const statuses = new Set<string>();
  const result = await backend.request(
    'lookOnce/ask',
    { question: 'say one two' },
    {
      onProgress: (progress) => {
        statuses.add(backend.view.status);
        if (progress.phase === 'answer') texts.push(progress.text);
      },
    },
  );
  assert.equal(result.answer, 'one two ');
  assert.equal(texts.at(-1), 'one two ');
  assert.deepEqual([...statuses], ['busy']);
  assert.equal(backend.view.status, 'ready');
});

test('stopping_is_a_result_that_holds_what_had_arrived', async (t) => {
  const { backend } = await newBackend(t);
  await backend.ensureLoaded();
  const abort = new AbortController();
  const result = await backend.request(
    'lookOnce/ask',
    { question: 'slow' },
    {
      signal: abort.signal,
      onProgress: (progress) => {
        if (progress.phase === 'answer') abort.abort();
      },
    },
  );
  assert.equal(result.stop, 'cancelled');
  assert.match(result.answer, /^\.+$/);
  const early = await backend.request('lookOnce/ask', { question: 'slow' }, { signal: AbortSignal.abort() });
  assert.equal(early.stop, 'cancelled');
});

test('errors_keep_their_code', async (t) => {
  const { backend } = await newBackend(t);
  await backend.ensureLoaded();
  await assert.rejects(
    backend.request('lookOnce/ask', { question: 'fail out_of_memory' }),
    failsWith('out_of_memory', /told to fail/),
  );
  assert.equal(backend.view.status, 'ready');
});

test('a_crash_is_told_with_the_last_words_and_the_next_request_starts_another_process', async (t) => {
  const { backend } = await newBackend(t);
  await backend.ensureLoaded();
  await assert.rejects(
    backend.request('lookOnce/ask', { question: 'crash' }),
    failsWith('backend_crashed', /GGML_ASSERT\(words > 0\)/),
  );
  assert.equal(backend.view.status, 'crashed');
  assert.equal(backend.model, undefined);
  assert.equal((await backend.ensureLoaded())?.description, 'fake');
  assert.equal(backend.view.status, 'ready');
});

test('a_process_that_is_killed_is_told_with_the_signal', async (t) => {
  const { backend } = await newBackend(t);
  await backend.ensureLoaded();
  const pid = await pidOf(backend);
  const asked = backend.request(
    'lookOnce/ask',
    { question: 'slow' },
    {
      onProgress: () => {
        process.kill(pid, 'SIGKILL');
      },
    },
  );
  await assert.rejects(asked, failsWith('backend_crashed', /SIGKILL/));
});

test(
  'a_process_that_stands_still_is_ended_and_told',
  { skip: process.platform === 'win32' && 'Windows has no SIGSTOP' },
  async (t) => {
    const { backend } = await newBackend(t, { unresponsiveSeconds: 2 });
    await backend.ensureLoaded();
    const pid = await pidOf(backend);
    const asked = backend.request(
      'lookOnce/ask',
      { question: 'slow' },
      {
        onProgress: () => {
          process.kill(pid, 'SIGSTOP');
        },
      },
    );
    await assert.rejects(asked, failsWith('backend_hung', /2 seconds/));
    assert.equal(isAlive(pid), false);
    assert.ok(await backend.ensureLoaded());
  },
);

test('after_five_crashes_it_is_not_started_again_until_the_user_says_so', async (t) => {
  const { backend } = await newBackend(t);
  for (let crash = 1; crash <= 5; crash += 1) {
    await backend.ensureLoaded();
    await assert.rejects(
      backend.request('lookOnce/ask', { question: 'crash' }),
      failsWith('backend_crashed', /GGML_ASSERT/),
    );
  }
  await assert.rejects(backend.ensureLoaded(), failsWith('backend_crashed', /5 times within 3 minutes/));
  assert.equal(backend.view.status, 'crashed');
  await backend.restart();
  assert.equal(backend.view.status, 'ready');
});

test('a_missing_server_is_an_error_and_not_a_wait', async (t) => {
  const { backend } = await newBackend(t, { serverFile: path.join(packageRoot(), 'no-such-server.cjs') });
  await assert.rejects(backend.request('lookOnce/info', undefined), failsWith('backend_crashed', /no-such-server/));
  assert.equal(backend.view.status, 'crashed');
});

test('a_server_of_another_version_is_refused_and_ended', async (t) => {
  const { backend } = await newBackend(t, {
    serverFile: path.join(packageRoot(), 'test', 'unit', 'extension', 'doubles', 'otherVersion.cjs'),
  });
  await assert.rejects(backend.request('lookOnce/info', undefined), failsWith('version_mismatch', /version 99/));
  assert.equal(backend.view.status, 'crashed');
  assert.match(backend.view.error?.nextStep ?? '', /reload the window/);
});

test('closing_ends_the_process_also_in_the_middle_of_an_answer', async (t) => {
  const { backend } = await newBackend(t);
  await backend.ensureLoaded();
  const pid = await pidOf(backend);
  let begun: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const asked = backend
    .request(
      'lookOnce/ask',
      { question: 'slow' },
      {
        onProgress: () => {
          begun();
        },
      },
    )
    .catch(() => 'ended');
  await running;
  await backend.close();
  assert.equal(isAlive(pid), false);
  await asked;
  assert.deepEqual(backend.view, { status: 'stopped' });
});

test('a_model_that_is_being_loaded_is_not_loaded_twice', async (t) => {
  const { backend, lines } = await newBackend(t);
  const [one, two] = await Promise.all([backend.ensureLoaded(), backend.ensureLoaded()]);
  assert.ok(one);
  assert.equal(one, two);
  await backend.request('lookOnce/info', undefined);
  assert.equal(lines.filter((line) => line.startsWith('loaded ')).length, 1, lines.join('\n'));
});

test('a_load_that_somebody_else_cancels_is_begun_anew', async (t) => {
  const { backend } = await newBackend(t);
  const abort = new AbortController();
  const cancelled = backend.ensureLoaded(abort.signal);
  const wanted = backend.ensureLoaded();
  abort.abort();
  assert.equal(await cancelled, undefined);
  assert.equal((await wanted)?.description, 'fake');
});

test('a_load_that_is_cancelled_loads_nothing', async (t) => {
  const { backend } = await newBackend(t);
  assert.equal(await backend.ensureLoaded(AbortSignal.abort()), undefined);
  assert.equal(backend.model, undefined);
});

test('the_log_has_what_the_server_says', async (t) => {
  const { backend, lines, settings } = await newBackend(t);
  await backend.ensureLoaded();
  const { modelPath } = settings.current.load as Required<LoadParams>;
  for (let tries = 0; tries < 100 && !lines.some((line) => line.includes(modelPath)); tries += 1) await sleep(50);
  assert.ok(
    lines.some((line) => line.includes(`loaded ${modelPath}`)),
    lines.join('\n'),
  );
});
