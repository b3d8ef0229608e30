/** The command line of `npm run bench`, and what it makes of it. */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { UsageError } from '../../backend-native/cli/usage.js';
import { refusedByUsage, wholeNumber } from '../fixtures/options.js';
import { benchModels, type BenchModel } from './models/benchModels.js';

/**
 * What can be measured: llama.cpp's two programs, ours reading the whole prompt or chunks of it, a second question, and
 * sessions of five questions beside llama-server.
 */
const allPrograms = ['llama-mtmd-cli', 'llama-bench', 'whole', 'chunks', 'second', 'session'] as const;
export type ProgramName = (typeof allPrograms)[number];

/** What sessions are made of: what is attached, one process or one for each question, short or long answers. */
const sessionParts = [
  ['images', 'document'],
  ['one', 'each'],
  ['short', 'long'],
] as const;
export type SessionPart = (typeof sessionParts)[number][number];
const allSessionParts: readonly SessionPart[] = sessionParts.flat();

export const benchUsage = `Usage: npm run --silent bench -- [options]
  --models A,B         ${benchModels.map(({ name }) => name).join(', ')} (embedded,0.5b)
  --sizes 1k,4k        tokens of context that prompt and answer take (embedded: 1k,4k,8k,16k; 0.5b: 1k,4k; others: all)
  --ratios 1,0.2       shares of the KV cache that ours keeps (1,0.5,0.2,0.05)
  --programs A,B       ${allPrograms.join(', ')} (all): llama.cpp's two, ours over the whole prompt
                       and in chunks of it, a second question, and five of them beside llama-server
  --sessions A,B       of the sessions only those about images or a document, in one process or in one for each
                       question, with short or long answers: ${allSessionParts.join(', ')} (all)
  --rounds N           measured runs of every program, after one that is thrown away (5)
  --answer-tokens N    decoded in every run (64)
  --threads N          of every program (as many as there are processors)
  --full               every model at 1k, 4k, 8k, 16k and 32k: hours
  --out DIR            writes report.md, results.json and plot.svg there too
  --help`;

export interface BenchOptions {
  readonly cases: readonly { readonly model: BenchModel; readonly sizes: readonly number[] }[];
  /** Falling. */
  readonly ratios: readonly number[];
  readonly programs: readonly ProgramName[];
  readonly sessions: ReadonlySet<SessionPart>;
  readonly rounds: number;
  readonly answerTokens: number;
  readonly threads: number;
  readonly out?: string;
}

const allSizes = [1, 4, 8, 16, 32].map((k) => k * 1024);
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  'models': text,
  'sizes': text,
  'ratios': text,
  'programs': text,
  'sessions': text,
  'rounds': text,
  'answer-tokens': text,
  'threads': text,
  'full': flag,
  'out': text,
  'help': flag,
} as const;

/**
 * @returns 'help' when help was asked for
 * @throws UsageError for anything that cannot be understood
 */
export function parseBenchOptions(args: readonly string[]): BenchOptions | 'help' {
  const values = refusedByUsage(() => parseArgs({ args: [...args], options: known, strict: true }).values);
  if (values.help) return 'help';
  const full = values.full ?? false;
  const sizes =
    values.sizes === undefined ? undefined : listOf('--sizes', values.sizes, sizeFrom).sort((a, b) => a - b);
  return {
    cases: modelsFrom(values.models, full).map((model) => ({
      model,
      sizes: sizes ?? (full || model.defaultSizes.length === 0 ? allSizes : model.defaultSizes),
    })),
    ratios: listOf('--ratios', values.ratios ?? '1,0.5,0.2,0.05', ratioFrom).sort((a, b) => b - a),
    programs: values.programs === undefined ? allPrograms : listOf('--programs', values.programs, programFrom),
    sessions: sessionsFrom(values.sessions === undefined ? [] : listOf('--sessions', values.sessions, sessionPartFrom)),
    rounds: wholeNumber('--rounds', values.rounds ?? '5', 1),
    answerTokens: wholeNumber('--answer-tokens', values['answer-tokens'] ?? '64', 2),
    threads: wholeNumber('--threads', values.threads ?? String(os.availableParallelism()), 1),
    ...(values.out === undefined ? {} : { out: values.out }),
  };
}

/** Of a kind of which nothing was named, all is meant. */
function sessionsFrom(named: readonly SessionPart[]): ReadonlySet<SessionPart> {
  return new Set(
    sessionParts.flatMap((kind: readonly SessionPart[]) => {
      const some = kind.filter((part) => named.includes(part));
      return some.length > 0 ? some : kind;
    }),
  );
}

function modelsFrom(given: string | undefined, full: boolean): readonly BenchModel[] {
  if (given === undefined)
    return full ? benchModels : benchModels.filter(({ defaultSizes }) => defaultSizes.length > 0);
  return listOf('--models', given, (name) => {
    const model = benchModels.find((one) => one.name === name);
    if (!model)
      throw new UsageError(
        `Expected some of ${benchModels.map((one) => one.name).join(', ')} for --models but received ${name}`,
      );
    return model;
  });
}

/** Each counted once. */
function listOf<T>(option: string, given: string, from: (one: string) => T): T[] {
  const all = given.split(',').map((one) => one.trim());
  if (all.includes('')) throw new UsageError(`Expected a list such as 1,2 for ${option} but received ${given}`);
  return [...new Set(all.map(from))];
}

function sizeFrom(given: string): number {
  const match = /^(\d+)(k?)$/.exec(given);
  const tokens = Number(match?.[1] ?? NaN) * (match?.[2] === 'k' ? 1024 : 1);
  if (!(tokens >= 512))
    throw new UsageError(`Expected at least 512 tokens, such as 4k, for --sizes but received ${given}`);
  return tokens;
}

function ratioFrom(given: string): number {
  const ratio = Number(given);
  if (!(ratio > 0 && ratio <= 1))
    throw new UsageError(`Expected shares above 0 and at most 1 for --ratios but received ${given}`);
  return ratio;
}

function sessionPartFrom(given: string): SessionPart {
  const part = allSessionParts.find((one) => one === given);
  if (!part)
    throw new UsageError(`Expected some of ${allSessionParts.join(', ')} for --sessions but received ${given}`);
  return part;
}

function programFrom(given: string): ProgramName {
  const program = allPrograms.find((one) => one === given);
  if (!program) throw new UsageError(`Expected some of ${allPrograms.join(', ')} for --programs but received ${given}`);
  return program;
}
