import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ourChunkedProgram, ourProgram, type CaseResult, type Measurement, type Row } from '../../bench/measurement.js';
import { chunkedPeak, judge } from '../../bench/report/goals.js';
import { growths } from '../../bench/report/growth.js';
import { markdownReport, type BenchResults } from '../../bench/report/markdown.js';
import { memoryIdeal } from '../../bench/report/pick.js';
import { plotSvg, ticks } from '../../bench/report/plot.js';

const mib = 2 ** 20;
const facts = { weightBytes: 100 * mib, cellBytes: 1024, contextTokens: 32768 };

function row(program: string, ...runs: Partial<Measurement>[]): Row {
  return { program, runs: runs.map((run) => ({ promptTokens: 8000, ...run })) };
}

/** Every goal that it can judge is met; `change` may spoil one. */
function caseOf(
  size: number,
  change: Partial<Record<'mtmd' | 'bench' | 'one' | 'small' | 'chunks', Partial<Measurement>>> = {},
): CaseResult {
  const kv = { before: 100 * mib, after: 100 * mib, peak: 100 * mib };
  const compressed = { before: 100 * mib, after: 20 * mib, peak: 120 * mib, residentFreed: 79 * mib };
  return {
    model: 'some',
    size,
    rows: [
      row('llama-mtmd-cli', {
        msPerToken: 10,
        msPrefill: 4000,
        msFirstToken: 5000,
        peakRssBytes: 200 * mib,
        kv,
        ...change.mtmd,
      }),
      row('llama-bench', { msPerToken: 10, msPrefill: 2000, ...change.bench }),
      row(ourProgram(1), {
        msPerToken: 10,
        msPrefill: 2000,
        msFirstToken: 2500,
        peakRssBytes: 300 * mib,
        kv,
        imageTokens: 6400,
        outsideModel: { share: 0.01, exact: true },
        ...change.one,
      }),
      row(ourProgram(0.2), {
        msPerToken: 5,
        msPrefill: 2100,
        msFirstToken: 2600,
        peakRssBytes: 310 * mib,
        msCompress: 40,
        kv: compressed,
        ...change.small,
      }),
      row(ourChunkedProgram(0.2), { kv: { ...compressed, peak: 30 * mib }, ...change.chunks }),
    ],
  };
}

function verdicts(result: CaseResult) {
  return judge([result], new Map([['some', facts]]), []);
}

function met(result: CaseResult, goal: string): boolean | undefined {
  const found = verdicts(result).filter((verdict) => verdict.goal.startsWith(goal));
  assert.equal(found.length, 1, goal);
  return found[0]?.met;
}

test('each_goal_is_missed_by_the_one_number_that_it_is_about', () => {
  const kv = { before: 100 * mib, after: 20 * mib };
  const cases: readonly [size: number, goal: string, change: Parameters<typeof caseOf>[1]][] = [
    [8, 'decode at ratio 1', { one: { msPerToken: 10.3 } }],
    [16, 'decode at 0.2', { small: { msPerToken: 8 } }],
    [8, 'prefill with observation', { small: { msPrefill: 2400 } }],
    [8, 'compression of an 8k', { small: { msCompress: 70 } }],
    [8, 'KV memory after', { small: { kv: { ...kv, after: 21 * mib } } }],
    [8, 'and given back', { small: { kv: { ...kv, residentFreed: 50 * mib } } }],
    [32, 'peak KV memory', { chunks: { kv: { ...kv, peak: 36 * mib } } }],
    [8, 'IPC', { one: { outsideModel: { share: 0.03, exact: true } } }],
  ];
  for (const [k, goal, change] of cases) {
    assert.equal(met(caseOf(k * 1024), goal), true, `${goal}: met`);
    assert.equal(met(caseOf(k * 1024, change), goal), false, `${goal}: missed`);
  }
});

test('a_goal_of_another_prompt_size_is_not_judged', () => {
  assert.equal(met(caseOf(8192), 'decode at 0.2'), undefined);
  assert.equal(met(caseOf(8192), 'peak KV'), undefined);
  assert.equal(met(caseOf(16384), 'compression of an 8k'), undefined);
});

test('decoding_fast_enough_is_still_too_slow_for_a_cache_that_is_nearly_all_traffic', () => {
  const result = caseOf(16384, { small: { msPerToken: 5 } });
  const [verdict] = judge([result], new Map([['some', { ...facts, weightBytes: 0 }]]), []).filter(({ goal }) =>
    goal.startsWith('decode at 0.2'),
  );
  assert.equal(verdict?.met, false);
  assert.match(verdict.measured, /^2\.00, 40 % of the ideal$/);
  assert.equal(memoryIdeal({ ...facts, weightBytes: 1000, cellBytes: 10 }, 100, 0.5), 2000 / 1500);
});

test('prefill_stands_beside_the_faster_of_llama_cpps_programs', () => {
  const slow = { bench: { msPrefill: 9000 } };
  assert.match(
    verdicts(caseOf(8192, slow)).find(({ goal }) => goal.startsWith('prefill'))?.measured ?? '',
    /^1\.90 of llama-mtmd-cli$/,
  );
});

test('a_second_question_has_to_be_twenty_times_sooner', () => {
  const second = (ms: number) =>
    judge([], new Map(), [
      { model: 'some', images: 8, promptTokens: 4000, rounds: [{ first: 2000, second: ms, restoredTokens: 3900 }] },
    ]).at(-1);
  assert.deepEqual([second(100)?.met, second(101)?.met], [true, false]);
  assert.equal(
    judge([], new Map(), [{ model: 'some', images: 8, promptTokens: 0, rounds: [], failure: 'broke' }]).at(-1)
      ?.measured,
    'broke',
  );
});

test('the_peak_in_chunks_is_a_share_of_the_whole_cache', () => {
  assert.equal(chunkedPeak(caseOf(8192)), 0.3);
  assert.equal(chunkedPeak({ ...caseOf(8192), rows: [] }), undefined);
});

test('growth_is_told_for_programs_with_three_sizes', () => {
  const results = [1000, 2000, 4000].map((promptTokens): CaseResult => ({
    model: 'some',
    size: promptTokens,
    rows: [{ program: 'p', runs: [{ promptTokens, msFirstToken: promptTokens ** 2 }] }],
  }));
  const [growth] = growths(results);
  assert.ok(Math.abs((growth?.exponents[0] ?? 0) - 2) < 1e-9);
  assert.equal(growth?.exponents[1], undefined);
  assert.equal(growths(results.slice(1))[0]?.exponents[0], undefined);
});

function resultsWith(...cases: CaseResult[]): BenchResults {
  const machine = {
    processor: 'Some CPU',
    cores: 2,
    memoryBytes: 2 ** 30,
    system: 'Linux',
    compiler: 'gcc',
    llamaCpp: 'v1',
    device: 'CPU',
  };
  return {
    machine,
    models: [{ name: 'some', is: 'a model', facts }],
    threads: 2,
    rounds: 1,
    answerTokens: 64,
    ratios: [1, 0.2],
    cases,
    second: [],
    sessions: [],
  };
}

test('the_report_tells_values_with_ratios_and_why_there_are_none', () => {
  const failed = { program: ourProgram(0.5), runs: [], failure: 'out of memory' };
  const whole = caseOf(8192);
  const report = markdownReport(
    resultsWith(
      { ...whole, rows: [...whole.rows, failed] },
      { model: 'some', size: 32768, rows: [], leftOut: 'needs more memory' },
    ),
  );
  assert.match(report, /\| llama-mtmd-cli \| 5000 ms \| 2000 \| 100 \| 200 MiB \|/);
  assert.match(report, /\| look-once, ratio 1 \| 2500 ms ×0\.50 \| 4000 ×2\.00 \| 100 ×1\.00 \| 300 MiB ×1\.50 \|/);
  assert.match(report, /8000 tokens of prompt, 80 % of them of images\.\n/);
  assert.match(report, /\| look-once, ratio 0\.5 \| failed: out of memory \|/);
  assert.match(report, /## some, 32k\n\nLeft out: needs more memory/);
});

test('the_report_says_when_programs_read_different_prompts', () => {
  assert.match(
    markdownReport(resultsWith(caseOf(8192, { mtmd: { promptTokens: 8001 } }))),
    /Not all programs read as many tokens: 8001, 8000\./,
  );
});

test('the_plot_has_a_line_for_every_program_that_was_measured', () => {
  const svg = plotSvg([caseOf(8192), { model: 'other', size: 8192, rows: [], leftOut: 'no memory' }]);
  for (const program of ['llama-mtmd-cli', ourProgram(0.2)]) assert.ok(svg.includes(`>${program}</text>`), program);
  assert.ok(!svg.includes('other:'));
  assert.ok(!svg.includes('NaN'));
});

test('ticks_are_round_and_within', () => {
  assert.deepEqual(ticks(0.9, 60), [1, 2, 5, 10, 20, 50]);
  assert.deepEqual(ticks(1, 20000), [1, 10, 100, 1000, 10000]);
  assert.deepEqual(ticks(11, 19), [15]);
});

test('a_session_is_told_beside_llama_server_in_as_many_processes', () => {
  const round = (first: number, next: number, ms: number, msStarts = [500]) => ({
    promptTokens: 5000,
    msStarts,
    msFirstTokens: [first, next, 3 * next, next, next],
    ms,
    peakRssBytes: 300 * mib,
    diskBytes: 10 * mib,
  });
  const report = markdownReport({
    ...resultsWith(caseOf(8192)),
    sessions: [
      {
        model: 'some',
        attached: '8 images',
        answerTokens: 32,
        rows: [
          {
            program: 'llama-server',
            newProcesses: false,
            rounds: [round(8000, 200, 20_000), round(8000, 200, 20_000)],
          },
          {
            program: ourProgram(0.2),
            newProcesses: false,
            rounds: [round(4000, 300, 10_000), round(4000, 100, 10_000)],
          },
          { program: 'llama-server', newProcesses: true, rounds: [], failure: 'no slot' },
          { program: ourProgram(1), newProcesses: true, rounds: [round(4000, 300, 10_000, [900, 400, 500, 600, 700])] },
        ],
      },
    ],
  });
  assert.match(report, /some, 8 images \(5000 tokens of prompt\), answers of 32 tokens/);
  assert.match(report, /\| llama-server \| one \| 8000 ms \| 200 ms \| – \| 20\.0 s \|/);
  assert.match(
    report,
    /ratio 0\.2 \| one \| 4000 ms ×0\.50 \| 200 ms \(100 ms to 300 ms\) ×1\.00 \| – \| 10\.0 s ×0\.50 \|/,
  );
  assert.match(report, /llama-server \(failed: no slot\) \| one each \| – \|/);
  assert.match(report, /ratio 1 \| one each \| 4000 ms \| 300 ms \| 950 ms \| 10\.0 s \|/, 'nothing to stand beside');
});
