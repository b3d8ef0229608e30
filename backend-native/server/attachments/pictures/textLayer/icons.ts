/** Icons are read as characters too. What tells them: doubt, and ideographs where nobody writes any. */
import type { RecognisedLine } from './recogniser/recogniser.js';

const ideographs = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\u3000-\u30ff]/gu;

/** From 0 to 1: what is read with less is no text. A line of one or two characters has to be surer. */
const leastConfidence = 0.6;
const leastOfShort = 0.8;
/** Lines of brackets, commas and the like are short by nature, and the recogniser is rarely sure of them. */
const punctuation = /^[{}()[\];:,.<>=+*/|-]+$/;
const leastOfPunctuation = 0.5;
/** Of all characters, ideographs of lines that have several: fewer, and the picture is in another script. */
const ideographShare = 0.05;

export function withoutIcons(lines: readonly RecognisedLine[]): RecognisedLine[] {
  const foreign = !isInIdeographs(lines);
  return lines.flatMap((line) => {
    const read = foreign ? inThisScript(line) : line;
    const { text, confidence } = read;
    if (text === '') return [];
    const least = punctuation.test(text) ? leastOfPunctuation : text.length <= 2 ? leastOfShort : leastConfidence;
    return confidence >= least ? [{ text, confidence, box: line.box }] : [];
  });
}

function isInIdeographs(lines: readonly RecognisedLine[]): boolean {
  let [found, all] = [0, 0];
  for (const { text } of lines) {
    const count = text.match(ideographs)?.length ?? 0;
    if (count > 2) found += count;
    all += text.length;
  }
  return found > ideographShare * all;
}

/**
 * What a line says where nobody writes ideographs: icons are dropped, and brackets that look like ideographs are
 * brackets.
 */
function inThisScript({ text, confidence, plain }: RecognisedLine): {
  readonly text: string;
  readonly confidence: number;
} {
  const narrowed = narrow(text);
  if (!plain) return { text: narrowed, confidence };
  // A lone "}" is surely an ideograph to the recogniser: the other reading has no probability to speak of.
  if (brackets.test(narrow(plain.text))) return { text: narrow(plain.text), confidence };
  const words = narrowed.replace(outerIdeographs, '').trim();
  return { text: words.length <= 2 && hasIdeograph.test(words) ? '' : words, confidence };
}

const brackets = /^[{}()[\]];?,?$/;
const hasIdeograph = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\u3000-\u30ff]/u;
/** An icon before or after a word is taken for a part of it. */
const outerIdeographs = /^[\u2e80-\u9fff\u3000-\u30ff]|[\u2e80-\u9fff\u3000-\u30ff]$/gu;

/** Between Latin letters a wide comma or colon is a common one that stood alone. */
function narrow(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/gu, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');
}
