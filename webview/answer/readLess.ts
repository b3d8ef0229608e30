import type { RunningView } from '../protocol/state.js';

/** A wait of so many seconds is long enough to offer a shorter one. */
const longSeconds = 20;
/** What the shorter one should take. */
const shortSeconds = 10;
/** Fewer tokens tell too little of a document; in steps of so many, what is offered stands still while it is read. */
const stepTokens = 500;

export type LessToRead =
  /** Tokens of all documents together. */
  | { readonly what: 'documents'; readonly tokens: number; readonly seconds: number }
  /** Large images, each as a whole. */
  | { readonly what: 'images'; readonly pieces: number };

/**
 * What a turn could read instead, by the speed so far; null where that saves too little.
 * @param hasDocuments of the turn: they are mostly longer than its images
 */
export function lessToRead(progress: RunningView['progress'], hasDocuments: boolean): LessToRead | null {
  if (progress.phase !== 'prefill' || progress.secondsLeft === undefined || progress.secondsLeft < longSeconds)
    return null;
  const tokensLeft = progress.total - progress.done;
  if (!hasDocuments) {
    const { pieces = 0 } = progress;
    return pieces > 0 && tokensLeft >= progress.total / 2 ? { what: 'images', pieces } : null;
  }
  const perSecond = tokensLeft / progress.secondsLeft;
  const tokens = stepTokens * Math.max(1, Math.round((perSecond * shortSeconds) / stepTokens));
  return tokens <= tokensLeft / 2 ? { what: 'documents', tokens, seconds: Math.ceil(tokens / perSecond) } : null;
}
