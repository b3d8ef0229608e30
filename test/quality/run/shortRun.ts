/**
 * The part of the suite that CI measures: small enough for ten minutes, large enough to see a rule lose a tenth of a
 * family's answers.
 */
import { entry } from '../report/aggregate.js';
import { fallsBelow, sameRow, type Band, type RecordedBands } from '../report/bands.js';
import { ownRule, paperRule, rules } from '../rules.js';
import { sizes } from '../sizes.js';
import { suiteVersion } from '../tasks/catalogue.js';
import type { Family, Task } from '../tasks/task.js';
import { plainError } from '../../plainError.js';

/** Samples of every task of a family: about 64 answers of each family, so that a tenth of them are six. */
const samples: Readonly<Record<Family, number>> = {
  'one screenshot': 16,
  'image needle': 16,
  'text needle': 64,
  'order and change': 22,
  'count and compare': 32,
  'negatives': 64,
  'text and image': 64,
  'multi-turn': 32,
};

/**
 * What --record measures: our rule, the published one, the plainest form of it, and the baselines they have to beat.
 */
export const shortRun = {
  samples,
  rules: ['full', ownRule, paperRule, 'look-m pivot values', 'look-m none', 'h2o', 'snapkv', 'streaming'],
  budgets: [0.2, 0.1],
} as const;

/** A run as it was recorded, in the terms of the suite. */
export function asRecorded({
  size,
  samples: of,
  rules: names,
  budgets,
}: Pick<RecordedBands, 'size' | 'samples' | 'rules' | 'budgets'>) {
  const unknown = names.find((name) => !rules.some((rule) => rule.name === name));
  if (unknown !== undefined)
    throw plainError(
      'invalid_argument',
      `Expected rules of the suite in the bands but received ${unknown}`,
      'Record them anew with --record.',
    );
  return {
    size: sizes[size],
    samples: ({ family }: Task) => of[family],
    budgets,
    rules: rules.filter(({ name }) => names.includes(name)),
  };
}

/** @throws BackendError when the bands say nothing about this suite and model */
export function expectBandsOf(model: string, recorded: RecordedBands, file: string): void {
  if (recorded.suite === suiteVersion && recorded.model === model) return;
  throw plainError(
    'invalid_argument',
    `Expected bands of suite ${suiteVersion} and model ${model} in ${file} but they are of suite ` +
      `${recorded.suite} and model ${recorded.model}`,
    'Record them anew with npm run quality -- --record, and look at what changed before you commit them.',
  );
}

export interface Verdict {
  /** What was measured beside what was recorded, then every fall, then the sum. */
  readonly lines: readonly string[];
  readonly holds: boolean;
}

export function judge(recorded: readonly Band[], measured: readonly Band[]): Verdict {
  const falls = fallsBelow(recorded, measured);
  const rows = new Map<string, string[]>();
  for (const band of recorded) {
    const now = measured.find((other) => sameRow(other, band));
    const away = band.divergence === null ? '' : `, KL ${now?.divergence ?? 'missing'} (${band.divergence})`;
    entry(rows, `${band.family}, ${band.rule}`, (): string[] => []).push(
      `${100 * band.budget} %: ${now?.right ?? 0} of ${now?.count ?? 0} right (${band.right})${away}`,
    );
  }
  return {
    lines: [
      'Measured, and in brackets what was recorded:',
      ...[...rows].map(([name, budgets]) => `${name}: ${budgets.join('; ')}`),
      ...falls.map((fall) => `below its band: ${fall}`),
      `${recorded.length - falls.length} of ${recorded.length} bands hold`,
    ],
    holds: falls.length === 0 && recorded.length > 0,
  };
}
