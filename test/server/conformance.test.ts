/** `conformance` with the real addon: every case of test/cases, and what is said about a bad one. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../backend-native/server/transport/packageRoot.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { runProgram } from './runProgram.js';

const cases = path.join(packageRoot(), 'test', 'cases');
const tolerance = 1e-4;

for (const name of fs.readdirSync(cases).sort()) {
  test(`the_case_${name}_gives_what_it_must`, async (t) => {
    const folder = copyOfCase(name, scratchFolder(t));
    const result = await runProgram('conformance', [folder]);
    assert.deepEqual([result.status, result.stderr], [0, '']);
    assert.ok(read(folder, 'kept.i32').equals(read(folder, 'kept.expected.i32')), 'other tokens are kept');
    for (const tensor of ['keys', 'values']) {
      const got = floats(read(folder, `${tensor}.out.f32`));
      const expected = floats(read(folder, `${tensor}.expected.f32`));
      assert.equal(got.length, expected.length);
      const worst = got.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? NaN))), 0);
      assert.ok(worst <= tolerance, `${tensor} are off by ${worst}`);
    }
  });
}

test('a_bad_case_is_one_line_with_a_code', async (t) => {
  const folder = copyOfCase(fs.readdirSync(cases)[0] ?? '', scratchFolder(t));
  writeFile(folder, 'keys.f32', 'short');
  const short = await runProgram('conformance', [folder]);
  assert.equal(short.status, 1);
  assert.match(short.stderr, /^error: invalid_argument: [^\n]+keys\.f32 but received 5 — [^\n]+\n$/);
  const nowhere = await runProgram('conformance', [path.join(folder, 'nowhere')]);
  assert.equal(nowhere.status, 1);
  assert.match(nowhere.stderr, /^error: file_not_found: [^\n]+\n$/);
});

test('a_budget_below_one_token_is_refused', async (t) => {
  const folder = scratchFolder(t);
  const one = new Uint8Array(Float32Array.of(1).buffer);
  for (const name of ['keys.f32', 'values.f32', 'scores.f32']) writeFile(folder, name, one);
  writeFile(
    folder,
    'case.json',
    JSON.stringify({
      n_tokens: 1,
      n_head_kv: 1,
      d_head: 1,
      ratio: 0.2,
      recent_share: 0.5,
      text_prior: true,
      merge: 'pivot',
      merge_what: 'values',
      kinds: 'i',
    }),
  );
  const result = await runProgram('conformance', [folder]);
  assert.equal(result.status, 1);
  assert.match(result.stderr, /^error: budget_too_small: [^\n]+\n$/);
});

test('without_exactly_one_folder_the_usage_is_shown', async () => {
  for (const args of [[], ['a', 'b'], ['--nope']]) {
    const result = await runProgram('conformance', args);
    assert.equal(result.status, 2);
    assert.match(result.stderr, /Usage: npm run --silent conformance/);
  }
});

function copyOfCase(name: string, folder: string): string {
  // Cases may be read-only; their copies are not.
  for (const file of fs.readdirSync(path.join(cases, name)))
    writeFile(folder, file, read(path.join(cases, name), file));
  return folder;
}

function read(folder: string, file: string): Buffer {
  return fs.readFileSync(path.join(folder, file));
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
