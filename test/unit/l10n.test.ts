/** Every word that a user reads is in a catalogue, in every language that there is, and no catalogue holds more. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { getL10nJson } from '@vscode/l10n-dev';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';

const root = packageRoot();

function catalogue(name: string): Readonly<Record<string, string>> {
  return JSON.parse(fs.readFileSync(path.join(root, name), 'utf8')) as Record<string, string>;
}

/** The catalogues of other languages beside an English one: media/l10n/bundle.l10n.de.json beside bundle.l10n.json. */
function translationsOf(english: string): string[] {
  const [folder, start] = [path.dirname(english), path.basename(english, 'json')];
  return fs
    .readdirSync(path.join(root, folder))
    .filter((name) => name.startsWith(start) && name !== path.basename(english))
    .map((name) => path.join(folder, name));
}

/** What must stay as it is: places for values, icons, settings and commands, and the target of every link. */
function fixedParts(sentence: string): string[] {
  return (sentence.match(/\{\d+\}|\$\([\w-]+\)|\(command:[^)]*\)|\(https:[^)]*\)|`#?lookOnce[^`]*`/g) ?? []).sort();
}

test('the_bundle_of_strings_holds_exactly_what_the_sources_say', async () => {
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

test('the_manifest_takes_every_word_from_its_catalogue_and_the_catalogue_holds_no_other', () => {
  const manifest = fs.readFileSync(path.join(root, 'package.json'), 'utf8');
  const used = new Set([...manifest.matchAll(/"%([\w.-]+)%"/g)].map(([, key = '']) => key));
  assert.ok(used.size > 100);
  assert.deepEqual(Object.keys(catalogue('package.nls.json')).sort(), [...used].sort());
  const words =
    /"(?:title|\w*[dD]escriptions?|category|displayName|altText|patternErrorMessage|name)": "(?!%)[A-Z][^"]* /;
  assert.doesNotMatch(manifest, words, 'a word of the manifest that is not in package.nls.json');
});

for (const english of ['media/l10n/bundle.l10n.json', 'package.nls.json']) {
  test(`every_translation_of_${path.basename(english)}_is_whole_and_keeps_what_is_not_a_word`, () => {
    const original = catalogue(english);
    const translations = translationsOf(english);
    assert.ok(translations.some((name) => name.endsWith('.de.json')));
    for (const name of translations) {
      const translated = catalogue(name);
      assert.deepEqual(Object.keys(translated).sort(), Object.keys(original).sort(), name);
      for (const [key, sentence] of Object.entries(original))
        assert.deepEqual(fixedParts(translated[key] ?? ''), fixedParts(sentence), `${name}: ${key}`);
    }
  });
}

test('the_german_catalogues_are_german', () => {
  for (const name of ['media/l10n/bundle.l10n.de.json', 'package.nls.de.json']) {
    const english = catalogue(name.replace('.de.json', '.json'));
    const same = Object.entries(catalogue(name)).filter(([key, text]) => text === english[key] && /\w+ \w+/.test(text));
    // Questions for the embedded model, which knows English alone, and the name.
    const meant = ['What is the error code?', 'Is there an error?', 'Look Once', 'Look Once Backend'];
    assert.deepEqual(
      same.map(([, text]) => text).filter((text) => !meant.includes(text)),
      [],
    );
  }
});
