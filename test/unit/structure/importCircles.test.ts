/** How the files of the program depend on each other. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { importCircles, importsOf } from './importCircles.js';

const root = packageRoot();
const folders = [
  'extension',
  'webview',
  'test',
  ...['protocol', 'client', 'server', 'cli'].map((room) => path.join('backend-native', room)),
];

function sources(): Map<string, string> {
  const files = folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => path.join(root, folder, name)),
  );
  return new Map(files.map((file) => [file, fs.readFileSync(file, 'utf8')]));
}

test('no_file_imports_itself_by_way_of_others', () => {
  const files = sources();
  assert.ok(files.size > 300, `${files.size} files`);
  const circles = importCircles(importsOf(files)).map((circle) =>
    circle.map((file) => path.relative(root, file)).join(' <-> '),
  );
  assert.deepEqual(circles, []);
});

test('a_circle_is_found_whether_types_or_values_go_round_it', () => {
  const files = new Map([
    ['/a/one.ts', "import { two } from './two.js';"],
    ['/a/two.ts', "import type { Three } from '../b/three.js';"],
    ['/b/three.ts', "export const load = () => import('../a/one.js');"],
    ['/b/four.ts', "import { two } from '../a/two.js';"],
  ]);
  assert.deepEqual(
    importCircles(importsOf(files)).map((circle) => circle.toSorted()),
    [['/a/one.ts', '/a/two.ts', '/b/three.ts']],
  );
});
