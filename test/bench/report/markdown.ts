/** The report of `npm run bench`. */
import { table } from '../../../backend-native/cli/markdownTable.js';
import {
  programs,
  sizeName,
  type CaseResult,
  type Measurement,
  type Row,
  type SecondQuestion,
  type SessionResult,
} from '../measurement.js';
import type { ModelFacts } from '../models/modelStore.js';
import { chunkedPeak, judge, percent } from './goals.js';
import { growths, quantities } from './growth.js';
import { describeMachine, type Machine } from './machine.js';
import {
  decodePerSecond,
  keptOverAllowed,
  memoryIdeal,
  msFirstToken,
  msPerToken,
  ours,
  peakRss,
  prefillPerSecond,
  ratioOf,
  rowOf,
  spreadIn,
} from './pick.js';
import { sessionsSection } from './sessions.js';
import { spreadOf, type Spread } from './statistics.js';
import { mebibytes, milliseconds, none, whole, withSpread } from './words.js';

export interface BenchResults {
  readonly machine: Machine;
  readonly models: readonly { readonly name: string; readonly is: string; readonly facts?: ModelFacts }[];
  readonly threads: number;
  readonly rounds: number;
  readonly answerTokens: number;
  readonly ratios: readonly number[];
  readonly cases: readonly CaseResult[];
  readonly second: readonly SecondQuestion[];
  readonly sessions: readonly SessionResult[];
}

export function markdownReport(results: BenchResults): string {
  const { machine, rounds, threads, answerTokens, models, cases, second, sessions } = results;
  const facts = factsByModel(results);
  return [
    '# Benchmark',
    `${describeMachine(machine)}. ${threads} threads; ${rounds} interleaved rounds after one that is thrown ` +
      `away; ${answerTokens} tokens of answer. Cells: median (smallest to largest), and × as the median of the ` +
      `ratios to ${programs.mtmd} in the same round.`,
    models.map(({ name, is }) => `- ${name}: ${is}`).join('\n'),
    'Images are read by the same code of llama.cpp in both programs; the encoder of the random models is small ' +
      `on purpose and not part of the prefill. ${programs.bench} reads as many text tokens, without images.`,
    '## Goals',
    table(
      ['goal', 'model, prompt', 'measured', 'met'],
      judge(cases, facts, second).map(({ goal, where, measured, met }) => [
        goal,
        where || none,
        measured,
        met === undefined ? 'not judged' : met ? 'yes' : '**no**',
      ]),
    ),
    ...cases.map((result) => caseSection(result)),
    '## Compression',
    compressionTable(results, facts),
    '## Growth with the prompt',
    'Exponent of a power law through the medians, least squares in log-log, over at least three sizes.',
    growthTable(cases),
    '## A second question about the same images',
    secondTable(second),
    '## Sessions',
    `Five questions one after the other about the same attachments; × against ${programs.server} in as many processes.`,
    sessionsSection(sessions),
  ]
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n');
}

export function factsByModel({ models }: BenchResults): Map<string, ModelFacts> {
  return new Map(models.flatMap(({ name, facts }) => (facts ? [[name, facts] as const] : [])));
}

function caseSection(result: CaseResult): string {
  const title = `## ${result.model}, ${sizeName(result.size)}`;
  if (result.leftOut !== undefined) return `${title}\n\nLeft out: ${result.leftOut}`;
  const base = rowOf(result, programs.mtmd);
  const header = [
    'program',
    'first token',
    'prefill tokens/s',
    'decode tokens/s',
    'peak memory',
    'KV of the prompt',
    'KV in decoding',
    'KV at its peak',
  ];
  return `${title}\n\n${promptLine(result)}\n\n${table(
    header,
    result.rows.map((row) => programRow(row, base)),
  )}`;
}

/** All rows read the same prompt; where one did not, that is said. */
function promptLine({ rows }: CaseResult): string {
  const runs = rows.flatMap((row) => row.runs);
  const imageTokens = runs.find((run) => run.imageTokens !== undefined)?.imageTokens ?? 0;
  const counts = [...new Set(runs.map(({ promptTokens }) => promptTokens))];
  const others = counts.length > 1 ? ` Not all programs read as many tokens: ${counts.join(', ')}.` : '';
  const tokens = counts[0] ?? 0;
  return (
    `${tokens} tokens of prompt, ${tokens === 0 ? none : percent(imageTokens / tokens)} of them of ` +
    `images.${others}`
  );
}

function programRow(row: Row, base: Row | undefined): string[] {
  if (row.runs.length === 0) return [row.program, `failed: ${row.failure ?? 'no run'}`, '', '', '', '', '', ''];
  const cell = (pick: (run: Measurement) => number | undefined, format: (value: number) => string) => {
    const spread = spreadIn(row, pick);
    const against = row === base ? undefined : ratioOf(row, base, pick);
    return spread ? `${withSpread(spread, format)}${against ? ` ×${against.median.toFixed(2)}` : ''}` : none;
  };
  const kv = (pick: (kv: NonNullable<Measurement['kv']>) => number | undefined) =>
    cell((run) => run.kv && pick(run.kv), mebibytes);
  return [
    row.failure === undefined ? row.program : `${row.program} (${row.runs.length} runs, then: ${row.failure})`,
    cell(msFirstToken, milliseconds),
    cell(prefillPerSecond, whole),
    cell(decodePerSecond, whole),
    cell(peakRss, mebibytes),
    kv(({ before }) => before),
    kv(({ after }) => after),
    kv(({ peak }) => peak),
  ];
}

function compressionTable({ cases, ratios }: BenchResults, facts: ReadonlyMap<string, ModelFacts>): string {
  const header = [
    'model, prompt',
    'ratio',
    'time',
    'of the prefill',
    'KV / (ratio × full)',
    'decoding against ratio 1',
    'memory-traffic ideal',
    'peak KV in chunks / full',
  ];
  const rows = cases.flatMap((result) =>
    ratios
      .filter((ratio) => ratio < 1)
      .flatMap((ratio) => {
        const row = ours(result, ratio);
        const of = facts.get(result.model);
        if (!row || !of) return [];
        const chunked = ratio === 0.2 ? chunkedPeak(result) : undefined;
        const share = ratioOf(
          row,
          row,
          ({ msCompress }) => msCompress,
          ({ msPrefill }) => msPrefill,
        );
        return [
          [
            `${result.model}, ${sizeName(result.size)}`,
            String(ratio),
            shown(
              spreadIn(row, ({ msCompress }) => msCompress),
              milliseconds,
            ),
            shown(share, percent),
            keptOverAllowed(row, ratio)?.toFixed(3) ?? none,
            shown(ratioOf(ours(result, 1), row, msPerToken), (value) => value.toFixed(2)),
            memoryIdeal(of, row.runs[0]?.promptTokens ?? 0, ratio).toFixed(2),
            chunked === undefined ? none : percent(chunked),
          ],
        ];
      }),
  );
  return rows.length > 0 ? table(header, rows) : 'Nothing was compressed in this run.';
}

function growthTable(cases: readonly CaseResult[]): string {
  const rows = growths(cases).filter(({ exponents }) => exponents.some((exponent) => exponent !== undefined));
  if (rows.length === 0) return 'No program was measured at three sizes of a model.';
  return table(
    ['model', 'program', ...quantities.map(({ name }) => name)],
    rows.map(({ model, program, exponents }) => [
      model,
      program,
      ...exponents.map((exponent) => exponent?.toFixed(2) ?? none),
    ]),
  );
}

function secondTable(second: readonly SecondQuestion[]): string {
  const rows = second.map(({ model, images, promptTokens, rounds, failure }) => [
    model,
    String(images),
    String(promptTokens),
    shown(spreadOf(rounds.map(({ first }) => first)), milliseconds),
    shown(spreadOf(rounds.map(({ second: other }) => other)), milliseconds),
    shown(spreadOf(rounds.map(({ restoredTokens }) => restoredTokens)), whole),
    failure ??
      shown(
        spreadOf(rounds.map(({ first, second: other }) => first / other)),
        (value) => `${value.toFixed(1)} times sooner`,
      ),
  ]);
  return table(
    ['model', 'images', 'prompt tokens', 'first question', 'second question', 'tokens restored', 'first token'],
    rows,
  );
}

function shown(spread: Spread | undefined, format: (value: number) => string): string {
  return spread ? withSpread(spread, format) : none;
}
