import type { DocumentReport } from '../../protocol/ask.js';
import { documentNoteText, type DocumentNote, type LeftOutReason } from '../../protocol/documentNotes.js';
import { formatPageRange } from './documents/pageRange.js';
import { withPictures } from './documents/pictureMarks.js';
import type { ReadingPlan } from './pagePlanner.js';

/** @param budget tokens for all documents, which the notes name where something did not fit */
export function documentReport(plan: ReadingPlan, budget: number): DocumentReport {
  const { document, read, leftOut, cut } = plan;
  const asText = read.filter(({ image }) => !image);
  const notes = [...notesOn(plan, budget), ...document.notes];
  const characters = sumOf(document.pages.map(({ text }) => lengthOf(text)));
  const charactersRead = Math.min(characters, sumOf(read.map(({ text }) => lengthOf(text))));
  return {
    name: document.name,
    format: document.format,
    unit: document.unit,
    pages: document.pageCount,
    pagesAsText: document.pageCount === null ? '' : formatPageRange(asText.map(({ page }) => page)),
    pagesAsImages: formatPageRange(read.filter(({ image }) => image).map(({ page }) => page)),
    picturesRead: sumOf(read.map(({ pictures }) => pictures.length)),
    characters,
    charactersRead,
    tokens: sumOf(asText.map(({ tokens }) => tokens)),
    complete: leftOut.length === 0 && !cut && plan.choice === undefined,
    notes,
    note: notes.map((note) => documentNoteText(note, document.unit)).join(' '),
  };
}

function notesOn(plan: ReadingPlan, budget: number): DocumentNote[] {
  const { document, read, leftOut, cut, choice, picturesLeftOut } = plan;
  const notes: DocumentNote[] = [];
  const [first] = read;
  if (cut && first) {
    const whole = document.pages.find(({ page }) => page === first.page)?.text ?? '';
    notes.push({ kind: 'cut', page: first.page, characters: lengthOf(first.text), of: lengthOf(whole), budget });
  }
  if (choice) notes.push({ kind: 'pagesChosen', ...choice, why: 'question' });
  for (const reason of reasons) {
    const pages = leftOut.filter((page) => page.reason === reason).map(({ page }) => page);
    // What was chosen says what was not.
    if (pages.length === 0 || reason === 'notChosen') continue;
    const which = document.pageCount === null ? '' : formatPageRange(pages);
    notes.push({ kind: 'pagesLeftOut', pages: which, count: pages.length, reason, budget });
  }
  for (const [reason, count] of picturesLeftOut) notes.push({ kind: 'picturesLeftOut', count, reason });
  return notes;
}

const reasons: readonly LeftOutReason[] = ['budget', 'tooManyImages', 'noVision', 'noText', 'damaged', 'notChosen'];

/** Marks of pictures are no characters of the document. */
function lengthOf(text: string): number {
  return withPictures(text, () => '').length;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
