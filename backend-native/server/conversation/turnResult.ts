/** What a turn is told of while it runs and when it is over, in the protocol's terms. */
import type { AskProgress, AskResult, ImageReport } from '../../protocol/ask.js';
import type { PictureNote } from '../../protocol/pictureNotes.js';
import { BackendError } from '../../protocol/errors.js';
import type { NativeEvent } from '../transport/nativeAddon.js';
import type { ImageText } from './imageTexts.js';

/** A wait that is shorter than this, in seconds, is not told: it would be over before it was read. */
const toldFrom = 2;

/**
 * Turns the engine's events into snapshots: the answer grows, every snapshot holds all of it.
 * @param pieces that images of the turn are read in
 * @param now the time in milliseconds
 */
export function progressOf(pieces: number, now = () => performance.now()): (event: NativeEvent) => AskProgress {
  /** The first of the prompt's tokens that were read now: what was restored took no time. */
  let first: { done: number; at: number } | undefined;
  const written = { text: { tokens: 0, text: '' }, reasoning: { tokens: 0, text: '' } };
  return (event) => {
    if (event.type === 'text' || event.type === 'reasoning') {
      const sofar = written[event.type];
      sofar.text += event.text;
      sofar.tokens += event.tokens;
      return { phase: event.type === 'text' ? 'answer' : 'reasoning', ...sofar };
    }
    if (event.type === 'prefill') {
      const { done, total } = event;
      first ??= { done, at: now() };
      const seconds = (now() - first.at) / 1000;
      const left = done > first.done ? (seconds / (done - first.done)) * (total - done) : 0;
      const told = seconds >= toldFrom && left >= toldFrom;
      return {
        phase: 'prefill',
        done,
        total,
        ...(told && { secondsLeft: Math.round(left) }),
        ...(pieces > 0 && { pieces }),
      };
    }
    const { type, ...rest } = event;
    return { phase: type, ...rest } as AskProgress;
  };
}

/** An image's report with the page that it is of, the words that were read in it, and what had to be said of it. */
export function withPage(
  image: ImageReport,
  document: ImageReport['document'],
  imageText: ImageText | undefined,
  notes: readonly PictureNote[] = [],
): ImageReport {
  return {
    ...image,
    ...(notes.length > 0 ? { notes } : {}),
    ...(document === undefined ? {} : { document }),
    ...(imageText === undefined ? {} : { text: imageText.report }),
  };
}

/** The result of a turn that was cancelled before the engine saw it. */
export function cancelledBeforeStart(waitedMs: number): AskResult {
  return {
    answer: '',
    reasoning: '',
    tokens: 0,
    reasoningTokens: 0,
    reasoningCut: false,
    stop: 'cancelled',
    prompt: { tokens: 0, textTokens: 0, imageTokens: 0, restoredTokens: 0, images: 0 },
    kv: {
      cellsBefore: 0,
      cellsAfter: 0,
      bytesBefore: 0,
      bytesAfter: 0,
      cellsPeak: 0,
      bytesPeak: 0,
      heldBytes: 0,
      residentBefore: 0,
      residentAfter: 0,
      ratio: 1,
      ratioChoice: 'asked',
      method: 'full',
      merge: 'none',
      mergeWhat: 'values',
      compressed: false,
      reading: 'whole',
      note: 'cancelled before the start',
    },
    ms: {
      queue: waitedMs,
      ingest: 0,
      restore: 0,
      encode: 0,
      prefill: 0,
      compress: 0,
      firstToken: 0,
      decode: 0,
      compute: 0,
    },
    reread: false,
    matching: [],
    images: [],
    documents: [],
    where: [],
  };
}

/** What helps against a lack of memory that only the library's words tell of, in the middle of a turn. */
export function withNextStep(failure: BackendError): BackendError {
  const { code, message, reason } = failure;
  return code === 'out_of_memory' && reason?.kind === 'foreign'
    ? new BackendError(code, { kind: 'memoryForTurn', message })
    : failure;
}
