/** Icons are read as characters too. What tells them: doubt, and ideographs where nobody writes any. */
import type { RecognisedLine } from './recogniser/recogniser.js';

const ideograph = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\u3000-\u30ff]/u;
const ideographs = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\u3000-\u30ff]/gu;

/** From 0 to 1: what is read with less is no text. A line of one or two characters has to be surer. */
const leastConfidence = 0.6;
const leastOfShort = 0.8;
/** Of all characters, ideographs of lines that have several: fewer, and the picture is in another script. */
const ideographShare = 0.05;

export function withoutIcons(lines: readonly RecognisedLine[]): RecognisedLine[] {
  const foreign = !isInIdeographs(lines);
  return lines.flatMap((line) => {
    const text = foreign ? withoutIdeographs(narrow(line.text)) : line.text;
    if (text === '') return [];
    const least = text.length <= 2 ? leastOfShort : leastConfidence;
    return line.confidence >= least ? [{ ...line, text }] : [];
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

/** An icon before or after a word is taken for a part of it. */
function withoutIdeographs(text: string): string {
  const words = text.replace(/^[\u2e80-\u9fff\u3000-\u30ff]|[\u2e80-\u9fff\u3000-\u30ff]$/gu, '').trim();
  return ideograph.test(words) && words.length <= 2 ? '' : words;
}

/** Between Latin letters a wide comma or colon is a common one that stood alone. */
function narrow(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/gu, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');
}
