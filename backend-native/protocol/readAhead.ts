/** Reading what is attached before anything is asked about it. */
import type { AskParams } from './ask.js';

/** As for a question that begins a conversation. */
export type ReadAheadParams = Omit<AskParams, 'question' | 'conversation' | 'kv'>;

export const readAheadEnds = [
  /** All of it is on disk now. */
  'read',
  /** All of it was there already. */
  'known',
  /** As much as was read until then is on disk, when it is worth a file. */
  'cancelled',
  /** Something else wants the model, or no model is loaded: it was not begun. */
  'busy',
  /** Nothing is kept on disk: the cache is off, or the model's cannot be kept. */
  'nowhere',
  /** Too few tokens to be worth it, or too little memory is free. */
  'tooLittle',
  /** What is read of a document is chosen by the question. */
  'byQuestion',
] as const;
export type ReadAheadEnd = (typeof readAheadEnds)[number];

export interface ReadAheadResult {
  readonly end: ReadAheadEnd;
  /** Tokens that come before the question. */
  readonly tokens: number;
  /** Of these, those that were on disk before. */
  readonly knownTokens: number;
  /** Of these, those that were read now. */
  readonly readTokens: number;
  /** Milliseconds that the model was used. */
  readonly ms: number;
}
