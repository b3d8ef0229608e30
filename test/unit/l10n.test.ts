import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { getL10nJson } from '@vscode/l10n-dev';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';

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
  const bundle = JSON.parse(fs.readFileSync(path.join(root, 'media/l10n/bundle.l10n.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  assert.ok(Object.keys(strings).length > 300);
  assert.deepEqual(Object.keys(bundle).sort(), Object.keys(strings).sort(), 'run npm run l10n');
});
