import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { readCase, writeResult } from '../../../backend-native/cli/conformanceCase.js';
import { failsWith } from '../../failsWith.js';
import { scratchFolder, writeFile } from '../../scratch.js';

const header = {
  n_tokens: 4,
  n_head_kv: 2,
  d_head: 3,
  ratio: 0.5,
  recent_share: 0.5,
  text_prior: true,
  merge: 'average',
  merge_what: 'values',
  kinds: 'tiit',
};

function writeCase(t: TestContext, changes: Record<string, unknown> = {}): string {
  const folder = scratchFolder(t);
  writeFile(folder, 'case.json', JSON.stringify({ ...header, ...changes }));
  writeFile(folder, 'keys.f32', new Uint8Array(Float32Array.from({ length: 24 }, (_, i) => i).buffer));
  writeFile(folder, 'values.f32', new Uint8Array(Float32Array.from({ length: 24 }, (_, i) => -i).buffer));
  writeFile(folder, 'scores.f32', new Uint8Array(Float32Array.from({ length: 8 }, (_, i) => i / 8).buffer));
  return folder;
}

test('a_case_is_read_as_it_is_written', async (t) => {
  const input = await readCase(writeCase(t));
  assert.deepEqual(
    [input.nTokens, input.nHeadKv, input.dHead, input.method, input.merge, input.mergeWhat],
    [4, 2, 3, 'look-m', 'average', 'values'],
  );
  assert.deepEqual([...input.kinds], [0, 1, 1, 0]);
  assert.deepEqual([input.keys[23], input.values[23], input.scores[7]], [23, -23, 0.875]);
});

test('what_a_rule_may_be_made_of_can_be_named_and_is_the_papers_where_it_is_not', async (t) => {
  const paper = await readCase(writeCase(t));
  assert.deepEqual(
    [paper.share, paper.pooling, paper.textPooling, paper.diversity, paper.valueNorm, paper.sinks],
    ['head', 0, 0, 0, false, 0],
  );
  const named = await readCase(
    writeCase(t, { share: 'layer', pooling: 3, text_pooling: 9, diversity: 0.5, value_norm: true, sinks: 2 }),
  );
  assert.deepEqual(
    [named.share, named.pooling, named.textPooling, named.diversity, named.valueNorm, named.sinks],
    ['layer', 3, 9, 0.5, true, 2],
  );
});

test('an_array_of_another_size_is_said_with_both_sizes', async (t) => {
  const folder = writeCase(t);
  writeFile(folder, 'values.f32', new Uint8Array(95));
  await assert.rejects(readCase(folder), failsWith('invalid_argument', /96 bytes .*values\.f32 but received 95/));
});

test('a_header_that_is_wrong_is_said_by_the_name_in_it', async (t) => {
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ n_tokens: 0 }, /n_tokens/],
    [{ d_head: 1.5 }, /d_head/],
    [{ n_head_kv: undefined }, /n_head_kv .* nothing/],
    [{ kinds: 'tixt' }, /kinds/],
    [{ kinds: 'ti' }, /4 letters/],
    [{ merge_what: 'auto' }, /merge_what/],
    [{ merge: 'x' }, /merge rule/],
    [{ share: 'all' }, /whose scores decide/],
    [{ text_pooling: 4 }, /pooling of text/],
  ];
  for (const [changes, message] of wrong)
    await assert.rejects(readCase(writeCase(t, changes)), failsWith('invalid_argument', message));
  await assert.rejects(readCase(writeCase(t, { ratio: 'auto' })), failsWith('invalid_argument', /ratio/));
  for (const ratio of [0, 1.5, null])
    await assert.rejects(readCase(writeCase(t, { ratio })), failsWith('kv_ratio_invalid'));
});

test('a_case_json_that_is_no_json_is_said', async (t) => {
  const folder = writeCase(t);
  writeFile(folder, 'case.json', '{ "n_tokens": ');
  await assert.rejects(readCase(folder), failsWith('invalid_argument', /is not JSON/));
  writeFile(folder, 'case.json', '[]');
  await assert.rejects(readCase(folder), failsWith('invalid_argument', /object/));
  await assert.rejects(readCase(path.join(folder, 'none')), failsWith('file_not_found'));
});

test('the_result_lies_beside_the_case', async (t) => {
  const folder = writeCase(t);
  const input = await readCase(folder);
  await writeResult(folder, input, {
    nKept: 1,
    kept: Int32Array.of(3, 2),
    keys: new Float32Array(6).fill(1),
    values: new Float32Array(6).fill(2),
  });
  assert.deepEqual(fs.readdirSync(folder).sort(), [
    'case.json',
    'kept.i32',
    'keys.f32',
    'keys.out.f32',
    'scores.f32',
    'values.f32',
    'values.out.f32',
  ]);
  assert.equal(fs.readFileSync(path.join(folder, 'kept.i32')).toString('hex'), '0300000002000000');
});
