/**
 * What a question about the look of a picture is told beside it. A small model copies what stands beside the question,
 * and does not see whether a theme is dark or which tab is chosen.
 */
import type { ColouredText, PictureLook } from './pictures/textLayer/pictureLook.js';
import type { Selected } from './pictures/textLayer/standingOut.js';
import { termsOf } from './rankPieces.js';
import { oneForm } from './unsaidWords.js';

const shade = '(?:dark|light|bright)';
const surface = '(?:theme|mode|background|screen|page|window|terminal|editor)';

const asking = {
  theme: new RegExp(
    `\\b(?:dark or light|light or dark|theme)\\b|\\b${shade}\\b.*\\b${surface}\\b|\\b${surface}\\b.*\\b${shade}\\b`,
    'i',
  ),
  background: /\bback ?ground\b/i,
  selected: new RegExp(
    '\\b(?:selected|active|highlighted|chosen|underlined|focused)\\b|' +
      '\\b(?:tab|view|menu|folder|conversation|chat|channel|section)\\b.* is open\\b',
    'i',
  ),
  dim: /\b(?:disabled|gr[ea]yed|dimmed|inactive)\b|\b(?:cannot|can't|can not) be (?:click|press|us|chos)/i,
  colour: /\bcolou?rs?\b/i,
};

/** What is asked for is no look, whatever else is said of it. */
const otherwise = /^\W*(?:how|who|whose|when|why|where)\b/i;

/** Where what is asked for stands among its like; what stands out elsewhere is something else. */
const among: readonly (readonly [RegExp, Selected['among']])[] = [
  [/\b(?:tabs?|buttons?|views?|size|language|period|mode)\b/i, 'row'],
  [/\b(?:rows?|lines?)\b/i, 'rows'],
  [/\b(?:entry|menu|folders?|files?|conversation|song|channel|room|section|items?|contact|side ?bar|list)\b/i, 'list'],
];

/** Of a text's words, without numbers: so many have to be asked for. */
const askedShare = 0.5;
/** More patches or colours than these tell nothing. */
const most = 3;

/** What is known of a look, in two forms. */
export interface Told {
  /** Such as "Background colour: black". */
  readonly label: string;
  /** Such as "The background is black." */
  readonly sentence: string;
}

/**
 * @param hasLines whether lines share words with the question: then the colours of the whole picture are not told
 * @returns none where the question is not about looks, or nothing is known of what it asks for
 */
export function askedLook(question: string, look: PictureLook, hasLines: boolean): Told[] {
  if (otherwise.test(question)) return [];
  const asksFor = (what: keyof typeof asking) => asking[what].test(question);
  if (asksFor('theme') && !asksFor('colour')) return [surfaceTold(question, look)];
  if (asksFor('colour')) {
    const named = namedBy(question, look);
    if (named.length > 0)
      return named.map(({ text, colour }) => ({ label: `${text}: ${colour}`, sentence: `${text} is ${colour}.` }));
    const { background, colours } = look;
    if (asksFor('background'))
      return [{ label: `Background colour: ${background}`, sentence: `The background is ${background}.` }];
    return hasLines || colours.length === 0 || colours.length > most
      ? []
      : [{ label: `Colours: ${colours.join(', ')}`, sentence: `The colours are ${colours.join(' and ')}.` }];
  }
  if (asksFor('dim'))
    return look.dim.map((text) => ({ label: `Greyed out: ${text}`, sentence: `${text} is greyed out.` }));
  return asksFor('selected') ? selectedAsked(question, look) : [];
}

/** Whether it is dark or light, in the question's own word for it. */
function surfaceTold(question: string, { isDark }: PictureLook): Told {
  const names = [...question.matchAll(new RegExp(`\\b(?:the|this|a|${shade}) (${surface})\\b`, 'gi'))];
  const named = names.at(-1)?.[1] ?? 'theme';
  const value = isDark ? 'dark' : 'light';
  return {
    label: `${named.charAt(0).toUpperCase()}${named.slice(1)}: ${value}`,
    sentence: `The ${named} is ${value}.`,
  };
}

/** The coloured texts that a question quotes, else what it names beside a patch. */
function namedBy(question: string, { coloured, patches }: PictureLook): ColouredText[] {
  const asked = new Set(termsOf(question).map(oneForm));
  const share = ({ text }: ColouredText) => {
    const terms = termsOf(text).filter((term) => /\p{L}/u.test(term));
    return terms.filter((term) => asked.has(oneForm(term))).length / Math.max(1, terms.length);
  };
  const quoted = coloured.filter((one) => share(one) === 1 && /\p{L}{2}/u.test(one.text));
  if (quoted.length > 0) return [...new Map(quoted.map((one) => [one.text, one])).values()].slice(0, most);
  const best = Math.max(askedShare, ...patches.map(share));
  const named = patches.filter((one) => share(one) >= best);
  return named.length <= most ? named : [];
}

function selectedAsked(question: string, { selected }: PictureLook): Told[] {
  const place = among.find(([words]) => words.test(question))?.[1];
  const there = selected.filter((one) => place === undefined || one.among === place);
  return there.map(({ text }) => ({ label: `Selected: ${text}`, sentence: `${text} is selected.` }));
}
