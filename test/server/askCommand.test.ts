/** `ask` as it is run: what goes to stdout, what to stderr, and the exit status. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { AskResult } from '../../backend-native/protocol/ask.js';
import { errorCatalogue } from '../../backend-native/protocol/errors.js';
import { png, solid } from '../fixtures/images.js';
import { scratchFolder, writeFile } from '../scratch.js';
import { emptyModel, fakeEnvironment } from './fakeBackend.js';
import { runProgram, type Run, type RunOptions } from './runProgram.js';

/** With the stand-in for the addon, unless the case is about another one. */
function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return runProgram('ask', args, { env: fakeEnvironment(), ...options });
}

async function modelArguments(t: TestContext): Promise<string[]> {
  const { modelPath, mmprojPath } = await emptyModel(t);
  return ['--model', modelPath, '--mmproj', mmprojPath];
}

/** One line, with a code that exists and a next step. */
function expectFailure(result: Run, code: string): void {
  assert.equal(result.status, 1, result.stderr);
  assert.equal(result.stdout, '');
  assert.match(result.stderr, new RegExp(`^error: ${code}: [^\\n]+ — [^\\n]+\\n$`));
  assert.ok(code in errorCatalogue);
}

test('the_answer_alone_goes_to_stdout', async (t) => {
  const result = await run([...(await modelArguments(t)), 'say hello there']);
  assert.deepEqual(result, { status: 0, stdout: 'hello there \n', stderr: '' });
});

test('read_all_says_what_it_costs_asks_about_every_part_and_puts_the_answers_together', async (t) => {
  const text = Array.from({ length: 6000 }, (_, index) => `word${index}${index % 30 === 29 ? '.\n\n' : ''}`).join(' ');
  const doc = writeFile(scratchFolder(t), 'long.txt', text);
  const result = await run([...(await modelArguments(t)), '--json', '--read-all', '--doc', doc, 'say hello']);
  assert.equal(result.status, 0, result.stderr);
  const [, parts = '', questions = ''] =
    /^note: \d+ tokens are read in (\d+) parts, with (\d+) questions in all$/m.exec(result.stderr) ?? [];
  assert.ok(Number(parts) > 1 && Number(questions) > Number(parts), result.stderr);
  const report = JSON.parse(result.stdout) as AskResult;
  assert.equal(report.parts?.length, Number(parts));
  assert.deepEqual(
    report.documents.map(({ complete, notes }) => [complete, notes[0]]),
    [[true, { kind: 'readInParts', parts: Number(parts) }]],
  );
  const refused = await run([...(await modelArguments(t)), '--read-all', 'say hello']);
  expectFailure(refused, 'invalid_argument');
});

test('json_prints_one_object', async (t) => {
  const result = await run([...(await modelArguments(t)), '--json', '--follow-up', 'say more', 'say hello']);
  assert.deepEqual([result.status, result.stderr], [0, '']);
  const report = JSON.parse(result.stdout) as Record<string, unknown> & { ms: object };
  assert.equal(report['answer'], 'hello ');
  for (const key of ['tokens', 'model', 'device', 'prompt', 'kv', 'tokensPerSecond', 'peakRssBytes'])
    assert.ok(key in report, key);
  for (const key of ['load', 'encode', 'prefill', 'compress', 'firstToken', 'decode']) assert.ok(key in report.ms, key);
  assert.deepEqual(
    (report['followUps'] as { question: string; answer: string }[]).map(({ question, answer }) => [question, answer]),
    [['say more', 'more ']],
  );
});

test('follow_ups_are_answered_below', async (t) => {
  const { stdout } = await run([...(await modelArguments(t)), '--follow-up', 'say two', 'say one']);
  assert.equal(stdout, 'one \ntwo \n');
});

test('settings_reach_the_engine', async (t) => {
  const { stdout } = await run([
    ...(await modelArguments(t)),
    '--kv-ratio',
    '0.3',
    '--method',
    'snapkv',
    '--merge',
    'none',
    'echo',
  ]);
  const { kv } = JSON.parse(stdout) as { kv: Record<string, unknown> };
  assert.deepEqual([kv['ratio'], kv['method'], kv['merge']], [0.3, 'snapkv', 'none']);
});

test('a_line_that_cannot_be_understood_ends_with_2_and_the_usage', async () => {
  for (const args of [['--nope', 'q'], [], ['a', 'b']]) {
    const result = await run(args);
    assert.equal(result.status, 2);
    assert.equal(result.stdout, '');
    assert.match(result.stderr, /^error: .+\nUsage: npm run --silent ask/);
  }
});

test('help_is_a_result', async () => {
  const result = await run(['--help']);
  assert.deepEqual([result.status, result.stderr], [0, '']);
  assert.match(result.stdout, /^Usage:/);
});

test('every_bad_input_is_one_line_with_a_code_and_a_next_step', async (t) => {
  const folder = scratchFolder(t);
  const model = await modelArguments(t);
  const whole = png(solid(64, 64, [1, 2, 3]));
  const image = (file: string) => [...model, '--image', file, 'q'];
  expectFailure(await run(image(path.join(folder, 'none.png'))), 'file_not_found');
  expectFailure(await run(image(folder)), 'not_a_file');
  expectFailure(await run(image(writeFile(folder, 'empty.png', ''))), 'file_empty');
  expectFailure(await run(image(writeFile(folder, 'text.png', 'hello'))), 'unsupported_image');
  expectFailure(await run(image(writeFile(folder, 'cut.png', whole.subarray(0, whole.length / 2)))), 'corrupt_image');
  expectFailure(
    await run([
      ...model,
      ...Array.from({ length: 100 }, () => ['--image', writeFile(folder, 'one.png', whole)]).flat(),
      'q',
    ]),
    'too_many_images',
  );
  expectFailure(
    await run([...model, '--doc', writeFile(folder, 'binary.txt', Buffer.from([0, 1, 2])), 'q']),
    'unsupported_document',
  );
  expectFailure(await run(['--model', writeFile(folder, 'bad.gguf', 'GGUF'), 'q']), 'model_invalid');
  expectFailure(await run(['--model', path.join(folder, 'none.gguf'), 'q']), 'file_not_found');
  expectFailure(await run([...model.slice(0, 2), '--mmproj', model[1] ?? '', 'q']), 'projector_invalid');
  for (const ratio of ['0', '-1', '1.5', 'NaN'])
    expectFailure(await run([...model, '--kv-ratio', ratio, 'q']), 'kv_ratio_invalid');
  expectFailure(await run([...model, 'crash']), 'backend_crashed');
  expectFailure(await run([...model, 'q'], { env: fakeEnvironment(path.join(folder, 'none.node')) }), 'native_missing');
  expectFailure(
    await run([...model, 'q'], { env: fakeEnvironment(writeFile(folder, 'other.node', 'MZ')) }),
    'native_incompatible',
  );
});

test('ctrl_c_cancels_and_leaves_what_there_was', async (t) => {
  let killed = false;
  const result = await run([...(await modelArguments(t)), 'slow'], {
    onStdout: (kill) => {
      if (!killed) kill('SIGINT');
      killed = true;
    },
  });
  assert.equal(result.status, 130);
  assert.match(result.stdout, /^\.+\n$/);
  assert.equal(result.stderr, '');
});
