/** Whether the suites of `npm test` name all that they depend on: a file that is left out would not be tested again. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';

interface Scripts {
  readonly suites: readonly { name: string; inputs?: readonly string[] }[];
  readonly importsOf: (sources: readonly { name: string; text: string }[]) => ReadonlyMap<string, readonly string[]>;
  readonly filesUnder: (place: string) => string[];
}

async function script<K extends keyof Scripts>(name: string): Promise<Pick<Scripts, K>> {
  const file = path.join(packageRoot(), 'backend-native/scripts', name);
  return (await import(pathToFileURL(file).href)) as Pick<Scripts, K>;
}

/** What the programs of a suite begin with. */
const entries: Readonly<Record<string, RegExp>> = {
  'timed': /^test\/.*\.timed\.test\.ts$|^test\/vscode\/host\/activation\.suite\.ts$/,
  'quality': /^test\/quality\/main\.ts$|^backend-native\/server\/transport\/main\.ts$/,
  'server': /^test\/(?:server|quality)\/.*\.test\.ts$|^backend-native\/cli\/\w+\.ts$/,
  'text-layer': /^test\/server\/textLayer\.test\.ts$|^backend-native\/cli\/\w+\.ts$/,
  'vsix': /^test\/vscode\/vsix\.test\.ts$|^extension\/extension\.ts$|^webview\/main\.ts$/,
  'vscode': /^test\/vscode\/(?:host\.test|.*\.suite)\.ts$|^extension\/extension\.ts$|^webview\/main\.ts$/,
  'webview': /^test\/webview\/.*\.test\.ts$|^webview\/main\.ts$/,
  'native': /^backend-native\/(?:src|tests)\/.*\.cpp$/,
  'sanitize': /^backend-native\/(?:src|tests)\/.*\.cpp$/,
};

test('every_suite_names_all_files_that_its_programs_import', async () => {
  const { suites } = await script<'suites'>('suites.mjs');
  const { importsOf } = await script<'importsOf'>('import-graph.mjs');
  const { filesUnder } = await script<'filesUnder'>('fingerprint.mjs');
  const root = packageRoot();
  const folders = ['extension', 'webview', 'test', 'backend-native/src', 'backend-native/tests'];
  const backend = ['protocol', 'client', 'server', 'cli'].map((folder) => `backend-native/${folder}`);
  const names = [...folders, ...backend]
    .flatMap((folder) => filesUnder(path.join(root, folder)))
    .map((file) => path.relative(root, file).replaceAll(path.sep, '/'))
    .filter((name) => /\.(?:ts|cpp|h)$/.test(name));
  const imports = importsOf(names.map((name) => ({ name, text: fs.readFileSync(path.join(root, name), 'utf8') })));
  for (const { name, inputs } of suites) {
    if (!inputs || inputs.includes('.')) continue;
    const entry = entries[name];
    assert.ok(entry, `${name} is not in the table of this test`);
    const reached = new Set(names.filter((file) => entry.test(file)));
    assert.ok(reached.size > 0, name);
    for (const file of reached) for (const imported of imports.get(file) ?? []) reached.add(imported);
    const covered = (file: string) => inputs.some((place) => file === place || file.startsWith(`${place}/`));
    assert.deepEqual(
      [...reached].filter((file) => !covered(file)),
      [],
      `inputs of ${name} in suites.mjs`,
    );
    for (const place of inputs) assert.ok(fs.existsSync(path.join(root, place)), `${name} names ${place}`);
  }
});
