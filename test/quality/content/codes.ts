import type { Random } from '../../fixtures/random.js';
import { pick } from './choose.js';

/** Letters and digits of which none looks like another. */
const letters = 'ABCDEFGHJKLMNPRTUVWXY'.split('');
const digits = '23456789'.split('');
/** Two dashes: the codes of the training data have one or none, and its dates are longer. */
const formats = [
  [letters, digits, letters],
  [digits, letters, digits],
  [letters, letters, digits],
] as const;

/** Matches every code of this suite and none of the training data. */
export const codePattern = /^(?:[A-Y]-[2-9]-[A-Y]|[2-9]-[A-Y]-[2-9]|[A-Y]-[A-Y]-[2-9])$/;

/** Something that cannot be guessed, such as "K-7-P". */
export function code(random: Random): string {
  return pick(random, formats)
    .map((signs) => pick(random, signs))
    .join('-');
}

/** Codes that all differ. */
export function codes(random: Random, count: number): string[] {
  const made = new Set<string>();
  while (made.size < count) made.add(code(random));
  return [...made];
}
