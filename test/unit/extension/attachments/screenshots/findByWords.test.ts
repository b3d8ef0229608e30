import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as vscode from 'vscode';
import type { FindParams, FindProgress, FindResult } from '../../../../../backend-native/protocol/find.js';
import { findByWords, type FindServices } from '../../../../../extension/attachments/screenshots/findByWords.js';
import { scratchFolder, writeFile } from '../../../../scratch.js';
import { settingsOf } from '../../doubles/settings.js';

interface World {
  readonly files: readonly string[];
  readonly query: string | undefined;
  readonly answer: (params: FindParams) => FindResult | null;
  /** Which of what is offered is chosen; nothing when it gives undefined. */
  readonly choose?: (details: readonly string[]) => readonly number[] | undefined;
}

/** The parts of VS Code and of the backend that take part, played by the test. */
function world({ files, query, answer, choose = () => undefined }: World) {
  const told: string[] = [];
  const messages: string[] = [];
  Object.assign(vscode.workspace, {
    workspaceFolders: [{ uri: vscode.Uri.from({ scheme: 'file', path: '/w' }), name: 'w', index: 0 }],
    findFiles: () => Promise.resolve(files.map((path) => vscode.Uri.from({ scheme: 'file', path }))),
    getConfiguration: () => ({ get: () => undefined }),
  });
  Object.assign(vscode.window, {
    showInputBox: () => Promise.resolve(query),
    showInformationMessage: (message: string) => {
      messages.push(message);
      return Promise.resolve(undefined);
    },
    withProgress: (_: unknown, task: (progress: unknown, token: unknown) => Promise<unknown>) =>
      task(
        { report: ({ message }: { message: string }) => told.push(message) },
        { isCancellationRequested: false, onCancellationRequested: () => undefined },
      ),
    showQuickPick: (items: readonly { detail: string }[]) =>
      Promise.resolve(choose(items.map(({ detail }) => detail))?.map((index) => items[index])),
  });
  const services = {
    settings: settingsOf(),
    log: { info: (message: string) => messages.push(message) },
    backend: {
      request: (method: string, params: FindParams, options: { onProgress: (value: FindProgress) => void }) => {
        assert.equal(method, 'lookOnce/find');
        options.onProgress({ done: 0, total: files.length, file: files[0] ?? '' });
        return Promise.resolve(answer(params));
      },
    },
  } as unknown as FindServices;
  return { services, told, messages };
}

const nothing: FindResult = { found: [], filesRead: 2, filesKnown: 0, notRead: [] };

test('the_screenshots_that_show_it_are_offered_with_their_words', async (t) => {
  const folder = scratchFolder(t);
  const files = ['a.png', 'b.png'].map((name) => writeFile(folder, name, 'x'));
  const { services, told, messages } = world({
    files,
    query: 'expired certificate',
    answer: ({ query, attachments }) => {
      assert.deepEqual([query, attachments.length], ['expired certificate', 2]);
      const found = [{ file: files[1] ?? '', page: 1, score: 9, excerpt: 'the certificate has expired' }];
      const error = { code: 'corrupt_image', message: 'a.png is cut short', nextStep: '' } as const;
      return { found, filesRead: 2, filesKnown: 1, notRead: [{ file: files[0] ?? '', error }] };
    },
    choose: (details) => {
      assert.deepEqual(details, ['the certificate has expired']);
      return [0];
    },
  });
  const chosen = await findByWords(services);
  assert.deepEqual([chosen?.query, chosen?.uris.map(({ path }) => path)], ['expired certificate', [files[1]]]);
  assert.deepEqual(told, ['1 of 2: a.png']);
  assert.match(messages.join(), /a\.png was not searched: a\.png is cut short/);
});

test('nothing_found_stopped_or_not_asked_attaches_nothing', async (t) => {
  const files = [writeFile(scratchFolder(t), 'a.png', 'x')];
  const none = world({ files, query: 'anything', answer: () => nothing });
  assert.equal(await findByWords(none.services), undefined);
  assert.match(none.messages.join(), /None of the 2 screenshots/);
  assert.equal(await findByWords(world({ files, query: 'anything', answer: () => null }).services), undefined);
  const given = world({ files, query: ' ', answer: () => assert.fail('nothing is searched') });
  assert.equal(await findByWords(given.services), undefined);
});
