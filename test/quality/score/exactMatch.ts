import type { Turn } from '../tasks/task.js';

/**
 * MileBench's rule for needles, after its evaluate.py: both texts are normalised; an answer of one word is right when
 * it is one of the words said, a longer one when its words are said in a row. A choice is wrong when another one is
 * said too.
 */
export function isRight(said: string, turn: Pick<Turn, 'answer' | 'accepted' | 'rejected'>): boolean {
  const words = normalised(said);
  return (
    [turn.answer, ...turn.accepted].some((form) => says(words, normalised(form))) &&
    !turn.rejected.some((form) => says(words, normalised(form)))
  );
}

/** Whether two answers are the same but for case, punctuation and space. */
export function agree(one: string, other: string): boolean {
  return normalised(one).join(' ') === normalised(other).join(' ');
}

const punctuation = [
  ';',
  '/',
  '[',
  ']',
  '"',
  '{',
  '}',
  '(',
  ')',
  '=',
  '+',
  '\\',
  '_',
  '-',
  '>',
  '<',
  '@',
  '`',
  ',',
  '?',
  '!',
];

/**
 * Lower case, in words. A sign beside a space, and every sign of a text with a number such as 1,000, is left out; any
 * other becomes a space; a full stop goes unless a digit follows it.
 */
export function normalised(text: string): string[] {
  const line = text.replace(/[\n\t]/g, ' ').trim();
  const joins = /\d,\d/.test(line);
  let plain = line;
  for (const sign of punctuation) {
    plain = plain.replaceAll(sign, joins || line.includes(`${sign} `) || line.includes(` ${sign}`) ? '' : ' ');
  }
  plain = plain
    .replace(/\.(?!\d)/g, '')
    .replace(/^'+|'+$/g, '')
    .replace(/^"+|"+$/g, '');
  return plain
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function says(words: readonly string[], form: readonly string[]): boolean {
  return form.length > 0 && words.some((_, i) => form.every((word, k) => words[i + k] === word));
}
