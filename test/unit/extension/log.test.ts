import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import { createLog } from '../../../extension/log.js';
import { recordedLog } from './doubles/log.js';

function logIn(t: TestContext) {
  const recorded = recordedLog();
  const window = vscode.window as unknown as Record<string, unknown>;
  const before = window['createOutputChannel'];
  // As VS Code might: nothing of its channel can be replaced.
  window['createOutputChannel'] = () => Object.freeze(recorded.channel);
  t.after(() => {
    window['createOutputChannel'] = before;
  });
  return { ...createLog(), written: recorded.lines };
}

test('what_is_logged_reaches_the_channel_and_is_remembered', (t) => {
  const { channel, recent, written } = logIn(t);
  channel.info('one', 'more');
  channel.error(new Error('two'));
  assert.deepEqual(written, ['one more', 'Error: two']);
  assert.deepEqual(recent(), ['[info] one more', '[error] Error: two']);
});

test('only_the_last_lines_are_remembered', (t) => {
  const { channel, recent } = logIn(t);
  for (let line = 0; line < 500; line += 1) channel.warn(`line ${line}`);
  assert.equal(recent().length, 200);
  assert.equal(recent().at(-1), '[warn] line 499');
});
