import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { packageRoot } from '../../../backend-native/server/transport/packageRoot.js';
import { scratchFolder } from '../../scratch.js';

function structureOf(t: TestContext, files: Record<string, string>, ...args: string[]) {
  const root = scratchFolder(t);
  for (const [name, text] of Object.entries({ 'package.json': '{}', ...files })) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  const script = path.join(packageRoot(), 'backend-native/scripts/structure.mjs');
  return spawnSync(process.execPath, [script, '--root', root, ...args], { encoding: 'utf8' });
}

test('lines_and_files_that_are_too_long_fail_the_check_with_their_places', (t) => {
  const { status, stderr } = structureOf(
    t,
    {
      'extension/fine.ts': `${'é'.repeat(120)}\n`,
      'extension/wide.ts': `\n${'x'.repeat(121)}\n`,
      'test/tall.ts': '\n'.repeat(401),
      'webview/tall.ts': '\n'.repeat(401),
      'extension/dist/built.ts': 'x'.repeat(500),
    },
    '--check',
  );
  assert.equal(status, 1);
  assert.deepEqual(stderr.trimEnd().split('\n'), [
    'extension/wide.ts:2: 121 characters, at most 120',
    'webview/tall.ts: 401 lines, at most 400',
    'test/tall.ts: 401 lines, at most 400',
  ]);
});

test('a_circle_of_imports_fails_the_check_whether_types_or_values_go_round_it', (t) => {
  const { status, stderr } = structureOf(
    t,
    {
      'extension/one.ts': "import { two } from './two.js';\n",
      'extension/two.ts': "import type { one } from './one.js';\n",
    },
    '--check',
  );
  assert.equal(status, 1);
  assert.equal(stderr, 'import circle: extension/one.ts ↔ extension/two.ts\n');
});

test('what_is_short_passes_the_check', (t) => {
  assert.equal(structureOf(t, { 'extension/fine.ts': 'export const a = 1;\n' }, '--check').status, 0);
});

test('circles_of_imports_are_named_and_what_only_looks_like_one_is_not', (t) => {
  const { stdout } = structureOf(t, {
    'extension/a.ts': "import { b } from './b.js';\n",
    'extension/b.ts': "import type { c } from './inner/c.js';\n",
    'extension/inner/c.ts': "const a = await import('../a.js');\n",
    'extension/d.ts': "import { a } from './a.js';\nimport { b } from './b.js';\n",
  });
  assert.match(
    stdout,
    /^import circles between files: 1\n {4}extension\/a\.ts ↔ extension\/b\.ts ↔ extension\/inner\/c\.ts$/m,
  );
});

test('what_an_addition_touches_is_counted_without_tests', (t) => {
  const { stdout } = structureOf(t, {
    'backend-native/src/lookm/merge-weighted.cpp': 'void merge_weighted() {}\n',
    'backend-native/protocol/kv.ts': "export const rules = ['weighted'];\n",
    'backend-native/protocol/ask.ts': "export const unweighted = 'equal';\n",
    'test/unit/kv.test.ts': "const rule = 'weighted';\n",
  });
  assert.match(
    stdout,
    /a merge rule \(as weighted\): 2\n {4}backend-native\/protocol\/kv\.ts\n {4}backend-native\/src/,
  );
});
