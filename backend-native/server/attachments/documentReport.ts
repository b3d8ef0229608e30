import type { DocumentReport } from '../../protocol/ask.js';
import { formatPageRange } from './documents/pageRange.js';
import type { LeftOutReason, ReadingPlan } from './readingPlan.js';

/** @param budget tokens for all documents, which the notes name where something did not fit */
export function documentReport(plan: ReadingPlan, budget: number): DocumentReport {
  const { document, read, leftOut, cut } = plan;
  const asText = read.filter(({ image }) => !image);
  return {
    name: document.name,
    format: document.format,
    pages: document.pageCount,
    pagesAsText: document.pageCount === null ? '' : formatPageRange(asText.map(({ page }) => page)),
    pagesAsImages: formatPageRange(read.filter(({ image }) => image).map(({ page }) => page)),
    characters: sumOf(document.pages.map(({ text }) => text.length)),
    charactersRead: sumOf(read.map(({ text }) => text.length)),
    tokens: sumOf(asText.map(({ tokens }) => tokens)),
    complete: leftOut.length === 0 && !cut,
    note: [...notesOn(plan, budget), ...document.notes].join(' '),
  };
}

function notesOn({ document, read, leftOut, cut }: ReadingPlan, budget: number): string[] {
  const notes: string[] = [];
  const [first] = read;
  if (cut && first) {
    const whole = document.pages.find(({ page }) => page === first.page)?.text.length ?? 0;
    const of = document.pageCount === null ? '' : ` of page ${first.page}`;
    notes.push(
      `Only the first ${first.text.length} of ${whole} characters${of} (${Math.floor((100 * first.text.length) / whole)} %) fit into ${tokensFor(budget)}.`,
    );
  }
  for (const [reason, describe] of Object.entries(reasons)) {
    const pages = leftOut.filter((page) => page.reason === reason).map(({ page }) => page);
    if (pages.length === 0) continue;
    const several = pages.length > 1;
    const which = document.pageCount === null ? 'It' : `${several ? 'Pages' : 'Page'} ${formatPageRange(pages)}`;
    notes.push(`${which} ${several ? 'were' : 'was'} left out: ${describe(several ? 'they' : 'it', budget)}.`);
  }
  return notes;
}

const reasons: Readonly<Record<LeftOutReason, (subject: 'it' | 'they', budget: number) => string>> = {
  budget: (subject, budget) => `${subject} did not fit into ${tokensFor(budget)}`,
  tooManyImages: () => 'no more pages may be read as images',
  noVision: (subject) => `${subject} ${subject === 'it' ? 'holds' : 'hold'} no text, and the model reads no images`,
  noText: (subject) => `${subject} ${subject === 'it' ? 'holds' : 'hold'} no text, only what can be read as images`,
  damaged: (subject) => `${subject} ${subject === 'it' ? 'is' : 'are'} damaged`,
};

function tokensFor(budget: number): string {
  return `the ${budget} tokens for documents`;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
