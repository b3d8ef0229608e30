/** The catalogues of words: media/l10n for the sources, package.nls.json for the manifest, and their translations. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../backend-native/server/transport/packageRoot.js';

const root = packageRoot();

/** A catalogue by its path in the repository: sentences by their keys. */
export function catalogue(name: string): Readonly<Record<string, string>> {
  return JSON.parse(fs.readFileSync(path.join(root, name), 'utf8')) as Record<string, string>;
}

/** The catalogues of other languages beside an English one: media/l10n/bundle.l10n.de.json beside bundle.l10n.json. */
export function translationsOf(english: string): string[] {
  const [folder, start] = [path.dirname(english), path.basename(english, 'json')];
  return fs
    .readdirSync(path.join(root, folder))
    .filter((name) => name.startsWith(start) && name !== path.basename(english))
    .map((name) => path.join(folder, name));
}

/** What must stay as it is: places for values, icons, settings and commands, and the target of every link. */
export function fixedParts(sentence: string): string[] {
  return (sentence.match(/\{\d+\}|\$\([\w-]+\)|\(command:[^)]*\)|\(https:[^)]*\)|`#?lookOnce[^`]*`/g) ?? []).sort();
}

/** Every translation of a catalogue has its keys and no others, and keeps in every sentence what is not a word. */
export function assertTranslated(english: string): void {
  const original = catalogue(english);
  const translations = translationsOf(english);
  assert.ok(translations.some((name) => name.endsWith('.de.json')));
  for (const name of translations) {
    const translated = catalogue(name);
    assert.deepEqual(Object.keys(translated).sort(), Object.keys(original).sort(), name);
    for (const [key, sentence] of Object.entries(original))
      assert.deepEqual(fixedParts(translated[key] ?? ''), fixedParts(sentence), `${name}: ${key}`);
  }
}

/** Sentences that a translation left as they are; a word or two may well be the same. */
export function untranslated(name: string, meant: readonly string[]): string[] {
  const english = catalogue(name.replace('.de.json', '.json'));
  return Object.entries(catalogue(name))
    .filter(([key, text]) => text === english[key] && /\w+ \w+/.test(text) && !meant.includes(text))
    .map(([, text]) => text);
}
