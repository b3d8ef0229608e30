/** Every rule of the method is offered wherever a rule is chosen. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { askUsage } from '../../../backend-native/cli/askArguments.js';
import { defaultMethod, kvMethods, mergeRules } from '../../../backend-native/protocol/kv.js';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { schemaOf } from '../../../extension/settings/schema.js';

const read = (name: string) => fs.readFileSync(path.join(packageRoot(), name), 'utf8');

test('the_settings_offer_every_rule_and_describe_it', () => {
  const schema = schemaOf(JSON.parse(read('package.json')));
  for (const [name, rules] of [
    ['lookOnce.kv.method', kvMethods],
    ['lookOnce.kv.merge', ['auto', ...mergeRules]],
  ] as const) {
    const setting = schema.get(name) as unknown as Record<string, readonly string[]>;
    assert.deepEqual(setting['enum'], rules, name);
    assert.equal(setting['markdownEnumDescriptions']?.length, rules.length, name);
  }
  assert.equal(schema.get('lookOnce.kv.method')?.default, defaultMethod);
});

test('the_usage_names_every_rule_and_the_readme_every_method', () => {
  for (const rule of [...kvMethods, ...mergeRules]) assert.match(askUsage, new RegExp(`[ |]${rule}[| ;]`), rule);
  const readme = read('README.md');
  for (const method of kvMethods) assert.ok(readme.includes(`\`${method}\``), `${method} is not in README.md`);
});
