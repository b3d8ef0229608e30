/** The table of the goals for the embedded model, with what was measured. */
import { table } from '../../../backend-native/cli/markdownTable.js';
import { percent, share } from '../report/markdown.js';
import { median } from '../score/statistics.js';
import { families, type Family } from './cases.js';
import type { Score } from './score.js';

/** What one question got under one ratio. */
export interface ScreenResult extends Score {
  /** The first half of the hash of the model's files. */
  readonly model: string;
  readonly id: string;
  readonly family: Family;
  readonly ratio: string;
  readonly answer: string;
  readonly promptTokens: number;
  /** From the request to the first token, everything included. */
  readonly firstTokenMs: number;
  /** The first question about what it attaches: nothing of it was in a cache. */
  readonly cold: boolean;
  readonly size?: readonly [number, number];
  /** Whether an accepted answer stands in the lines that are put beside the question; absent when it failed. */
  readonly beside?: boolean;
  /** The code of the error there was instead of an answer. */
  readonly error?: string;
}

/** Shares of right answers (contained) that are wanted. */
const goals: Readonly<Record<Family, { readonly name: string; readonly goal?: number }>> = {
  'document': { name: 'documents up to 2,000 tokens, a fact in them', goal: 0.85 },
  'value': { name: 'one screen: values, errors, titles, labels', goal: 0.8 },
  'yes or no': { name: 'yes or no about it', goal: 0.85 },
  'looks': { name: 'what it looks like', goal: 0.7 },
  'needle': { name: 'a needle among 8 screens', goal: 0.8 },
  'not shown': { name: 'not shown, and said so', goal: 0.8 },
  'shown': { name: 'the same questions about what is shown' },
  'about': { name: 'what the screen is about: two key words', goal: 0.8 },
};

/** Families whose answer is there: none of them may be said not to be shown. */
const answerable: readonly Family[] = ['value', 'yes or no', 'looks', 'shown', 'needle', 'document'];
const mostFalselyNotShown = 0.05;

export interface ScreensHead {
  readonly model: string;
  readonly machine: string;
}

export function screensReport(head: ScreensHead, results: readonly ScreenResult[]): string {
  const ratios = [...new Set(results.map(({ ratio }) => ratio))];
  const failed = results.filter(({ error }) => error !== undefined).length;
  const columns = ratios.map((ratio) => `ratio ${ratio}`);
  const wrong = results.filter(({ contained, ratio }) => !contained && ratio === ratios[0]);
  return [
    '# Real screens and documents\n',
    `${head.model}; ${head.machine}. In percent with 95 % Wilson intervals: contained (exact).`,
    failed > 0 ? `${failed} questions failed and count as wrong.\n` : '',
    table(['', 'goal', 'questions', ...columns], goalRows(results, ratios)),
    ...ratios.map((ratio) => totalOf(results.filter((one) => one.ratio === ratio))),
    '## Time to the first token, seconds, median (questions)\n',
    table(['', ...columns], timeRows(results, ratios)),
    '## Questions whose answer stands in the lines beside them\n',
    table(['', ...columns], besideRows(results, ratios)),
    '## Wrong answers\n',
    ...wrong.map(({ id, family, answer, error }) => `- ${family}, ${id} — ${error ?? JSON.stringify(answer)}`),
    '',
  ].join('\n');
}

function totalOf(results: readonly ScreenResult[]): string {
  const [contained, exact] = [results.filter((one) => one.contained), results.filter((one) => one.exact)];
  return `Ratio ${results[0]?.ratio ?? ''}: of all ${results.length}, ${contained.length} (${exact.length})\n`;
}

function goalRows(results: readonly ScreenResult[], ratios: readonly string[]): string[][] {
  const rows = families.flatMap((family) => {
    const own = ratios.map((ratio) => results.filter((one) => one.family === family && one.ratio === ratio));
    const { name, goal } = goals[family];
    if (own.every((some) => some.length === 0)) return [];
    return [[name, goal === undefined ? '' : String(percent(goal)), String(own[0]?.length ?? 0), ...own.map(rightOf)]];
  });
  const there = ratios.map((ratio) =>
    results.filter((one) => answerable.includes(one.family) && one.ratio === ratio && one.error === undefined),
  );
  const limit = `<= ${percent(mostFalselyNotShown)}`;
  return [
    ...rows,
    ['said not to be shown, but is', limit, String(there[0]?.length ?? 0), ...there.map(falselyNotShown)],
  ];
}

function rightOf(results: readonly ScreenResult[]): string {
  const exact = results.filter((one) => one.exact).length;
  const contained = results.filter((one) => one.contained).length;
  return results.length === 0 ? '' : `${share(contained, results.length)} (${percent(exact / results.length)})`;
}

function falselyNotShown(results: readonly ScreenResult[]): string {
  return share(results.filter((one) => one.saysNotShown && !one.contained).length, results.length);
}

function timeRows(results: readonly ScreenResult[], ratios: readonly string[]): string[][] {
  const row = (name: string, counts: (result: ScreenResult) => boolean) => [
    name,
    ...ratios.map((ratio) => seconds(results.filter((one) => one.ratio === ratio && counts(one)))),
  ];
  const sized = (width: number, height: number) => (one: ScreenResult) =>
    one.cold && one.size?.[0] === width && one.size[1] === height;
  return [
    row('one screen of 1280x800, first question', sized(1280, 800)),
    row('one screen of 1920x1080, first question', sized(1920, 1080)),
    row('one screen, another question', (one) => !one.cold && one.size !== undefined),
  ];
}

/** Of questions that are answered by words that are there; right when those words were found and understood. */
function besideRows(results: readonly ScreenResult[], ratios: readonly string[]): string[][] {
  const of = (some: readonly ScreenResult[]) =>
    some.length === 0 ? '' : share(some.filter(({ beside }) => beside).length, some.length);
  return (['value', 'shown', 'needle', 'document'] as const).map((family) => [
    goals[family].name,
    ...ratios.map((ratio) =>
      of(results.filter((one) => one.family === family && one.ratio === ratio && one.beside !== undefined)),
    ),
  ]);
}

function seconds(results: readonly ScreenResult[]): string {
  const answered = results.filter(({ error }) => error === undefined);
  const middle = median(answered.map(({ firstTokenMs }) => firstTokenMs / 1000));
  return middle === undefined ? '' : `${middle.toFixed(2)} (${answered.length})`;
}
