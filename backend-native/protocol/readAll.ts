/** Reading all of what is attached in parts, for questions about the whole of what is longer than the context. */

import { pagesText, type DocumentUnit } from './documentNotes.js';

/** What it would cost, without asking anything. */
export interface ReadAllPlan {
  readonly parts: number;
  /** Of the documents, all parts together; questions and answers come on top. */
  readonly tokens: number;
  /** Questions that will be asked: one for each part, and those that put the answers together. */
  readonly questions: number;
}

/** What a part holds: facts, for clients that have words of their own. */
export interface PartContent {
  readonly documents: readonly PartDocument[];
  /** Which it is of those that hold the same, from 1: pieces of one text; absent where there is one. */
  readonly piece?: { readonly number: number; readonly of: number };
}

export interface PartDocument {
  readonly name: string;
  /** What its pages are called. */
  readonly unit: DocumentUnit;
  /** Such as "1-12"; empty for a text without pages. */
  readonly pages: string;
}

/** What one part answered. */
export interface PartReport {
  /** Documents of the part and their pages, such as "handbook.pdf, pages 1-12": for the model, and in English. */
  readonly label: string;
  readonly content: PartContent;
  readonly answer: string;
  /** Of the prompt. */
  readonly tokens: number;
}

/** In English, such as "handbook.pdf, pages 1-12; notes.txt". */
export function partLabel({ documents, piece }: PartContent): string {
  const names = documents.map(({ name, unit, pages }) => (pages === '' ? name : `${name}, ${pagesText(pages, unit)}`));
  return names.join('; ') + (piece ? ` (${piece.number} of ${piece.of})` : '');
}
