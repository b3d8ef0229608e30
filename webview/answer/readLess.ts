import type { RunningView } from '../protocol/state.js';

/** A wait of so many seconds is long enough to offer a shorter one. */
const longSeconds = 20;
/** What the shorter one should take. */
const shortSeconds = 10;
/** Fewer tokens tell too little of a document; in steps of so many, what is offered stands still while it is read. */
const stepTokens = 500;

export interface LessToRead {
  /** Of all documents together. */
  readonly tokens: number;
  readonly seconds: number;
}

/** How much of its documents a turn could read instead, by the speed so far; null where that saves too little. */
export function lessToRead(progress: RunningView['progress']): LessToRead | null {
  if (progress.phase !== 'prefill' || progress.secondsLeft === undefined || progress.secondsLeft < longSeconds)
    return null;
  const tokensLeft = progress.total - progress.done;
  const perSecond = tokensLeft / progress.secondsLeft;
  const tokens = stepTokens * Math.max(1, Math.round((perSecond * shortSeconds) / stepTokens));
  return tokens <= tokensLeft / 2 ? { tokens, seconds: Math.ceil(tokens / perSecond) } : null;
}
