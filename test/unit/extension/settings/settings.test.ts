import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { mergeRules } from '../../../../backend-native/protocol/kv.js';
import { settingsFrom } from '../../../../extension/settings/currentSettings.js';
import { checkSetting, nearestSetting, restrictedSettings, schemaOf } from '../../../../extension/settings/schema.js';
import { absolutePath } from '../../../../extension/settings/userPath.js';
import { names } from '../../../../extension/settings/withheldSettings.js';
import { defaultDocumentLimits, defaultSamplingSettings } from '../../../../backend-native/protocol/ask.js';
import { kvDefaults } from '../../../../backend-native/protocol/kv.js';
import { defaultEngineSettings } from '../../../../backend-native/protocol/model.js';
import { packageRoot } from '../../../../backend-native/server/transport/packageRoot.js';

const manifest: unknown = JSON.parse(fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8'));
const schema = schemaOf(manifest);
const defaults = (name: string) => schema.get(name)?.default;
const same = (given: string) => given;
const cacheFolder = path.join('/storage', 'cache');

function schemaNamed(name: string) {
  const found = schema.get(name);
  assert.ok(found, `${name} is not in package.json`);
  return found;
}

test('every_setting_of_package_json_is_read_and_no_other', () => {
  const read: string[] = [];
  settingsFrom(
    (name) => {
      read.push(name);
      return defaults(name);
    },
    same,
    cacheFolder,
  );
  assert.deepEqual([...new Set(read)].sort(), [...schema.keys()].sort());
});

test('every_default_is_within_its_own_range', () => {
  for (const [name, one] of schema) assert.equal(checkSetting(one, one.default).expected, undefined, name);
});

test('the_defaults_are_those_of_the_protocol_but_for_the_length_of_answers', () => {
  const settings = settingsFrom(defaults, same, cacheFolder);
  assert.deepEqual(settings.kv, {
    method: 'look-once',
    ratio: 'auto',
    mergeWhat: 'auto',
    minPromptTokens: 256,
    reading: 'auto',
    seed: 0,
  });
  assert.deepEqual({ ...kvDefaults(), ...settings.kv }, kvDefaults());
  assert.deepEqual(settings.load, {
    engine: { ...defaultEngineSettings, cache: { folder: cacheFolder, maxBytes: 4 * 2 ** 30 } },
  });
  assert.deepEqual(
    { ...defaultSamplingSettings, ...settings.sampling, maxTokens: 0 },
    { ...defaultSamplingSettings, maxTokens: 0 },
  );
  for (const name of ['temperature', 'topK', 'topP', 'minP'])
    assert.ok(!(name in settings.sampling), `${name} is as the model's file advises`);
  assert.deepEqual(settings.documents, { ...defaultDocumentLimits, readAs: 'auto' });
  assert.equal(settings.systemPrompt, undefined);
});

test('a_number_out_of_range_is_moved_to_its_bound_and_told', () => {
  const ratio = schemaNamed('lookOnce.kv.ratio');
  const { minimum } = ratio;
  assert.deepEqual(checkSetting(ratio, 7), {
    value: 1,
    expected: { kind: 'range', empty: true, integer: false, minimum, maximum: 1 },
  });
  assert.equal(checkSetting(ratio, -1).value, minimum);
  assert.deepEqual(checkSetting(ratio, 0.5), { value: 0.5 });
});

test('a_value_of_another_type_is_the_default_and_told', () => {
  for (const wrong of ['0.5', 'Auto', Number.NaN, {}, true]) {
    const { value, expected } = checkSetting(schemaNamed('lookOnce.kv.ratio'), wrong);
    assert.equal(value, null);
    assert.ok(expected);
  }
  for (const empty of [null, 'auto'])
    assert.deepEqual(checkSetting(schemaNamed('lookOnce.kv.ratio'), empty), { value: null });
  assert.deepEqual(checkSetting(schemaNamed('lookOnce.kv.textPrior'), 'yes'), {
    value: 'auto',
    expected: { kind: 'enum', values: ['auto', true, false] },
  });
  assert.deepEqual(checkSetting(schemaNamed('lookOnce.model.folders'), ['a', 1]).value, []);
  assert.equal(checkSetting(schemaNamed('lookOnce.model.path'), 3).value, '');
});

test('parts_that_are_set_are_sent_and_those_that_are_auto_are_not', () => {
  const kvWith = (values: Record<string, unknown>) =>
    settingsFrom((name) => values[name] ?? defaults(name), same, cacheFolder).kv;
  const set = { recentShare: 0, merge: 'pivot', textPrior: false } as const;
  assert.deepEqual(
    kvWith({
      'lookOnce.kv.recentShare': 0,
      'lookOnce.kv.merge': 'pivot',
      'lookOnce.kv.textPrior': false,
      'lookOnce.kv.ratio': 0.3,
    }),
    { ...kvWith({}), ...set, ratio: 0.3 },
  );
  for (const name of Object.keys(set)) assert.equal(name in kvWith({}), false);
});

test('values_of_the_time_before_auto_are_taken_as_they_are', () => {
  for (const [name, value] of [
    ['ratio', 0.2],
    ['method', 'look-m'],
    ['recentShare', 0.5],
    ['textPrior', true],
    ['merge', 'pivot'],
    ['mergeWhat', 'values'],
  ] as const) {
    assert.deepEqual(checkSetting(schemaNamed(`lookOnce.kv.${name}`), value), { value });
  }
});

test('a_word_that_is_not_in_the_list_is_the_default_and_the_list_is_told', () => {
  const { value, expected } = checkSetting(schemaNamed('lookOnce.kv.merge'), 'pivvot');
  assert.equal(value, 'auto');
  assert.deepEqual(expected, { kind: 'enum', values: ['auto', ...mergeRules] });
});

test('a_fraction_for_a_whole_number_is_rounded_and_told', () => {
  const { value, expected } = checkSetting(schemaNamed('lookOnce.generation.maxTokens'), 12.6);
  assert.equal(value, 13);
  assert.ok(expected);
});

test('a_misspelled_setting_names_the_one_that_was_meant', () => {
  assert.equal(nearestSetting(schema, 'lookOnce.kv.ration'), 'lookOnce.kv.ratio');
  assert.equal(nearestSetting(schema, 'lookOnce.kv.minprompttokens'), 'lookOnce.kv.minPromptTokens');
  assert.equal(nearestSetting(schema, 'lookOnce.somethingElse'), undefined);
});

test('settings_that_name_paths_are_restricted_in_untrusted_workspaces', () => {
  const restricted = restrictedSettings(manifest);
  for (const name of schema.keys()) if (/path|folders/i.test(name)) assert.ok(restricted.has(name), name);
  for (const name of restricted) assert.ok(schema.has(name), `${name} is no setting`);
});

test('a_cache_of_no_gigabytes_is_none', () => {
  const cacheOf = (gigabytes: number) =>
    settingsFrom((name) => (name === 'lookOnce.cache.maxGigabytes' ? gigabytes : defaults(name)), same, cacheFolder)
      .load.engine?.cache;
  assert.equal(cacheOf(0), undefined);
  assert.deepEqual(cacheOf(0.5), { folder: cacheFolder, maxBytes: 2 ** 29 });
});

test('a_workspace_may_not_fill_the_disk', () => {
  const manifestOf = manifest as {
    contributes: { configuration: { properties: Record<string, { scope: string }> }[] };
  };
  const scopes = manifestOf.contributes.configuration.map(
    ({ properties }) => properties['lookOnce.cache.maxGigabytes']?.scope,
  );
  assert.deepEqual(
    scopes.filter((scope) => scope !== undefined),
    ['machine'],
  );
});

test('a_projector_without_a_model_does_not_go_to_the_embedded_one', () => {
  const read = (values: Record<string, unknown>) =>
    settingsFrom((name) => values[name] ?? defaults(name), same, cacheFolder).load;
  assert.equal('mmprojPath' in read({ 'lookOnce.model.projectorPath': '/m/p.gguf' }), false);
  const { modelPath, mmprojPath } = read({
    'lookOnce.model.path': '/m/t.gguf',
    'lookOnce.model.projectorPath': '/m/p.gguf',
  });
  assert.deepEqual([modelPath, mmprojPath], ['/m/t.gguf', '/m/p.gguf']);
});

test('a_setting_of_a_workspace_is_found_by_its_name_and_not_in_a_comment', () => {
  const name = 'lookOnce.model.path';
  assert.equal(names('{\n  // why\n  "lookOnce.model.path": "/m.gguf"\n}', name), true);
  assert.equal(names('{\n  // "lookOnce.model.path": "/m.gguf"\n}', name), false);
  assert.equal(names('{ "lookOnce.model.pathology": 1 }', name), false);
});

test('paths_of_users_become_absolute', () => {
  assert.equal(absolutePath('~/models/a.gguf', '/home/u', undefined), path.join('/home/u', 'models/a.gguf'));
  assert.equal(absolutePath('models/a.gguf', '/home/u', '/work'), path.join('/work', 'models/a.gguf'));
  assert.equal(absolutePath('${workspaceFolder}/a.gguf', '/home/u', '/work'), path.join('/work', 'a.gguf'));
  assert.equal(absolutePath('/m/a.gguf', '/home/u', '/work'), '/m/a.gguf');
});
