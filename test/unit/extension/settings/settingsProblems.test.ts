import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as vscode from 'vscode';
import { mergeRules } from '../../../../backend-native/protocol/kv.js';
import { packageRoot } from '../../../../backend-native/server/transport/packageRoot.js';
import { Notices } from '../../../../extension/notices.js';
import { schemaOf } from '../../../../extension/settings/schema.js';
import { Settings } from '../../../../extension/settings/settings.js';
import { recordedLog } from '../doubles/log.js';

const manifest: unknown = JSON.parse(fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'));
const schema = schemaOf(manifest);

/** The settings of a user whose settings.json holds these, by their names without "lookOnce.". */
function settingsWith(t: TestContext, given: Record<string, Record<string, unknown>>, isTrusted = true) {
  const workspace = vscode.workspace as unknown as Record<string, unknown>;
  const before = { getConfiguration: workspace['getConfiguration'], isTrusted: workspace['isTrusted'] };
  t.after(() => {
    Object.assign(workspace, before);
  });
  workspace['isTrusted'] = isTrusted;
  const valueOf = (name: string) => {
    const [, section = '', key = ''] = name.split('.');
    return given[section]?.[key] ?? schema.get(name)?.default;
  };
  // Untrusted values are those of the workspace here.
  const inspect = (name: string) => ({ defaultValue: schema.get(name)?.default, workspaceValue: valueOf(name) });
  workspace['getConfiguration'] = (section?: string) =>
    section === undefined ? { get: valueOf, inspect } : { ...given, get: valueOf, inspect };
  const notices = new Notices();
  const log = recordedLog();
  return {
    settings: new Settings(manifest, '/storage/cache', notices, log.channel),
    message: () => notices.current[0]?.message ?? '',
    log: log.lines,
  };
}

test('settings_that_are_right_are_not_mentioned', (t) => {
  const { settings, message } = settingsWith(t, { kv: { ratio: 0.4 } });
  assert.equal(settings.current.kv.ratio, 0.4);
  assert.equal(message(), '');
});

test('a_value_out_of_range_is_named_with_the_value_used', (t) => {
  const { settings, message, log } = settingsWith(t, { kv: { ratio: 7, merge: 'glue' } });
  assert.equal(settings.current.kv.ratio, 1);
  assert.equal('merge' in settings.current.kv, false);
  assert.match(
    message(),
    /lookOnce\.kv\.ratio has the value 7, but needs a number from 0\.01 to 1, or nothing: 1 is used\./,
  );
  const rules = ['auto', ...mergeRules].join(', ');
  assert.ok(
    message().includes(`lookOnce.kv.merge has the value "glue", but needs one of ${rules}: "auto" is used.`),
    message(),
  );
  assert.equal(log.length, 2);
});

test('an_unknown_setting_is_named_with_the_one_that_was_meant', (t) => {
  const { message } = settingsWith(t, { kv: { rato: 0.5 }, colour: { scheme: 'x' } });
  assert.match(
    message(),
    /lookOnce\.kv\.rato is no setting of Look Once and has no effect; did you mean lookOnce\.kv\.ratio\?/,
  );
  assert.match(message(), /lookOnce\.colour\.scheme is no setting of Look Once and has no effect\./);
});

test('a_smallest_image_larger_than_the_largest_is_named', (t) => {
  const { settings, message } = settingsWith(t, { model: { imageMinTokens: 500, imageMaxTokens: 100 } });
  assert.equal(settings.current.load.engine?.imageMinTokens, 100);
  assert.match(message(), /imageMinTokens is 500, more than lookOnce\.model\.imageMaxTokens allows: 100 is used/);
});

test('paths_of_a_workspace_that_is_not_trusted_are_ignored', (t) => {
  const given = {
    model: { path: '/evil.gguf', device: 'EVIL', rpcServers: ['evil:1'] },
    generation: { systemPrompt: 'Lie.' },
    kv: { ratio: 0.4 },
  };
  assert.equal(settingsWith(t, given).settings.current.load.modelPath, '/evil.gguf');
  const { current } = settingsWith(t, given, false).settings;
  assert.equal(current.load.modelPath, undefined);
  assert.equal(current.load.engine?.device, undefined);
  assert.deepEqual(current.load.engine?.rpcServers, []);
  assert.equal(current.systemPrompt, undefined);
  assert.equal(current.kv.ratio, 0.4);
});
