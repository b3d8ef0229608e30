import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { BackendError } from '../../../backend-native/protocol/errors.js';
import { kvSettingsFrom } from '../../../backend-native/server/conversation/settings.js';
import { rules, type Rule } from '../../quality/rules.js';
import type { Answerer, Conversation, SampleAnswers, Setting } from '../../quality/run/answers.js';
import { modelHash } from '../../quality/run/modelHash.js';
import { plan } from '../../quality/run/plan.js';
import { appendResults, readResults, type Result } from '../../quality/run/results.js';
import { runSuite } from '../../quality/run/suite.js';
import { sizes } from '../../quality/sizes.js';
import { reading, type Sample, type Task } from '../../quality/tasks/task.js';
import { scratchFolder, writeFile } from '../../scratch.js';
import { plainError } from '../../plainError.js';

const h2o: Rule = rules.find(({ name }) => name === 'h2o') ?? rules[0] ?? { name: '', kv: {} };

function task(name: string, turns = 1): Task {
  return {
    name,
    family: 'one screenshot',
    after: '',
    chance: 0,
    generate: (seed) => ({
      images: [],
      documents: [],
      meta: { needle: -1, images: 0, shown: [] },
      turns: Array.from({ length: turns }, (_, i) => reading(`question ${i + 1} of ${seed}`, 'yes', 'one')),
    }),
  };
}

/** Answers "yes" with the whole cache and "no" with less; keeps what it was asked. */
class FakeAnswerer implements Answerer {
  readonly asked: string[] = [];
  constructor(
    private readonly failures: {
      readonly sample?: BackendError;
      readonly rule?: { readonly code: string; readonly message: string };
    } = {},
  ) {}

  answers({ turns }: Sample, settings: readonly Setting[]): Promise<SampleAnswers> {
    const under = settings.map(
      ({ kv: { method, ratio, seed }, again }) =>
        `${method ?? ''} ${ratio ?? ''} ${seed ?? ''}${again ? ' again' : ''}`,
    );
    this.asked.push(`${turns.map(({ question }) => question).join(', ')}: ${under.join(', ')}`);
    if (this.failures.sample) return Promise.reject(this.failures.sample);
    const answers = (text: string, after: number): Conversation => ({
      turns: turns.map(() => ({ text, divergence: text === 'yes' ? 0 : 0.5 })),
      cells: { before: 10, after, peak: 10 },
    });
    const failed = this.failures.rule && { turns: [], error: this.failures.rule };
    return Promise.resolve({
      prompt: { tokens: 10, imageTokens: 8 },
      full: answers('yes', 10),
      variants: settings.map(() => failed ?? answers('no', 2)),
    });
  }
}

async function run(answerer: Answerer, options: Partial<Parameters<typeof runSuite>[0]> = {}): Promise<Result[]> {
  const results: Result[] = [];
  await runSuite(
    {
      tasks: [task('a'), task('b')],
      rules,
      budgets: [0.5],
      samples: () => 2,
      minutes: Infinity,
      size: sizes.small,
      model: 'm',
      results: [],
      signal: new AbortController().signal,
      onResults: (more) => {
        results.push(...more);
      },
      onProgress: () => undefined,
      ...options,
    },
    [answerer],
  );
  return results;
}

test('every_rule_is_one_that_the_backend_takes_and_no_two_are_the_same', () => {
  const settings = rules.map(({ kv, again = false }) => JSON.stringify([kvSettingsFrom({ ...kv, ratio: 0.2 }), again]));
  assert.equal(new Set(settings).size, rules.length);
  assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  assert.ok(rules.every(({ name }) => !name.includes(',')));
});

test('tasks_take_turns_so_that_an_early_end_leaves_them_even', () => {
  const units = [...plan([task('a'), task('b')], ({ name }) => (name === 'a' ? 3 : 2), [h2o], [0.5, 0.2])];
  assert.deepEqual(
    units.map((unit) => `${unit.task.name}${unit.seed}`),
    ['a0', 'b0', 'a1', 'b1', 'a2'],
  );
  assert.deepEqual(
    units[0]?.runs.map(({ rule, budget }) => `${rule.name} ${budget}`),
    ['full 1', 'h2o 0.5', 'h2o 0.2'],
  );
});

test('a_sample_is_asked_once_for_all_rules_and_every_turn_is_scored', async () => {
  const answerer = new FakeAnswerer();
  const results = await run(answerer, { tasks: [task('a', 2)], rules: [h2o], budgets: [0.5, 0.2], samples: () => 1 });
  assert.deepEqual(answerer.asked, ['question 1 of 0, question 2 of 0: h2o 0.5 0, h2o 0.2 0']);
  assert.deepEqual(
    results.map(({ rule, budget, turns }) => [rule, budget, turns.map(({ right, divergence }) => [right, divergence])]),
    [
      [
        'full',
        1,
        [
          [true, 0],
          [true, 0],
        ],
      ],
      [
        'h2o',
        0.5,
        [
          [false, 0.5],
          [false, 0.5],
        ],
      ],
      [
        'h2o',
        0.2,
        [
          [false, 0.5],
          [false, 0.5],
        ],
      ],
    ],
  );
  assert.deepEqual(
    results.map(({ prompt, cells }) => [prompt?.tokens, prompt?.imageTokens, cells?.before, cells?.after, cells?.peak]),
    [
      [10, 8, 10, 10, 10],
      [10, 8, 10, 2, 10],
      [10, 8, 10, 2, 10],
    ],
  );
});

test('a_rule_that_looks_again_is_asked_to_and_no_other', async () => {
  const answerer = new FakeAnswerer();
  await run(answerer, {
    tasks: [task('a', 2)],
    rules: rules.filter(({ name }) => name === 'look-once' || name === 'look-once: looks again'),
    samples: () => 1,
  });
  assert.deepEqual(answerer.asked, ['question 1 of 0, question 2 of 0: look-once 0.5 0, look-once 0.5 0 again']);
});

test('backends_side_by_side_share_the_samples', async () => {
  const answerers = [new FakeAnswerer(), new FakeAnswerer()];
  const results: Result[] = [];
  await runSuite(
    {
      tasks: [task('a')],
      rules: [h2o],
      budgets: [0.5],
      samples: () => 6,
      minutes: Infinity,
      size: sizes.small,
      model: 'm',
      results: [],
      signal: new AbortController().signal,
      onResults: (more) => {
        results.push(...more);
      },
      onProgress: () => undefined,
    },
    answerers,
  );
  assert.deepEqual(
    answerers.map(({ asked }) => asked.length),
    [3, 3],
  );
  assert.deepEqual(
    results
      .filter(({ rule }) => rule === 'full')
      .map(({ seed }) => seed)
      .sort(),
    [0, 1, 2, 3, 4, 5],
  );
});

test('only_what_is_missing_is_asked', async () => {
  const first = await run(new FakeAnswerer(), { rules: [h2o], budgets: [0.5, 0.2] });
  const again = new FakeAnswerer();
  const results = await run(again, { rules: [h2o], budgets: [0.5, 0.2], results: first.slice(0, -1) });
  assert.deepEqual(again.asked, ['question 1 of 1: h2o 0.2 1']);
  assert.deepEqual(results, first.slice(-1));
  assert.deepEqual(await run(again, { rules: [h2o], budgets: [0.5, 0.2], results: first }), []);
  assert.equal(again.asked.length, 1);
});

test('a_rule_that_fails_on_a_sample_is_recorded_and_the_others_are_answered', async () => {
  const results = await run(new FakeAnswerer({ rule: { code: 'budget_too_small', message: 'too small' } }), {
    rules: [h2o],
    samples: () => 1,
  });
  assert.deepEqual(
    results.map(({ task: name, rule, error, turns }) => [name, rule, error, turns.length]),
    [
      ['a', 'full', undefined, 1],
      ['a', 'h2o', 'budget_too_small', 0],
      ['b', 'full', undefined, 1],
      ['b', 'h2o', 'budget_too_small', 0],
    ],
  );
});

test('a_prompt_that_cannot_be_read_is_recorded_under_every_rule_and_the_run_goes_on', async () => {
  const results = await run(new FakeAnswerer({ sample: plainError('context_overflow', 'too long') }), {
    rules: [h2o],
    samples: () => 1,
  });
  assert.deepEqual(
    results.map(({ task: name, rule, error }) => [name, rule, error]),
    [
      ['a', 'full', 'context_overflow'],
      ['a', 'h2o', 'context_overflow'],
      ['b', 'full', 'context_overflow'],
      ['b', 'h2o', 'context_overflow'],
    ],
  );
});

test('an_error_of_the_suite_itself_ends_the_run', async () => {
  await assert.rejects(
    run(new FakeAnswerer({ sample: plainError('invalid_argument', 'no such sample') })),
    /no such sample/,
  );
  await assert.rejects(
    run(new FakeAnswerer({ rule: { code: 'invalid_argument', message: 'no such rule' } })),
    /no such rule/,
  );
});

test('a_backend_that_crashes_again_and_again_ends_the_run', async () => {
  const answerer = new FakeAnswerer({ sample: plainError('backend_crashed', 'gone') });
  await assert.rejects(run(answerer, { samples: () => 9 }), /crashed 3 times/);
  assert.equal(answerer.asked.length, 3);
});

test('a_run_ends_when_its_time_is_up_or_it_is_told_to', async () => {
  assert.deepEqual(await run(new FakeAnswerer(), { minutes: 0 }), []);
  const controller = new AbortController();
  const answerer = new FakeAnswerer();
  await run(answerer, {
    signal: controller.signal,
    onResults: () => {
      controller.abort();
    },
  });
  assert.equal(answerer.asked.length, 1);
});

test('results_are_read_back_as_they_were_written', (t) => {
  const file = path.join(scratchFolder(t), 'new', 'results.jsonl');
  const result: Result = {
    suite: 1,
    model: 'm',
    size: 'small',
    task: 'a',
    seed: 0,
    rule: 'h2o',
    budget: 0.2,
    turns: [],
  };
  assert.deepEqual(readResults(file), []);
  appendResults(file, [result, { ...result, seed: 1 }]);
  appendResults(file, [{ ...result, seed: 2 }]);
  assert.deepEqual(readResults(file), [result, { ...result, seed: 1 }, { ...result, seed: 2 }]);
});

test('a_line_that_was_cut_is_measured_again_and_any_other_fault_is_told', (t) => {
  const line = JSON.stringify({
    suite: 1,
    model: 'm',
    size: 'small',
    task: 'a',
    seed: 0,
    rule: 'h2o',
    budget: 0.2,
    turns: [],
  });
  const cut = writeFile(scratchFolder(t), 'cut.jsonl', `${line}\n${line.slice(0, 20)}`);
  assert.equal(readResults(cut).length, 1);
  assert.equal(fs.readFileSync(cut, 'utf8'), `${line}\n`);
  assert.throws(
    () => readResults(writeFile(scratchFolder(t), 'bad.jsonl', `${line}\n{"suite"\n`)),
    /Expected a result in JSON at .*bad\.jsonl:2/,
  );
  assert.throws(
    () => readResults(writeFile(scratchFolder(t), 'other.jsonl', '{"suite":1}\n')),
    /Expected a result at .*other\.jsonl:1/,
  );
});

test('a_model_is_known_by_what_is_in_its_files', async (t) => {
  const folder = scratchFolder(t);
  const [a, b, c] = [writeFile(folder, 'a', 'one'), writeFile(folder, 'b', 'one'), writeFile(folder, 'c', 'two')];
  assert.equal(await modelHash([a, c]), await modelHash([b, c]));
  assert.notEqual(await modelHash([a, c]), await modelHash([c, a]));
  assert.match(await modelHash([a]), /^[0-9a-f]{12}$/);
});
