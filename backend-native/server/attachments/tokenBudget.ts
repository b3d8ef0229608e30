/** How much of a text fits into a number of tokens, and how many documents share them. */
import type { TokenCounter } from './tokenCounter.js';

type Count = TokenCounter['countTokens'];

/** Characters that are counted at once: long enough that the seams do not matter, short enough to stop early. */
const pieceCharacters = 8192;

/** @returns the tokens of a text; some number above `most` when there are more */
export async function countUpTo(text: string, most: number, count: Count): Promise<number> {
  let tokens = 0;
  for (let start = 0; start < text.length && tokens <= most;) {
    const end = start + pieceCharacters >= text.length ? text.length : lastBreak(text, start, start + pieceCharacters);
    tokens += await count(text.slice(start, end));
    start = end;
  }
  return tokens;
}

/**
 * About the longest beginning of a text that fits: whole paragraphs if that keeps most of it, else whole lines, else whole words.
 * @returns '' when not even a character fits
 */
export async function fittingBeginning(text: string, most: number, count: Count): Promise<string> {
  let tokens = 0;
  let end = 0;
  while (end < text.length) {
    const next = end + pieceCharacters >= text.length ? text.length : lastBreak(text, end, end + pieceCharacters);
    const more = await count(text.slice(end, next));
    if (tokens + more > most) {
      end += await longestFit(text.slice(end, next), most - tokens, count);
      break;
    }
    tokens += more;
    end = next;
  }
  if (end >= text.length) return text;
  return end === 0 ? '' : text.slice(0, lastBreak(text, 0, end)).trimEnd();
}

/** By bisection: more characters never have fewer tokens, but for a few at a seam. */
async function longestFit(text: string, most: number, count: Count): Promise<number> {
  let fits = 0;
  let tooLong = text.length;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if ((await count(text.slice(0, middle))) <= most) fits = middle;
    else tooLong = middle;
  }
  return fits;
}

/** The best place to end a piece between `start` and `end`: after a paragraph or a line when that costs little, after a word. */
function lastBreak(text: string, start: number, end: number): number {
  const near = start + 0.8 * (end - start);
  for (const mark of ['\n\n', '\n']) {
    const at = text.lastIndexOf(mark, end - mark.length);
    if (at >= near) return at + mark.length;
  }
  // A line without words, such as minified code, ends where it has to: its last space may be its first character.
  const space = text.lastIndexOf(' ', end - 1);
  if (space > start + 0.5 * (end - start)) return space + 1;
  // A pair of surrogates stays together.
  return /[\ud800-\udbff]/.test(text.charAt(end - 1)) && end - 1 > start ? end - 1 : end;
}

/** Gives everyone what they want if that is possible, and otherwise as equal shares as possible. Nothing is left that somebody wants. */
export function shareBudget(wants: readonly number[], budget: number): number[] {
  const shares = wants.map(() => 0);
  let left = budget;
  let hungry = wants.map((_, i) => i).sort((a, b) => (wants[a] ?? 0) - (wants[b] ?? 0));
  while (hungry.length > 0) {
    const [first = 0, ...others] = hungry;
    const share = Math.min(wants[first] ?? 0, Math.floor(left / hungry.length));
    shares[first] = share;
    left -= share;
    hungry = others;
  }
  return shares;
}
