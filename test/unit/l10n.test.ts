/** Every word that the extension and the panel say is in a catalogue, in every language, and no catalogue holds more. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { getL10nJson } from '@vscode/l10n-dev';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { assertTranslated, catalogue, untranslated } from '../catalogues.js';

test('the_bundle_of_strings_holds_exactly_what_the_sources_say', async () => {
  const root = packageRoot();
  const files = ['extension', 'webview'].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(root, folder, name)),
  );
  const strings = await getL10nJson(
    files.map((file) => ({ extension: '.ts' as const, contents: fs.readFileSync(file, 'utf8') })),
  );
  assert.ok(Object.keys(strings).length > 300);
  const bundle = Object.keys(catalogue('media/l10n/bundle.l10n.json'));
  assert.deepEqual(bundle.sort(), Object.keys(strings).sort(), 'run npm run l10n');
});

test('every_translation_is_whole_and_keeps_what_is_not_a_word', () => {
  assertTranslated('media/l10n/bundle.l10n.json');
});

test('the_german_catalogue_is_german', () => {
  // Questions for the embedded model, which knows English alone, and the name.
  const meant = ['What is the error code?', 'Is there an error?', 'Look Once Backend', 'In LM Studio', 'In Ollama'];
  assert.deepEqual(untranslated('media/l10n/bundle.l10n.de.json', meant), []);
});
