/** Which lines of pictures the words of an answer come from. */
import type { TextLayer, TextLine } from './textLayer.js';

export interface AnswerLine {
  /** Among the layers. */
  readonly layer: number;
  readonly line: TextLine;
}

/** Lines that are named at most: more would not be looked at. */
const mostLines = 12;
/** Content words of an answer from which on one word that a line shares with it says nothing. */
const longAnswer = 5;

/**
 * Finds the longest pieces of the answer in the lines, each where most words of the question stand beside it. Words may
 * differ by a slip of recognition; whatever holds a digit is exact. Words such as "the" or "not" never match alone.
 * @returns in reading order; none when the words of the answer are nowhere
 */
export function whereAnswer(answer: string, question: string, layers: readonly TextLayer[]): AnswerLine[] {
  const words = wordsOf(answer);
  const asked = new Set(wordsOf(question).filter(isContent));
  const matches = layers.flatMap((layer, index) =>
    layer.lines.flatMap((line) => matchesOf(words, line).map((match) => ({ ...match, layer: index, line }))),
  );
  const contents = words.filter(isContent).length;
  const telling = matches.filter(({ count, weight }) => count > 1 || weight > 2 || contents < longAnswer);
  const near = (match: (typeof matches)[number]) => overlap(asked, surroundings(layers[match.layer], match.line));
  const best = telling
    .map((match) => ({ ...match, near: near(match) }))
    .sort((a, b) => b.weight - a.weight || b.near - a.near || a.layer - b.layer);
  const covered = new Set<number>();
  const found = new Map<TextLine, AnswerLine>();
  for (const { at, layer, line } of best) {
    if (found.size >= mostLines) break;
    if (at.every((word) => covered.has(word))) continue;
    for (const word of at) covered.add(word);
    found.set(line, { layer, line });
  }
  const order = layers.flatMap(({ lines }) => lines);
  return [...found.values()].sort((a, b) => order.indexOf(a.line) - order.indexOf(b.line));
}

/** Whether there is a word in it that could be looked for: "yes" or "not shown" has none. */
export function hasContent(answer: string): boolean {
  return wordsOf(answer).some(isContent);
}

interface Match {
  /** Content words of the answer, by their place in it. */
  readonly at: readonly number[];
  readonly count: number;
  readonly weight: number;
}

/** Runs of words of the answer that stand in the line as they do in the answer; only the longest at each place. */
function matchesOf(answer: readonly string[], { text }: TextLine): Match[] {
  const line = wordsOf(text);
  const matches: Match[] = [];
  for (let start = 0; start < answer.length;) {
    let longest = 0;
    for (let from = 0; from < line.length; from += 1) {
      let length = 0;
      while (isSame(answer[start + length], line[from + length])) length += 1;
      longest = Math.max(longest, length);
    }
    const at = Array.from({ length: longest }, (_, i) => start + i).filter((i) => isContent(answer[i] ?? ''));
    if (at.length > 0)
      matches.push({
        at,
        count: at.length,
        weight: at.reduce((sum, i) => sum + weightOf(answer[i] ?? ''), longest / 100),
      });
    start += Math.max(1, longest);
  }
  return matches;
}

/** Lower case, without the punctuation around it; what joins parts of a name or a number stays. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[\s"“”|]+/u)
    .map((word) => word.replace(/^[^\p{L}\p{N}$€£#@+\-/._]+|[^\p{L}\p{N}%°+]+$/gu, ''))
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

function isSame(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a === b) return true;
  if (/\p{N}/u.test(a) || /\p{N}/u.test(b)) return false;
  const most = a.length >= 9 ? 2 : a.length >= 5 ? 1 : 0;
  return Math.abs(a.length - b.length) <= most && editDistance(a, b) <= most;
}

function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}

/** Numbers, codes and long words tell more than short ones. */
function weightOf(word: string): number {
  if (/\p{N}/u.test(word)) return 3;
  return word.length >= 8 ? 2 : 1;
}

function isContent(word: string): boolean {
  return (
    word !== '' && !stopWords.has(word) && (word.length > 1 || /\p{N}/u.test(word) || /\p{Script=Han}/u.test(word))
  );
}

/** Words of the row and of the line before it: labels. */
function surroundings(layer: TextLayer | undefined, line: TextLine): string[] {
  if (!layer) return [];
  return layer.lines
    .filter(({ block, row }) => block === line.block && row <= line.row && row >= line.row - 1)
    .flatMap(({ text }) => wordsOf(text));
}

function overlap(asked: ReadonlySet<string>, words: readonly string[]): number {
  return new Set(words.filter((word) => asked.has(word))).size;
}

const stopWords = new Set(
  `a an and are as at be been but by can could did do does for from had has have he her his how i if in into is it
  its me my no none not of on one or our she should shown shows show so than that the their them then there these
  they this those to up was we were what when where which who will with would yes you your image picture screen
  screenshot says say text`
    .split(/\s+/)
    .filter(Boolean),
);
