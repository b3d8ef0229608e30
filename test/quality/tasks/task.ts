import type { SuiteSize } from '../sizes.js';

/** One kind of question, generated from seeds for ever. */
export interface Task {
  /** Part of the key of every result: it never changes its meaning. */
  readonly name: string;
  /** Families are reported apart: where the needle lies decides what a rule is worth. */
  readonly family: Family;
  /** The public benchmark it is modelled on. */
  readonly after: string;
  /** The share of right answers that guessing gives. */
  readonly chance: number;
  /** The same sample for the same seed, on every machine. */
  generate(seed: number, size: SuiteSize): Sample;
}

export const families = [
  'one screenshot',
  'image needle',
  'text needle',
  'order and change',
  'count and compare',
  'negatives',
  'text and image',
  'multi-turn',
] as const;
export type Family = (typeof families)[number];

export interface Sample {
  readonly images: readonly SampleImage[];
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  /** Asked one after the other, in one conversation. */
  readonly turns: readonly Turn[];
  readonly meta: SampleMeta;
}

export interface SampleImage {
  readonly name: string;
  readonly png: Uint8Array;
}

export interface SampleMeta {
  /** Which image holds the needle, from 0, and how many there are; -1 when it is in none. */
  readonly needle: number;
  readonly images: number;
  /** Words the pictures and documents show and the questions may therefore use. */
  readonly shown: readonly string[];
}

export interface Turn {
  readonly question: string;
  readonly answer: string;
  /** Other ways to say it. */
  readonly accepted: readonly string[];
  /** What a right answer does not say: the other choices, when there are choices. */
  readonly rejected: readonly string[];
  /** What right answers are broken down by: the needle's place, yes or no, what is asked for. */
  readonly facet: string;
  /**
   * Where the turns of a conversation are different things, the one that this turn belongs to: it has a column of its
   * own.
   */
  readonly part?: string;
}

/** A turn with an answer that is read off somewhere. */
export function reading(question: string, answer: string, facet: string): Turn {
  return { question, answer, accepted: [], rejected: [], facet };
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'] as const;

/** A turn that is answered by the number of an image, counted from 0 here and from 1 in the answer. */
export function imageChoice(question: string, image: number, images: number, facet: string): Turn {
  const forms = (i: number) => [String(i + 1), ...ordinals.slice(i, i + 1).map((ordinal) => `${ordinal} image`)];
  const others = Array.from({ length: images }, (_, i) => i).filter((i) => i !== image);
  return { question, answer: `Image ${image + 1}`, accepted: forms(image), rejected: others.flatMap(forms), facet };
}

export function yesOrNo(question: string, yes: boolean): Turn {
  const [answer, other] = yes ? ['yes', 'no'] : ['no', 'yes'];
  return { question, answer, accepted: [], rejected: [other], facet: answer };
}

/**
 * An answer's first token comes from the prefill, before anything is compressed. Where one token is the whole answer
 * the first question of a conversation therefore measures nothing, and what is to be measured is asked second.
 */
export function askedInOrder(...turns: readonly Turn[]): Turn[] {
  return turns.map((turn, i) => ({ ...turn, part: `question ${i + 1}` }));
}
