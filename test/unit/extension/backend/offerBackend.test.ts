/** A window that offers its backend, and a program that finds it, in one process: the socket between them is real. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { SharingClient } from '../../../../backend-native/cli/sharingClient.js';
import { findOffers, offerFolder, writeOffer } from '../../../../backend-native/client/backendOffer.js';
import { packageRoot } from '../../../../backend-native/server/transport/packageRoot.js';
import { Backend } from '../../../../extension/backend/backend.js';
import { offerBackend } from '../../../../extension/backend/offerBackend.js';
import { failsWith } from '../../../failsWith.js';
import { emptyModel, fakeAddon } from '../../../server/fakeBackend.js';
import { scratchFolder } from '../../../scratch.js';
import { recordedLog } from '../doubles/log.js';
import { settingsOf } from '../doubles/settings.js';

process.env['LOOK_ONCE_NATIVE'] = fakeAddon;
const serverFile = path.join(packageRoot(), 'dist', 'server.cjs');
const never = new vscode.EventEmitter<null>();
const options = { skip: process.platform === 'win32' && 'Windows has no home that a test could move' };

async function aWindow(t: TestContext) {
  const before = process.env['HOME'];
  process.env['HOME'] = scratchFolder(t);
  t.after(() => {
    process.env['HOME'] = before;
  });
  const load = await emptyModel(t);
  const log = recordedLog();
  const settings = settingsOf({ load });
  const backend = new Backend({ serverFile, log: log.channel, settings });
  const asking = { isAsking: false, onDidProgress: never.event };
  const offer = offerBackend({ backend, asking, settings, log: log.channel });
  t.after(async () => {
    offer.dispose();
    await backend.close();
  });
  return { backend, load, lines: log.lines, offer };
}

/** @param own where its own backend would be: nowhere, for one that must not be started */
function aClient(t: TestContext, own = '/no/such/server.cjs') {
  const said: string[] = [];
  const client = new SharingClient({ shares: true, serverFile: own, say: (line) => said.push(line) });
  t.after(() => client.close());
  return { client, said };
}

async function offered() {
  for (let tries = 0; tries < 200; tries += 1) {
    const [offer] = findOffers(offerFolder());
    if (offer) return offer;
    await sleep(10);
  }
  throw new Error('nothing was offered');
}

/** A window with its backend offered, and a client that has its model. */
async function sharing(t: TestContext, own?: string) {
  const window = await aWindow(t);
  await window.backend.ensureLoaded();
  await offered();
  const { client, said } = aClient(t, own);
  const loaded = await client.ensureLoaded({});
  assert.ok(loaded);
  return { ...window, client, said, ask: loaded.backend };
}

test('the_backend_is_offered_while_it_runs', options, async (t) => {
  const { backend, offer } = await aWindow(t);
  assert.equal(fs.existsSync(offerFolder()), false, 'nothing is opened before there is anything to offer');
  await backend.request('lookOnce/info', undefined);
  const first = await offered();
  await backend.restart();
  assert.notEqual((await offered()).token, first.token);
  await backend.close();
  assert.deepEqual(fs.readdirSync(offerFolder()), []);
  await backend.request('lookOnce/info', undefined);
  await offered();
  offer.dispose();
  assert.deepEqual(fs.readdirSync(offerFolder()), []);
});

test('a_question_from_outside_is_answered_by_the_model_of_the_window', options, async (t) => {
  const { ask, said, lines, backend } = await sharing(t);
  const texts: string[] = [];
  const statuses = new Set<string>();
  backend.onDidChange(() => statuses.add(backend.view.status));
  const result = await ask.request(
    'lookOnce/ask',
    { question: 'say one two' },
    {
      onProgress: (progress) => {
        if (progress.phase === 'answer') texts.push(progress.text);
      },
    },
  );
  assert.equal(result.answer, 'one two ');
  assert.equal(texts.at(-1), 'one two ');
  assert.deepEqual([...statuses], ['busy', 'ready'], 'the user sees that something is asked');
  assert.equal(lines.filter((line) => line.startsWith('loaded ')).length, 1, lines.join('\n'));
  assert.match(said.join('\n'), new RegExp(`window ${process.pid} is shared`));
});

test('a_question_from_outside_is_cancelled_and_its_errors_keep_their_code', options, async (t) => {
  const { ask, client } = await sharing(t);
  const abort = new AbortController();
  const stopped = await ask.request(
    'lookOnce/ask',
    { question: 'slow' },
    {
      signal: abort.signal,
      onProgress: ({ phase }) => {
        if (phase === 'answer') abort.abort();
      },
    },
  );
  assert.equal(stopped.stop, 'cancelled');
  await assert.rejects(
    ask.request('lookOnce/ask', { question: 'fail out_of_memory' }),
    failsWith('out_of_memory', /told to fail/),
  );
  await assert.rejects(client.request('lookOnce/unload', undefined), failsWith('invalid_argument', /guests may make/));
});

test('who_hangs_up_stops_what_was_asked', options, async (t) => {
  const { ask, client, backend } = await sharing(t);
  const begun = new Promise<void>((resolve) => {
    ask
      .request(
        'lookOnce/ask',
        { question: 'slow' },
        {
          onProgress: () => {
            resolve();
          },
        },
      )
      .catch(() => undefined);
  });
  await begun;
  await client.close();
  for (let tries = 0; tries < 200 && backend.view.status !== 'ready'; tries += 1) await sleep(10);
  assert.equal(backend.view.status, 'ready');
});

test(
  'a_window_that_closes_in_the_middle_is_told_and_the_next_question_has_a_backend_of_its_own',
  options,
  async (t) => {
    const { ask, client, said, offer, load, lines } = await sharing(t, serverFile);
    const asked = ask.request(
      'lookOnce/ask',
      { question: 'slow' },
      {
        onProgress: () => {
          offer.dispose();
        },
      },
    );
    await assert.rejects(asked, failsWith('backend_crashed', /window .* was closed/));
    const own = await client.ensureLoaded(load);
    assert.equal((await own?.backend.request('lookOnce/ask', { question: 'say here' }))?.answer, 'here ');
    assert.match(said.join('\n'), /is gone/);
    assert.equal(lines.filter((line) => line.startsWith('loaded ')).length, 1, 'the window had nothing to do with it');
  },
);

test('a_backend_that_crashes_is_offered_no_longer', options, async (t) => {
  const { ask, client, load, backend } = await sharing(t, serverFile);
  await assert.rejects(ask.request('lookOnce/ask', { question: 'crash' }), failsWith('backend_crashed'));
  const own = await client.ensureLoaded(load);
  assert.equal((await own?.backend.request('lookOnce/ask', { question: 'say on' }))?.answer, 'on ');
  assert.equal(backend.view.status, 'crashed', 'it is started by the user and not by a guest');
  // The window has one again, and then one is enough.
  await backend.ensureLoaded();
  await offered();
  const again = await client.ensureLoaded(load);
  assert.notEqual(again?.backend, own?.backend);
});

test('another_model_than_the_loaded_one_is_loaded_by_a_backend_of_its_own', options, async (t) => {
  const { client, backend } = await sharing(t, serverFile);
  const before = backend.model;
  const other = await emptyModel(t);
  const own = await client.ensureLoaded(other);
  assert.equal(own?.model.modelPath, other.modelPath);
  assert.equal(backend.model, before);
});

test('who_does_not_know_the_token_or_speaks_something_else_is_hung_up_on', options, async (t) => {
  const { backend, lines } = await aWindow(t);
  await backend.ensureLoaded();
  const offer = await offered();
  writeOffer(offerFolder(), { ...offer, token: offer.token.replace(/./g, 'f') });
  const { client, said } = aClient(t);
  await assert.rejects(client.ensureLoaded({}), failsWith('backend_crashed', /no.such.server/));
  assert.match(said.join('\n'), /Expected the token/);
  const request = (method: string) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { question: 'say x' } });
    return `Content-Length: ${text.length}\r\n\r\n${text}`;
  };
  const replies = async (sent: string) => {
    const socket = net.connect(offer.socket);
    let heard = '';
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString();
      socket.end();
    });
    socket.on('error', () => undefined);
    socket.write(sent);
    await once(socket, 'close');
    return heard;
  };
  assert.equal(await replies('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'), '');
  assert.equal(await replies(`Content-Length: 99999999\r\n\r\n${'x'.repeat(5000)}`), '');
  assert.match(await replies(request('lookOnce/ask')), /Expected initialize/);
  assert.equal(
    lines.some((line) => line.includes('shares the backend')),
    false,
  );
  assert.equal(backend.view.status, 'ready');
});

test('offers_of_windows_that_are_gone_are_removed', options, async (t) => {
  const { backend } = await aWindow(t);
  await backend.ensureLoaded();
  const offer = await offered();
  const gone = [1, 2].map((pid) => ({ ...offer, pid, socket: path.join(offerFolder(), `${pid}.sock`) }));
  for (const one of gone) writeOffer(offerFolder(), one);
  // What a killed process leaves: nobody listens there.
  fs.writeFileSync(gone[0]?.socket ?? '', '');
  const { client } = aClient(t);
  assert.ok(await client.ensureLoaded({}));
  assert.deepEqual(fs.readdirSync(offerFolder()).sort(), [`${process.pid}.json`, `${process.pid}.sock`]);
});

test('who_says_how_a_model_is_loaded_shares_nothing', options, async (t) => {
  const { backend } = await aWindow(t);
  await backend.ensureLoaded();
  await offered();
  const client = new SharingClient({ shares: false, serverFile: '/no/such/server.cjs', say: () => undefined });
  await assert.rejects(client.ensureLoaded({}), failsWith('backend_crashed', /no.such.server/));
});
