import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { AskParams, AskProgress } from '../../../backend-native/protocol/ask.js';
import type { BackendError } from '../../../backend-native/protocol/errors.js';
import type { ChatServices } from '../../../extension/chat/askModel.js';
import { answerChat } from '../../../extension/chat/participant.js';
import { scratchFolder, writeFile } from '../../scratch.js';
import { stats } from './conversation/samples.js';
import { settingsOf } from './doubles/settings.js';
import { plainError } from '../../plainError.js';

interface Asked {
  readonly command?: string;
  readonly prompt?: string;
  readonly files?: readonly string[];
  /** References that are no files. */
  readonly references?: readonly unknown[];
  /** What the active tab shows. */
  readonly active?: string;
  readonly fails?: BackendError;
  /** Whether the tiny model answers in the embedded one's place. */
  readonly standIn?: boolean;
}

/** Asks a backend that answers "It is E4719." in two snapshots. @returns the questions it got and what was streamed */
async function chat({
  command,
  prompt = 'What is it?',
  files = [],
  references = [],
  active,
  fails,
  standIn = false,
}: Asked) {
  const asked: AskParams[] = [];
  const backend = {
    ensureLoaded: () => Promise.resolve({ devices: ['CPU'], ...(standIn && { standIn: { missing: ['base.gguf'] } }) }),
    request: (_: string, params: AskParams, options: { onProgress: (progress: AskProgress) => void }) => {
      asked.push(params);
      if (fails) return Promise.reject(fails);
      options.onProgress({ phase: 'answer', tokens: 2, text: 'It is' });
      return Promise.resolve({
        ...stats,
        answer: 'It is E4719.',
        where: [{ image: 0, turnsAgo: 0, box: [0, 0, 9, 9], text: 'E4719' }],
      });
    },
  };
  const services = { settings: settingsOf(), backend, asking: { ratio: 0.5 } } as unknown as ChatServices;
  const written: string[] = [];
  const stream = {
    markdown: (text: string) => written.push(text),
    progress: () => undefined,
    reference: () => undefined,
    button: () => undefined,
  };
  const values = [...files.map((fsPath) => vscode.Uri.from({ scheme: 'file', path: fsPath })), ...references];
  const { activeTabGroup } = vscode.window.tabGroups as unknown as { activeTabGroup: { activeTab: unknown } };
  activeTabGroup.activeTab = active && { input: new vscode.TabInputCustom(vscode.Uri.file(active), 'preview') };
  const result = await answerChat(
    services,
    { prompt, command, references: values.map((value) => ({ id: String(value), value })) },
    { history: [] },
    stream as unknown as vscode.ChatResponseStream,
    new vscode.CancellationTokenSource().token,
  );
  return { asked, text: written.join(''), result };
}

function textFile(t: TestContext): string {
  return writeFile(scratchFolder(t), 'notes.txt', 'The error code is E4719.');
}

test('what_is_attached_is_asked_about_and_the_answer_streams_once', async (t) => {
  const file = textFile(t);
  const { asked, text } = await chat({ files: [file] });
  assert.deepEqual(asked[0]?.documents, [{ path: file }]);
  assert.equal(asked[0].kv?.ratio, 0.5);
  assert.match(text, /^It is E4719\.(?![^]*It is)/);
});

test('that_nothing_is_attached_is_said', async (t) => {
  assert.match(
    (await chat({ command: 'compare' })).text,
    /It is E4719\.(?![^]*Nothing is attached[^]*Nothing is)[^]*Nothing is attached/,
  );
  assert.doesNotMatch((await chat({ files: [textFile(t)] })).text, /Nothing is attached/);
});

test('a_pasted_picture_is_asked_about_by_its_bytes', async (t) => {
  const pasted = { mimeType: 'image/png', data: () => Promise.resolve(Buffer.from('PNG')) };
  const file = vscode.Uri.file(writeFile(scratchFolder(t), 'a.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')));
  const { asked } = await chat({ references: [pasted, { ...pasted, reference: file }, 'a name', undefined] });
  assert.deepEqual(asked[0]?.images, [{ name: 'pasted.png', base64: 'UE5H' }, { path: file.fsPath }]);
});

test('a_picture_in_view_is_asked_about_where_nothing_is_attached', async (t) => {
  const folder = scratchFolder(t);
  const active = writeFile(folder, 'a.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  const { asked, text, result } = await chat({ active });
  assert.deepEqual(asked[0]?.images, [{ path: active }]);
  assert.doesNotMatch(text, /Nothing is attached/);
  assert.equal(result.metadata?.inView, vscode.Uri.file(active).toString());
  const other = await chat({ active, files: [textFile(t)] });
  assert.deepEqual(other.asked[0]?.images, []);
  assert.match((await chat({ active: writeFile(folder, 'a.ts', '') })).text, /Nothing is attached/);
});

test('where_adds_the_lines', async () => {
  assert.match((await chat({ command: 'where' })).text, /It is E4719\.[^]*rests on:\s+- /);
});

test('compare_asks_with_the_full_cache_and_with_the_ratio', async () => {
  const { asked } = await chat({ command: 'compare' });
  assert.deepEqual(
    asked.map(({ kv }) => kv?.ratio),
    [1, 0.5],
  );
});

test('what_a_reader_of_the_answer_would_not_know_is_said_below_it', async () => {
  assert.match((await chat({ standIn: true })).text, /^It is E4719\.[^]*stand-in/);
});

test('what_goes_wrong_is_said_in_the_answer', async () => {
  const empty = await chat({ prompt: ' ' });
  assert.equal(empty.asked.length, 0);
  assert.match(empty.text, /question is empty/);
  assert.match((await chat({ files: ['/nowhere/a.png'] })).text, /a\.png/);
  const fails = plainError('out_of_memory', 'Too little memory');
  assert.match((await chat({ fails })).text, /Too little memory/);
});
