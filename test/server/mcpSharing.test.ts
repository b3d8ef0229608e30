/** The MCP server beside a VS Code window: the window's backend is the real one, and so is the process that asks it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as vscode from 'vscode';
import { findOffers, offerFolder } from '../../backend-native/client/backendOffer.js';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { Backend } from '../../extension/backend/backend.js';
import { offerBackend } from '../../extension/backend/offerBackend.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { recordedLog } from '../unit/extension/doubles/log.js';
import { settingsOf } from '../unit/extension/doubles/settings.js';

const options = { skip: process.platform !== 'linux' && 'Processes are counted by /proc' };
const never = new vscode.EventEmitter<null>();

async function aWindow(t: TestContext) {
  const [home, log] = [scratchFolder(t), recordedLog()];
  const before = process.env['HOME'];
  process.env['HOME'] = home;
  t.after(() => {
    process.env['HOME'] = before;
  });
  const settings = settingsOf({ load: {} });
  const serverFile = path.join(packageRoot(), 'dist', 'server.cjs');
  const backend = new Backend({ serverFile, log: log.channel, settings });
  const asking = { isAsking: false, onDidProgress: never.event };
  const offer = offerBackend({ backend, asking, settings, log: log.channel });
  t.after(async () => {
    offer.dispose();
    await backend.close();
  });
  await backend.ensureLoaded();
  while (findOffers(offerFolder()).length === 0) await sleep(10);
  return { backend, offer, home };
}

/** @param hook a script that the process runs before everything else */
async function anAgent(t: TestContext, home: string, hook = '') {
  const folder = fs.realpathSync(scratchFolder(t));
  const client = new Client({ name: 'test', version: '1' });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...(hook === '' ? [] : ['--require', hook]), path.join(packageRoot(), 'dist', 'mcp.cjs'), '--root', folder],
    env: { ...(process.env as Record<string, string>), HOME: home },
    stderr: 'pipe',
  });
  let said = '';
  transport.stderr?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await client.connect(transport);
  t.after(() => client.close());
  const look = async (question: string, more: object = {}, more2: Parameters<Client['callTool']>[2] = {}) => {
    const { isError, content, structuredContent } = await client.callTool(
      { name: 'look', arguments: { question, maxTokens: 4, ...more } },
      undefined,
      { timeout: 120_000, ...more2 },
    );
    const [first] = content as { text: string }[];
    return {
      isError: isError === true,
      text: first?.text ?? '',
      data: (structuredContent ?? {}) as { answer?: string },
    };
  };
  return { look, folder, client, pid: transport.pid ?? 0, said: () => said };
}

/** How many processes another one has started that are there. */
function childrenOf(pid: number): number {
  const pids = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return pids.split(' ').filter((one) => one !== '').length;
}

test('one_model_is_in_memory_for_the_window_and_an_agent', options, async (t) => {
  const { backend, home } = await aWindow(t);
  const { look, folder, pid, said } = await anAgent(t, home);
  writeFile(folder, 'notes.txt', 'The server is called alpha.');
  const before = backend.model;
  const heard: number[] = [];
  const onprogress = ({ progress }: { progress: number }) => heard.push(progress);
  const { isError, text, data } = await look('What is it called?', { documents: ['notes.txt'] }, { onprogress });
  assert.equal(isError, false, text);
  assert.equal(typeof data.answer, 'string');
  assert.ok(heard.length > 0);
  assert.equal(backend.model, before);
  assert.match(said(), /is shared/);
  assert.equal(childrenOf(pid), 0, 'it has started no backend');
});

test('a_question_of_an_agent_loses_nothing_of_the_users_conversation', options, async (t) => {
  const { backend, home } = await aWindow(t);
  const { look } = await anAgent(t, home);
  const sampling = { maxTokens: 8 };
  const conversed = async (id: string, between: () => Promise<unknown>) => {
    const question = 'The server is called alpha. What is it called?';
    const first = await backend.request('lookOnce/ask', { question, conversation: { id, history: [] }, sampling });
    await between();
    const conversation = { id, history: [{ question, answer: first.answer }] };
    return backend.request('lookOnce/ask', { question: 'Which server?', conversation, sampling });
  };
  const undisturbed = await conversed('one', () => Promise.resolve());
  const disturbed = await conversed('two', async () => {
    assert.equal((await look('Something else')).isError, false);
  });
  assert.equal(disturbed.answer, undisturbed.answer);
  assert.deepEqual(
    [undisturbed.reread, disturbed.reread],
    [false, true],
    'it was read again, which is all that it cost',
  );
});

test('a_cancelled_question_of_an_agent_stops_in_the_window', options, async (t) => {
  const { backend, home } = await aWindow(t);
  const { look } = await anAgent(t, home);
  const abort = new AbortController();
  backend.onDidChange(() => {
    if (backend.view.status === 'busy') abort.abort();
  });
  await assert.rejects(look('Go on and on', { maxTokens: 4096 }, { signal: abort.signal }));
  for (let tries = 0; tries < 3000 && backend.view.status !== 'ready'; tries += 1) await sleep(10);
  assert.equal(backend.view.status, 'ready');
});

test('when_the_window_closes_an_agent_is_told_and_then_has_a_backend_of_its_own', options, async (t) => {
  const { backend, home, offer } = await aWindow(t);
  const { look, pid, said } = await anAgent(t, home);
  backend.onDidChange(() => {
    if (backend.view.status === 'busy') offer.dispose();
  });
  const { isError, text } = await look('Go on and on', { maxTokens: 4096 });
  assert.ok(isError && /^error: backend_crashed: The VS Code window .* — Ask again/.test(text), text);
  const again = await look('Hello');
  assert.equal(again.isError, false, again.text);
  assert.match(said(), /is gone/);
  assert.equal(childrenOf(pid), 1);
});

test('an_agent_connects_to_the_window_and_to_nothing_else', options, async (t) => {
  const { home } = await aWindow(t);
  const record = path.join(scratchFolder(t), 'connections');
  const hook = writeFile(
    scratchFolder(t),
    'hook.cjs',
    `const net = require('node:net'), dns = require('node:dns'), fs = require('node:fs');
     for (const [of, name] of [[net.Socket.prototype, 'connect'], [dns, 'lookup'], [dns.promises, 'lookup']]) {
       const real = of[name];
       of[name] = function (...args) {
         const [given] = args.flat();
         fs.appendFileSync(${JSON.stringify(record)}, name + ' ' + JSON.stringify(given) + '\\n');
         return real.apply(this, args);
       };
     }`,
  );
  const { look } = await anAgent(t, home, hook);
  assert.equal((await look('Hello')).isError, false);
  const [offer] = findOffers(offerFolder());
  const lines = fs.readFileSync(record, 'utf8').trim().split('\n');
  assert.deepEqual(lines, [`connect ${JSON.stringify({ path: offer?.socket })}`]);
});
