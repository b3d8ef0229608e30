import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { BackendError } from '../../../backend-native/protocol/errors.js';
import type { KvSettings } from '../../../backend-native/protocol/kv.js';
import { kvSettingsFrom } from '../../../backend-native/server/settings.js';
import { rules, type Rule } from '../../quality/rules.js';
import type { Answer, Answerer } from '../../quality/run/answerer.js';
import { modelHash } from '../../quality/run/modelHash.js';
import { plan } from '../../quality/run/plan.js';
import { appendResult, keyOf, readResults, type Result } from '../../quality/run/results.js';
import { runSuite } from '../../quality/run/suite.js';
import { sizes } from '../../quality/sizes.js';
import { reading, type Sample, type Task } from '../../quality/tasks/task.js';
import { scratchFolder, writeFile } from '../../scratch.js';

const h2o: Rule = rules.find(({ name }) => name === 'h2o') ?? rules[0] ?? { name: '', kv: {} };

function task(name: string, turns = 1): Task {
  return {
    name, family: 'one screenshot', after: '', chance: 0,
    generate: (seed) => ({
      images: [], documents: [], meta: { needle: -1, images: 0, shown: [] },
      turns: Array.from({ length: turns }, (_, i) => reading(`question ${i + 1} of ${seed}`, 'yes', 'one')),
    }),
  };
}

/** Answers "yes" with the whole cache and "no" with less; keeps what it was asked. */
class FakeAnswerer implements Answerer {
  readonly asked: string[] = [];
  constructor(readonly distributions = false, private readonly failure?: BackendError) {}

  answer(sample: Sample, turn: number, kv: Partial<KvSettings>): Promise<Answer> {
    this.asked.push(`${sample.turns[turn]?.question ?? ''} ${kv.method ?? ''} ${kv.ratio ?? ''}`);
    const full = kv.method === 'full';
    if (!full && this.failure) return Promise.reject(this.failure);
    return Promise.resolve({
      text: full ? 'yes' : 'no', promptTokens: 10, imageTokens: 8, cellsBefore: 10, cellsAfter: full ? 10 : 2,
      ...(this.distributions ? { distribution: full ? Float32Array.of(0.5, 0.5) : Float32Array.of(0.25, 0.75) } : {}),
    });
  }
}

async function run(answerer: Answerer, options: Partial<Parameters<typeof runSuite>[0]> = {}): Promise<Result[]> {
  const results: Result[] = [];
  await runSuite({
    tasks: [task('a'), task('b')], rules, budgets: [0.5], samples: 2, minutes: Infinity, size: sizes.small, model: 'm', results: [],
    signal: new AbortController().signal, onResult: (result) => { results.push(result); }, onProgress: () => undefined, ...options,
  }, answerer);
  return results;
}

test('every_rule_is_one_that_the_backend_takes_and_no_two_are_the_same', () => {
  const settings = rules.map(({ kv }) => JSON.stringify(kvSettingsFrom({ ...kv, ratio: 0.2 })));
  assert.equal(new Set(settings).size, rules.length);
  assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  assert.ok(rules.every(({ name }) => !name.includes(',')));
});

test('tasks_take_turns_so_that_an_early_end_leaves_them_even', () => {
  const units = [...plan([task('a'), task('b')], 2, [h2o], [0.5, 0.2])];
  assert.deepEqual(units.map((unit) => `${unit.task.name}${unit.seed}`), ['a0', 'b0', 'a1', 'b1']);
  assert.deepEqual(units[0]?.runs.map(({ rule, budget }) => `${rule.name} ${budget}`), ['full 1', 'h2o 0.5', 'h2o 0.2']);
});

test('every_turn_is_asked_and_scored', async () => {
  const answerer = new FakeAnswerer();
  const results = await run(answerer, { tasks: [task('a', 2)], rules: [h2o], samples: 1 });
  assert.deepEqual(answerer.asked, ['question 1 of 0 full 1', 'question 2 of 0 full 1', 'question 1 of 0 h2o 0.5', 'question 2 of 0 h2o 0.5']);
  assert.deepEqual(results.map(({ rule, turns }) => [rule, turns.map(({ right }) => right)]), [['full', [true, true]], ['h2o', [false, false]]]);
});

test('what_is_known_is_not_asked_again', async () => {
  const first = await run(new FakeAnswerer(), { rules: [h2o] });
  const again = new FakeAnswerer();
  const results = await run(again, { rules: [h2o], results: first.slice(0, -1) });
  assert.deepEqual(again.asked, ['question 1 of 1 h2o 0.5']);
  assert.deepEqual(results.map(keyOf), first.slice(-1).map(keyOf));
});

test('divergence_is_measured_where_there_are_distributions_and_left_out_where_not', async () => {
  const expected = 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3);
  const options = { tasks: [task('a')], rules: [h2o], samples: 1 };
  const results = await run(new FakeAnswerer(true), options);
  assert.ok(Math.abs((results[1]?.turns[0]?.divergence ?? 9) - expected) < 1e-6);
  assert.equal(results[0]?.turns[0]?.divergence, undefined);
  // A rule that is measured later is compared with the full cache as well.
  const later = await run(new FakeAnswerer(true), { ...options, results: results.slice(0, 1) });
  assert.equal(later[0]?.turns[0]?.divergence, results[1]?.turns[0]?.divergence);
  for (const { turns } of await run(new FakeAnswerer(), options)) assert.ok(turns.every((turn) => !('divergence' in turn)));
});

test('an_error_that_a_sample_may_come_to_is_recorded_and_the_run_goes_on', async () => {
  const results = await run(new FakeAnswerer(false, new BackendError('context_overflow', 'too long')), { rules: [h2o], samples: 1 });
  assert.deepEqual(results.map(({ task: name, rule, error }) => [name, rule, error]), [
    ['a', 'full', undefined], ['a', 'h2o', 'context_overflow'], ['b', 'full', undefined], ['b', 'h2o', 'context_overflow'],
  ]);
});

test('an_error_of_the_suite_itself_ends_the_run', async () => {
  await assert.rejects(run(new FakeAnswerer(false, new BackendError('invalid_argument', 'no such rule'))), /no such rule/);
});

test('a_backend_that_crashes_again_and_again_ends_the_run', async () => {
  const answerer = new FakeAnswerer(false, new BackendError('backend_crashed', 'gone'));
  await assert.rejects(run(answerer, { rules: [h2o], samples: 9 }), /crashed 3 times/);
});

test('a_run_ends_when_its_time_is_up_or_it_is_told_to', async () => {
  assert.deepEqual(await run(new FakeAnswerer(), { minutes: 0 }), []);
  const controller = new AbortController();
  const results = await run(new FakeAnswerer(), { signal: controller.signal, onResult: () => { controller.abort(); } });
  assert.deepEqual(results, []);
});

test('results_are_read_back_as_they_were_written', (t) => {
  const file = path.join(scratchFolder(t), 'new', 'results.jsonl');
  const result: Result = { suite: 1, model: 'm', size: 'small', task: 'a', seed: 0, rule: 'h2o', budget: 0.2, turns: [], ms: 3 };
  assert.deepEqual(readResults(file), []);
  appendResult(file, result);
  appendResult(file, { ...result, seed: 1 });
  assert.deepEqual(readResults(file), [result, { ...result, seed: 1 }]);
});

test('a_line_that_was_cut_is_measured_again_and_any_other_fault_is_told', (t) => {
  const line = JSON.stringify({ suite: 1, model: 'm', size: 'small', task: 'a', seed: 0, rule: 'h2o', budget: 0.2, turns: [], ms: 3 });
  const cut = writeFile(scratchFolder(t), 'cut.jsonl', `${line}\n${line.slice(0, 20)}`);
  assert.equal(readResults(cut).length, 1);
  assert.equal(fs.readFileSync(cut, 'utf8'), `${line}\n`);
  assert.throws(() => readResults(writeFile(scratchFolder(t), 'bad.jsonl', `${line}\n{"suite"\n`)), /Expected a result in JSON at .*bad\.jsonl:2/);
  assert.throws(() => readResults(writeFile(scratchFolder(t), 'other.jsonl', '{"suite":1}\n')), /Expected a result at .*other\.jsonl:1/);
});

test('a_model_is_known_by_what_is_in_its_files', async (t) => {
  const folder = scratchFolder(t);
  const [a, b, c] = [writeFile(folder, 'a', 'one'), writeFile(folder, 'b', 'one'), writeFile(folder, 'c', 'two')];
  assert.equal(await modelHash([a, c]), await modelHash([b, c]));
  assert.notEqual(await modelHash([a, c]), await modelHash([c, a]));
  assert.match(await modelHash([a]), /^[0-9a-f]{12}$/);
});
