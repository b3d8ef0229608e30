/** Every word of the manifest is in package.nls.json, in every language that there is, and there is no other in it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { assertTranslated, catalogue, untranslated } from '../catalogues.js';

test('the_manifest_takes_every_word_from_its_catalogue_and_the_catalogue_holds_no_other', () => {
  const manifest = fs.readFileSync(path.join(packageRoot(), 'package.json'), 'utf8');
  const used = new Set([...manifest.matchAll(/"%([\w.-]+)%"/g)].map(([, key = '']) => key));
  assert.ok(used.size > 100);
  assert.deepEqual(Object.keys(catalogue('package.nls.json')).sort(), [...used].sort());
  const words =
    /"(?:title|\w*[dD]escriptions?|category|displayName|altText|patternErrorMessage|name)": "(?!%)[A-Z][^"]* /;
  assert.doesNotMatch(forPeople(manifest), words, 'a word of the manifest that is not in package.nls.json');
});

/** Without what only language models read, which is English in every language. */
function forPeople(manifest: string): string {
  const leftOut = new Set(['modelDescription', 'inputSchema']);
  return JSON.stringify(JSON.parse(manifest), (key, value: unknown) => (leftOut.has(key) ? undefined : value), 1);
}

test('every_translation_of_the_manifest_is_whole_and_keeps_what_is_not_a_word', () => {
  assertTranslated('package.nls.json');
});

test('the_german_words_of_the_manifest_are_german', () => {
  assert.deepEqual(untranslated('package.nls.de.json', ['Look Once']), []);
});
