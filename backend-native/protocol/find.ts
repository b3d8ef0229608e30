/** Which of many pictures and pages have to do with some words. No model is asked. */
import type { BackendErrorData } from './errors.js';
import type { AttachmentSource } from './inspect.js';
import type { CacheSettings } from './model.js';

/** Files of one search. */
export const mostFoundIn = 2000;
/** That a search may be asked for. */
export const mostFound = 100;

export interface FindParams {
  /** At most `mostFoundIn`, each by its path. */
  readonly attachments: readonly AttachmentSource[];
  readonly query: string;
  /** How many are told at most, from 1 to `mostFound`; 10 when it is left out. */
  readonly limit?: number;
  /** Where texts are kept while no model is loaded, whose own cache comes first; memory alone when it is left out. */
  readonly cache?: CacheSettings;
  /** Gives what was found so far when it is stopped, instead of nothing. */
  readonly partial?: boolean;
  readonly partialResultToken?: number | string;
}

export interface FindProgress {
  readonly done: number;
  readonly total: number;
  /** The path of the file that is read now. */
  readonly file: string;
}

export interface FindResult {
  /** The best first. */
  readonly found: readonly FoundPage[];
  readonly filesRead: number;
  /** Of these, how many had been read before and have not changed since. */
  readonly filesKnown: number;
  readonly notRead: readonly { readonly file: string; readonly error: BackendErrorData }[];
}

export interface FoundPage {
  readonly file: string;
  /** From 1; pictures, and documents without pages, have one. */
  readonly page: number;
  /** Above 0; only order and ratios mean something. */
  readonly score: number;
  /** Its text about the first word of the query that stands in it, on one line. */
  readonly excerpt: string;
}
