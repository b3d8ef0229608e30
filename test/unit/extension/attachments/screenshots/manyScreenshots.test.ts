/** A folder of 1,000 screenshots is searched by their words; the recogniser is played, the files are real. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import type { FindParams, FindProgress } from '../../../../../backend-native/protocol/find.js';
import { Finder, type ReadInput } from '../../../../../backend-native/server/attachments/find.js';
import { findByWords, type FindServices } from '../../../../../extension/attachments/screenshots/findByWords.js';
import { paint, png } from '../../../../fixtures/images.js';
import { scratchFolder } from '../../../../scratch.js';
import { settingsOf } from '../../doubles/settings.js';
import { plainError } from '../../../../plainError.js';

const count = 1000;
const damaged = 'shot-0500.png';

interface Report {
  readonly message: string;
  readonly increment: number;
}

function world(t: TestContext) {
  const folder = scratchFolder(t);
  const names = Array.from({ length: count }, (_, i) => `shot-${String(i).padStart(4, '0')}.png`);
  const bytes = png(paint(8, 8, () => [255, 255, 255]));
  for (const name of names) fs.writeFileSync(path.join(folder, name), bytes);
  const uris = [
    ...names.map((name) => vscode.Uri.from({ scheme: 'file', path: path.join(folder, name) })),
    vscode.Uri.from({ scheme: 'vscode-vfs', path: '/elsewhere/shot.png' }),
  ];
  const read: string[] = [];
  let cancel: () => void = () => undefined;
  let cancelAt = Infinity;
  const recognise: ReadInput = ({ source }) => {
    const file = 'path' in source ? source.path : '';
    const name = path.basename(file);
    read.push(name);
    if (read.length === cancelAt) cancel();
    if (name === damaged) return Promise.reject(plainError('corrupt_image', `${name} is cut short`));
    const text = `Build ${name.slice(5, 9)} failed with code E${9000 - Number(name.slice(5, 9))}`;
    return Promise.resolve({ file, format: 'png', notes: [], pages: [{ page: 1, text }] });
  };
  const finder = new Finder(recognise);
  const reports: Report[] = [];
  const log: string[] = [];
  const offered: { title: string; placeHolder: string; labels: string[] }[] = [];
  let query = '';
  Object.assign(vscode.workspace, {
    workspaceFolders: [{ uri: vscode.Uri.from({ scheme: 'file', path: folder }), name: 'w', index: 0 }],
    findFiles: () => Promise.resolve(uris),
    getConfiguration: () => ({ get: () => undefined }),
    fs: { stat: () => Promise.resolve({ size: 1, mtime: 1 }) },
  });
  Object.assign(vscode.window, {
    showInputBox: () => Promise.resolve(query),
    showInformationMessage: () => Promise.resolve(undefined),
    withProgress: (_: unknown, task: (progress: unknown, token: unknown) => Promise<unknown>) =>
      task(
        { report: (report: Report) => reports.push(report) },
        {
          isCancellationRequested: false,
          onCancellationRequested: (listener: () => void) => {
            cancel = listener;
          },
        },
      ),
    showQuickPick: (items: readonly { label: string }[], options: { title: string; placeHolder: string }) => {
      offered.push({ ...options, labels: items.map(({ label }) => label) });
      return Promise.resolve(items.slice(0, 1));
    },
  });
  const services = {
    settings: settingsOf(),
    log: { info: (message: string) => log.push(message) },
    backend: {
      request: (
        _: string,
        params: FindParams,
        options: { signal: AbortSignal; onProgress: (value: FindProgress) => void },
      ) => finder.find(params, options.signal, options.onProgress),
    },
  } as unknown as FindServices;
  const find = async (words: string, stopAfter = Infinity) => {
    [query, cancelAt, read.length, reports.length, log.length] = [words, stopAfter, 0, 0, 0];
    const chosen = await findByWords(services);
    return chosen?.uris.map((uri) => path.posix.basename(uri.path));
  };
  return { find, read, reports, log, offered };
}

test('the_right_one_of_1000_is_found_with_progress_and_what_was_not_searched_is_said', async (t) => {
  const { find, read, reports, log, offered } = world(t);
  assert.deepEqual(await find('E8277'), ['shot-0723.png']);
  assert.equal(read.length, count);
  assert.equal(reports.length, count);
  assert.match(reports.at(-1)?.message ?? '', /^1000 of 1000: shot-\d{4}\.png$/);
  const percent = reports.reduce((sum, { increment }) => sum + increment, 0);
  assert.ok(percent > 99 && percent <= 100, `${percent} %`);
  assert.deepEqual(
    offered.map(({ labels, placeHolder }) => [labels, placeHolder]),
    [[['shot-0723.png'], 'Not searched: 2. The log says why.']],
  );
  assert.equal(log.length, 2);
  assert.match(log[0] ?? '', /shot-0500\.png was not searched: shot-0500\.png is cut short$/);
  assert.match(log[1] ?? '', /^Not searched, as not on this machine .*: 1$/);
});

test('what_was_read_of_1000_is_not_read_again', async (t) => {
  const { find, read } = world(t);
  await find('E8277');
  assert.deepEqual(await find('E8999'), ['shot-0001.png']);
  assert.deepEqual(read, [damaged], 'it may be readable by now');
});

test('a_search_of_1000_that_is_stopped_offers_what_was_found_and_goes_on_where_it_was', async (t) => {
  const { find, read, offered } = world(t);
  assert.equal(await find('Nothing', 300), undefined);
  assert.equal(count - read.length, 700);
  assert.equal(offered.length, 0, 'of what was read nothing shows it');
  const [shown = ''] = (await find('failed', 100)) ?? [];
  assert.match(shown, /^shot-\d{4}\.png$/);
  assert.equal(count - read.length, 900, 'those that were read before are not read again');
  assert.match(offered[0]?.placeHolder ?? '', /^Stopped\. Not searched: (600|601|602); /);
  assert.deepEqual(await find('E8277'), ['shot-0723.png']);
  assert.ok(read.length >= 600 && read.length <= 602, `${read.length} were read`);
});
