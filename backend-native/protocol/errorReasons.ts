/**
 * Why something went wrong, as facts: a kind with fields. Sentences are made of them where somebody reads them, and
 * nothing is read out of a sentence: here are English ones, for the command line, logs and other programs; the
 * extension says them in the user's language.
 */
import { askingErrors } from './errorKinds/asking.js';
import { documentErrors } from './errorKinds/documents.js';
import { downloadErrors } from './errorKinds/downloads.js';
import { fileErrors } from './errorKinds/files.js';
import { hasFields, type FactsOf, type Fields } from './errorKinds/kind.js';
import { modelErrors } from './errorKinds/models.js';
import { pictureErrors } from './errorKinds/pictures.js';
import { processErrors } from './errorKinds/process.js';

export const errorKinds = {
  ...askingErrors,
  ...documentErrors,
  ...downloadErrors,
  ...fileErrors,
  ...modelErrors,
  ...pictureErrors,
  ...processErrors,
} as const;

type FactsOfAll = {
  readonly [K in keyof typeof errorKinds]: (typeof errorKinds)[K] extends { readonly fields: infer F extends Fields }
    ? FactsOf<F>
    : never;
};

export type ReasonKind = keyof typeof errorKinds;
export type ErrorReason = { readonly [K in ReasonKind]: { readonly kind: K } & FactsOfAll[K] }[ReasonKind];

/**
 * The words of a client for some of the kinds: what happened, and what to do where that is not what the code says.
 */
export type Wording<Kinds extends Partial<typeof errorKinds>> = {
  readonly [K in keyof Kinds & ReasonKind]: (
    facts: FactsOfAll[K],
  ) => Kinds[K] extends { readonly nextStep: unknown }
    ? readonly [message: string, nextStep: string | undefined]
    : string | readonly [message: string, nextStep: string];
};

/** What happened, in one English sentence without its full stop. */
export function sentenceOf(reason: ErrorReason): string {
  return kindOf(reason.kind).says(reason);
}

/** What the user of the command line can do; undefined where the code says it. */
export function nextStepFor(reason: ErrorReason): string | undefined {
  return kindOf(reason.kind).nextStep?.(reason);
}

/** Reads the reason of another process; undefined for one that this version does not know. */
export function reasonFrom(value: unknown): ErrorReason | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind } = value as Partial<Record<string, unknown>>;
  if (typeof kind !== 'string' || !Object.hasOwn(errorKinds, kind)) return undefined;
  return hasFields(kindOf(kind as ReasonKind).fields, value) ? (value as ErrorReason) : undefined;
}

/** A kind that takes any facts: those of a reason are its own. */
interface AnyKind {
  readonly fields: Fields;
  says(facts: ErrorReason): string;
  nextStep?(facts: ErrorReason): string | undefined;
}

function kindOf(kind: ReasonKind): AnyKind {
  return errorKinds[kind] as unknown as AnyKind;
}
