/** The picker of the workspace's images, in a workspace of several folders. */
import assert from 'node:assert/strict';
import { test } from 'mocha';
import * as vscode from 'vscode';
import { activated, startAfresh } from './lookOnce.js';
import { hostSuite } from './hostSuite.js';
import { openPicker } from './picker.js';
import { until } from './until.js';

export const run = hostSuite(() => {
  test('images_of_every_folder_are_offered_newest_first_without_excluded_and_ignored_ones', async () => {
    await startAfresh();
    const picker = await openPicker();
    assert.deepEqual(picker.labels(), ['newest.png', 'middle.jpg', 'oldest.webp']);
    assert.ok(
      picker.box.items.every(({ description, detail }) =>
        /\d(?:\.\d+)? ?K?B\b/.test(`${description ?? ''} ${detail ?? ''}`),
      ),
      'each tells its size',
    );
    await picker.acceptAll();
    const attached = await until('the attachments', async () => {
      const { attachments } = (await activated()).state().draft;
      return attachments.length === 3 && attachments;
    });
    assert.deepEqual(attached.map(({ name }) => name).sort(), ['middle.jpg', 'newest.png', 'oldest.webp']);
  });

  test('a_picker_that_is_closed_attaches_nothing', async () => {
    await startAfresh();
    await openPicker();
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    assert.deepEqual((await activated()).state().draft.attachments, []);
  });
});
