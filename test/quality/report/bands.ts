/** Bands: what every rule reached once, so that a change which makes answers worse does not pass unseen. */
import fs from 'node:fs';
import { mean } from '../score/statistics.js';
import { sizeNames, type SizeName } from '../sizes.js';
import type { Family } from '../tasks/task.js';
import { entry, type Cell } from './aggregate.js';
import { plainError } from '../../plainError.js';

/** What bands.json holds: a recorded run, and how to run it again. */
export interface RecordedBands {
  readonly suite: number;
  /** The hash of the model; bands of one model say nothing about another. */
  readonly model: string;
  readonly size: SizeName;
  /** Of every task of a family. */
  readonly samples: Readonly<Record<Family, number>>;
  readonly rules: readonly string[];
  readonly budgets: readonly number[];
  readonly bands: readonly Band[];
}

/** Counts and not only bounds: who records again sees what changed. */
export interface Band {
  /** A family, and the part of its turns where they have parts. */
  readonly family: string;
  readonly rule: string;
  readonly budget: number;
  readonly count: number;
  readonly right: number;
  /** Right answers below which the rule has become worse. */
  readonly leastRight: number;
  /**
   * The mean of the tasks' medians in nats, and what it must not exceed; null for the full cache, and where answers are
   * too short to tell.
   */
  readonly divergence: number | null;
  readonly mostDivergence: number | null;
}

/**
 * The check asks the same questions of the same model again, and greedy decoding gives the same answers: what may
 * differ is the rounding of another processor or kernel, which turns few answers over, and as many for the better as
 * for the worse. So a band is as wide as that, and not as wide as the interval of a sample, which would let a tenth of
 * the answers go unseen.
 */
const slack = { right: 0.05, divergence: 1.25, divergenceFloor: 0.02 } as const;

export function bandsOf(cells: readonly Cell[]): Band[] {
  const groups = new Map<string, [Cell, ...Cell[]]>();
  for (const cell of cells) {
    const group = entry(groups, `${cell.column.family}\n${cell.rule}\n${cell.budget}`, (): [Cell, ...Cell[]] => [cell]);
    if (group[0] !== cell) group.push(cell);
  }
  return [...groups.values()].map(bandOf).filter(({ count }) => count > 0);
}

/** One line per band that does not hold; none when every rule is within its bands. */
export function fallsBelow(recorded: readonly Band[], measured: readonly Band[]): string[] {
  return recorded.flatMap((band) => {
    const now = measured.find((other) => sameRow(other, band));
    const falls = now ? fallsOf(band, now) : ['not measured'];
    return falls.length === 0 ? [] : [`${band.family}, ${band.rule}, ${band.budget}: ${falls.join('; ')}`];
  });
}

function fallsOf(band: Band, now: Band): string[] {
  const falls: string[] = [];
  if (now.count < band.count) falls.push(`${now.count} answers, recorded ${band.count}`);
  if (now.right < band.leastRight)
    falls.push(
      `${now.right} of ${now.count} right, recorded ${band.right} of ${band.count}, at least ` +
        `${band.leastRight} expected`,
    );
  if (band.mostDivergence !== null && !((now.divergence ?? Infinity) <= band.mostDivergence)) {
    falls.push(
      `KL ${now.divergence ?? 'missing'} nats, recorded ${band.divergence ?? ''}, at most ` +
        `${band.mostDivergence} expected`,
    );
  }
  return falls;
}

export function sameRow(one: Band, other: Band): boolean {
  return one.family === other.family && one.rule === other.rule && one.budget === other.budget;
}

/** @throws BackendError when the file does not hold bands */
export function readBands(file: string): RecordedBands {
  const value = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<RecordedBands>;
  const { suite, model, size, samples, rules, budgets, bands } = value;
  if (
    typeof suite !== 'number' ||
    typeof model !== 'string' ||
    !sizeNames.some((name) => name === size) ||
    typeof samples !== 'object' ||
    ![rules, budgets, bands].every(Array.isArray)
  ) {
    throw plainError(
      'invalid_argument',
      `Expected bands as this suite records them in ${file}`,
      'Record them anew with npm run quality -- --record.',
    );
  }
  return value as RecordedBands;
}

export function writeBands(file: string, bands: RecordedBands): void {
  const { bands: rows, ...head } = bands;
  const lines = rows.map((band) => `    ${JSON.stringify(band)}`).join(',\n');
  fs.writeFileSync(file, `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "bands": [\n${lines}\n  ]\n}\n`);
}

function bandOf(group: readonly [Cell, ...Cell[]]): Band {
  const [{ column, rule, budget }] = group;
  const sum = (of: (cell: Cell) => number) => group.reduce((total, cell) => total + of(cell), 0);
  const [count, right] = [sum((cell) => cell.count), sum((cell) => cell.right)];
  const away = rule === 'full' ? undefined : mean(group.flatMap(({ divergence }) => divergence ?? []));
  return {
    family: column.family,
    rule,
    budget,
    count,
    right,
    leastRight: Math.max(0, right - Math.max(1, Math.floor(slack.right * count))),
    divergence: away === undefined ? null : thousandths(away),
    mostDivergence: away === undefined ? null : thousandths(slack.divergence * away + slack.divergenceFloor),
  };
}

function thousandths(value: number): number {
  return Math.round(1000 * value) / 1000;
}
