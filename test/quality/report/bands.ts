/** Bands: what every rule reached once, so that a change which makes answers worse does not pass unseen. */
import fs from 'node:fs';
import { wilson } from '../score/statistics.js';
import { sizeNames, type SizeName } from '../sizes.js';
import type { Family } from '../tasks/task.js';
import { byFamily, type Cell } from './aggregate.js';

/** What bands.json holds: a recorded run, and how to run it again. */
export interface RecordedBands {
  readonly suite: number;
  /** The hash of the model; bands of one model say nothing about another. */
  readonly model: string;
  readonly size: SizeName;
  readonly samples: number;
  readonly rules: readonly string[];
  readonly budgets: readonly number[];
  readonly bands: readonly Band[];
}

/** Counts and not only bounds: who records again sees what changed. */
export interface Band {
  readonly family: Family;
  readonly rule: string;
  readonly budget: number;
  readonly count: number;
  readonly right: number;
  readonly agreed: number;
  /** The shares below which the rule has become worse: the lower ends of the 95 % intervals. */
  readonly lowestRight: number;
  readonly lowestAgreed: number;
}

export function bandsOf(cells: readonly Cell[]): Band[] {
  return [...byFamily(cells)].flatMap(([family, own]) => {
    const groups = new Map<string, Cell[]>();
    for (const cell of own) groups.set(`${cell.rule}\n${cell.budget}`, [...(groups.get(`${cell.rule}\n${cell.budget}`) ?? []), cell]);
    return [...groups.values()].flatMap((group) => bandOf(family, group) ?? []);
  });
}

/** One line per band that does not hold; none when every rule is within its bands. */
export function fallsBelow(recorded: readonly Band[], measured: readonly Band[]): string[] {
  return recorded.flatMap((band) => {
    const now = measured.find(({ family, rule, budget }) => family === band.family && rule === band.rule && budget === band.budget);
    const name = `${band.family}, ${band.rule}, ${band.budget}`;
    if (!now) return [`${name}: not measured`];
    const below = (what: string, had: number, has: number, lowest: number) =>
      has / now.count < lowest ? [`${has} of ${now.count} ${what}, recorded ${had} of ${band.count}, at least ${(100 * lowest).toFixed(1)} % expected`] : [];
    const falls = [...below('right', band.right, now.right, band.lowestRight), ...below('as with the full cache', band.agreed, now.agreed, band.lowestAgreed)];
    return falls.length === 0 ? [] : [`${name}: ${falls.join('; ')}`];
  });
}

/** @throws Error when the file does not hold bands */
export function readBands(file: string): RecordedBands {
  const value = JSON.parse(fs.readFileSync(file, 'utf8')) as Partial<RecordedBands>;
  if (typeof value.suite !== 'number' || typeof value.model !== 'string' || !sizeNames.some((name) => name === value.size) || !Array.isArray(value.bands)) {
    throw new Error(`Expected recorded bands in ${file}: record them with --record`);
  }
  return value as RecordedBands;
}

export function writeBands(file: string, bands: RecordedBands): void {
  const { bands: rows, ...head } = bands;
  const lines = rows.map((band) => `    ${JSON.stringify(band)}`).join(',\n');
  fs.writeFileSync(file, `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "bands": [\n${lines}\n  ]\n}\n`);
}

function bandOf(family: Family, group: readonly Cell[]): Band | undefined {
  const [first] = group;
  const sum = (of: (cell: Cell) => number) => group.reduce((total, cell) => total + of(cell), 0);
  const [count, right, agreed] = [sum((cell) => cell.count), sum((cell) => cell.right), sum((cell) => cell.agreed)];
  if (!first || count === 0) return undefined;
  const lowest = (of: number) => Math.round(1000 * wilson(of, count).low) / 1000;
  return { family, rule: first.rule, budget: first.budget, count, right, agreed, lowestRight: lowest(right), lowestAgreed: lowest(agreed) };
}
