/** The command line of `npm run quality`. */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { UsageError } from '../../../backend-native/cli/usage.js';
import { refusedByUsage, wholeNumber } from '../../fixtures/options.js';
import { fullRule, rules, type Rule } from '../rules.js';
import { sizeNames, sizes, type SuiteSize } from '../sizes.js';
import { tasks } from '../tasks/catalogue.js';
import type { Task } from '../tasks/task.js';

export const qualityUsage = `Usage: npm run quality -- [options]
  --tasks A,B          only these tasks
  --rules A,B          only these rules, beside the full cache
  --budgets 0.5,0.2    shares of the cache to keep (0.5,0.2,0.1,0.05)
  --samples N          samples of every task (200)
  --minutes M          ends after so long; all tasks then have as many samples, give or take one
  --size S             ${sizeNames.join('|')}: of screenshots and documents (small)
  --model F --mmproj F a GGUF model and its projector; the embedded model when left out
  --threads N          CPU threads of a backend, 0 for as many as suit (1: the embedded model gains little from more)
  --jobs N             backends side by side, each with the model in memory (1; --check and --record take one
                       for each processor)
  --out DIR            where results.jsonl, report.md and plot.svg go (dist/quality)
  --resume             goes on with the results in DIR
  --report             measures nothing and writes the report of the results in DIR anew
  --readme             writes the compact table into test/quality/README.md too
  --check              measures what test/quality/bands.json holds and fails when a rule has fallen below its band
  --record             measures the same and writes bands.json anew
  --text-layer         measures the text layer of pictures instead, without a model: right words on rendered pages;
                       --pages N (220) --kinds A,B --out DIR --keep (pictures and texts too)
  --screens            measures real screens and documents instead; --screens --help tells its options
  --help
Tasks: ${tasks.map(({ name }) => name).join(', ')}
Rules: ${rules.map(({ name }) => name).join(', ')}`;

export interface QualityOptions {
  readonly mode: 'measure' | 'report' | 'check' | 'record';
  readonly tasks: readonly Task[];
  /** The full cache among them. */
  readonly rules: readonly Rule[];
  readonly budgets: readonly number[];
  /** Of every task. */
  readonly samples: number;
  /** Infinity for no bound. */
  readonly minutes: number;
  readonly size: SuiteSize;
  readonly model: { readonly modelPath?: string; readonly mmprojPath?: string };
  readonly threads: number;
  readonly jobs: number;
  /** Left out: a folder of dist/. */
  readonly out?: string;
  readonly resume: boolean;
  readonly readme: boolean;
}

/** Taken by itself: more are for whoever has the memory. */
const mostJobs = 4;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  tasks: text,
  rules: text,
  budgets: text,
  samples: text,
  minutes: text,
  size: text,
  model: text,
  mmproj: text,
  threads: text,
  jobs: text,
  out: text,
  resume: flag,
  report: flag,
  readme: flag,
  check: flag,
  record: flag,
  help: flag,
} as const;

/**
 * @returns 'help' when help was asked for
 * @throws UsageError for anything that cannot be understood
 */
export function parseQualityOptions(args: readonly string[]): QualityOptions | 'help' {
  const values = refusedByUsage(() => parseArgs({ args: [...args], options: known, strict: true }).values);
  if (values.help) return 'help';
  const modes = (['check', 'record', 'report'] as const).filter((name) => values[name]);
  if (modes.length > 1)
    throw new UsageError(
      `Expected one of --check, --record and --report but received ${modes.map((name) => `--${name}`).join(' and ')}`,
    );
  const mode = modes[0] ?? 'measure';
  const fixed = (['tasks', 'rules', 'budgets', 'samples', 'minutes', 'resume'] as const).filter(
    (name) => values[name] !== undefined,
  );
  const told = {
    measure: '',
    report: 'to measure nothing',
    check: 'to measure what is fixed in the repository',
    record: 'to measure what is fixed in the repository',
  }[mode];
  if (mode !== 'measure' && fixed.length > 0)
    throw new UsageError(`Expected --${mode} ${told} but received --${fixed.join(', --')} too`);
  if (values.readme && (mode === 'check' || mode === 'record'))
    throw new UsageError(`Expected --readme with a whole run but received --${mode} too`);
  if (mode === 'check' && values.size !== undefined)
    throw new UsageError('Expected the size from bands.json for --check but received --size too');
  const size = sizeNames.find((name) => name === (values.size ?? 'small'));
  if (!size)
    throw new UsageError(`Expected one of ${sizeNames.join(', ')} for --size but received ${values.size ?? ''}`);
  const chosen = chooseByName('--rules', values.rules, rules);
  return {
    mode,
    tasks: chooseByName('--tasks', values.tasks, tasks),
    rules: chosen.includes(fullRule) ? chosen : [fullRule, ...chosen],
    budgets: budgetsFrom(values.budgets ?? '0.5,0.2,0.1,0.05'),
    samples: wholeNumber('--samples', values.samples ?? '200', 1),
    minutes: values.minutes === undefined ? Infinity : positive('--minutes', values.minutes),
    size: sizes[size],
    model: {
      ...(values.model === undefined ? {} : { modelPath: values.model }),
      ...(values.mmproj === undefined ? {} : { mmprojPath: values.mmproj }),
    },
    threads: wholeNumber('--threads', values.threads ?? '1', 0),
    jobs: wholeNumber(
      '--jobs',
      values.jobs ?? (mode === 'measure' ? '1' : String(Math.min(mostJobs, os.availableParallelism()))),
      1,
    ),
    ...(values.out === undefined ? {} : { out: values.out }),
    resume: values.resume ?? false,
    readme: values.readme ?? false,
  };
}

/** In the order of the suite, whatever the order on the command line. */
function chooseByName<T extends { readonly name: string }>(
  option: string,
  given: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (given === undefined) return all;
  const names = given.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new UsageError(
      `Expected some of ${all.map(({ name }) => name).join(', ')} for ${option} but received ${unknown}`,
    );
  return all.filter(({ name }) => names.includes(name));
}

function budgetsFrom(given: string): number[] {
  const budgets = given.split(',').map((one) => (one.trim() === '' ? NaN : Number(one)));
  if (!budgets.every((budget) => budget > 0 && budget < 1))
    throw new UsageError(`Expected shares above 0 and below 1 for --budgets but received ${given}`);
  return [...new Set(budgets)].sort((a, b) => b - a);
}

function positive(option: string, given: string): number {
  const value = Number(given);
  if (!(value > 0 && value < Infinity))
    throw new UsageError(`Expected a number above 0 for ${option} but received ${given}`);
  return value;
}
