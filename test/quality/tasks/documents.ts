/** Documents of text with a few sentences that matter. */
import type { Random } from '../../fixtures/random.js';
import { between, pick, sample } from '../content/choose.js';
import { capitalised, fillers } from '../content/words.js';
import type { SuiteSize } from '../sizes.js';
import type { Sample } from './task.js';

export interface Hidden {
  readonly document: Sample['documents'][number];
  /** How deep in the document the first of the sentences stands, from 0 to 1. */
  readonly depth: number;
}

/** A document of meaningless sentences with the given ones spread among them. */
export function hide(random: Random, size: SuiteSize, sentences: readonly string[]): Hidden {
  const count = between(random, ...size.sentences) + sentences.length;
  const places = sample(
    random,
    Array.from({ length: count }, (_, i) => i),
    sentences.length,
  ).sort((a, b) => a - b);
  const text = Array.from({ length: count }, (_, i) => sentences[places.indexOf(i)] ?? sentence(random));
  return { document: { name: `${pick(random, fillers)}.txt`, text: text.join(' ') }, depth: (places[0] ?? 0) / count };
}

function sentence(random: Random): string {
  const words = Array.from({ length: between(random, 3, 6) }, () => pick(random, fillers));
  return `${capitalised(words.join(' '))}.`;
}
