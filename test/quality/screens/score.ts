/** When an answer about a real screen is right. */
import type { Case } from './cases.js';

export interface Score {
  /** Equal to an accepted answer. */
  readonly exact: boolean;
  /** An accepted answer occurs in it as whole words. This is what goals are measured by. */
  readonly contained: boolean;
  /** Whether it says that what was asked for is not shown. */
  readonly saysNotShown: boolean;
}

const keyWordsNeeded = 2;

/** Ways to say that something is not in sight. */
const notShown = ['shown', 'visible', 'displayed', 'given', 'mentioned', 'listed', 'in the image', 'on the screen'].map(
  (word) => `not ${word}`,
);

export function score(answer: string, { family, accept }: Pick<Case, 'family' | 'accept'>): Score {
  const said = plain(answer);
  const saysNotShown = notShown.some((form) => occurs(form, said));
  if (family === 'not shown') return { exact: said === 'not shown', contained: saysNotShown, saysNotShown };
  if (family === 'about') {
    const heard = accept.filter((word) => occurs(word, said) || occurs(`${word}s`, said));
    const enough = heard.length >= keyWordsNeeded;
    return { exact: enough, contained: enough, saysNotShown };
  }
  const exact = accept.some((form) => plain(form) === said);
  const contained = accept.some((form) => occurs(form, said));
  if (family !== 'yes or no') return { exact, contained, saysNotShown };
  // An answer that says both has not chosen.
  const other = accept.includes('yes') ? 'no' : 'yes';
  return { exact, contained: contained && !occurs(other, said), saysNotShown };
}

/** Lower case, trimmed, white space collapsed, without punctuation at the end. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.,;:!?]+$/, '');
}

/** Whether `form` stands in `text` with no letter or digit right before or behind it. */
export function occurs(form: string, text: string): boolean {
  const [needle, hay] = [plain(form), plain(text)];
  if (needle === '') return false;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    const end = at + needle.length;
    const apart =
      !joined(hay.charAt(at - 1), needle.charAt(0)) && !joined(needle.charAt(needle.length - 1), hay.charAt(end));
    if (apart) return true;
  }
  return false;
}

/** Whether two neighbouring characters belong to one word. */
function joined(one: string, other: string): boolean {
  const inWord = /[\p{L}\p{N}]/u;
  return inWord.test(one) && inWord.test(other);
}
