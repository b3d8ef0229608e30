/** What settings.json may hold from earlier versions: "auto" for what is an empty box today. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import { packageRoot } from '../../../../backend-native/server/transport/packageRoot.js';
import { Notices } from '../../../../extension/notices.js';
import { Settings } from '../../../../extension/settings/settings.js';
import { recordedLog } from '../doubles/log.js';

type Values = Readonly<Record<string, unknown>>;

/** @returns the settings of a user and a workspace with these values, and what is written meanwhile */
function settingsOfFiles(t: TestContext, user: Values, workspaceFile: Values = {}) {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'));
  const workspace = vscode.workspace as unknown as Record<string, unknown>;
  const before = workspace['getConfiguration'];
  t.after(() => {
    workspace['getConfiguration'] = before;
  });
  const schema = (
    manifest as { contributes: { configuration: { properties: Record<string, { default: unknown }> }[] } }
  ).contributes.configuration;
  const defaults = Object.assign({}, ...schema.map(({ properties }) => properties)) as Record<
    string,
    { default: unknown }
  >;
  const written: (readonly [string, unknown, unknown])[] = [];
  const configuration = {
    get: (name: string) => workspaceFile[name] ?? user[name] ?? defaults[name]?.default,
    inspect: (name: string) => ({ globalValue: user[name], workspaceValue: workspaceFile[name] }),
    update: (name: string, value: unknown, target: unknown) => {
      written.push([name, value, target]);
      return Promise.resolve();
    },
  };
  workspace['getConfiguration'] = (section?: string) => (section === undefined ? configuration : {});
  const notices = new Notices();
  return { settings: new Settings(manifest, '/storage/cache', notices, recordedLog().channel), notices, written };
}

test('auto_of_an_earlier_version_is_read_and_taken_out_so_that_the_settings_editor_shows_its_box', async (t) => {
  const auto = { 'lookOnce.kv.ratio': 'auto', 'lookOnce.kv.recentShare': 'auto' };
  const { settings, notices, written } = settingsOfFiles(t, auto);
  assert.equal(settings.current.kv.ratio, 'auto');
  assert.equal('recentShare' in settings.current.kv, false);
  assert.deepEqual(notices.current, []);
  await settings.migrate();
  const { Global } = vscode.ConfigurationTarget;
  assert.deepEqual(written, [
    ['lookOnce.kv.ratio', undefined, Global],
    ['lookOnce.kv.recentShare', undefined, Global],
  ]);
});

test('auto_of_a_workspace_becomes_null_and_not_the_number_of_the_user', async (t) => {
  const { settings, written } = settingsOfFiles(t, { 'lookOnce.kv.ratio': 0.3 }, { 'lookOnce.kv.ratio': 'auto' });
  await settings.migrate();
  assert.deepEqual(written, [['lookOnce.kv.ratio', null, vscode.ConfigurationTarget.Workspace]]);
});

test('numbers_and_words_that_still_mean_the_same_are_left_as_they_are', async (t) => {
  const { settings, written } = settingsOfFiles(t, {
    'lookOnce.kv.ratio': 0.2,
    'lookOnce.kv.recentShare': 0.5,
    'lookOnce.kv.method': 'look-m',
    'lookOnce.kv.merge': 'auto',
    'lookOnce.kv.textPrior': true,
  });
  await settings.migrate();
  assert.deepEqual(written, []);
  assert.equal(settings.current.kv.ratio, 0.2);
});
