/** A follow-up may be about pages that were not read for the questions before it: they are read with the follow-up. */
import type { DocumentReport } from '../../protocol/ask.js';
import { chooseMorePieces } from './choosePieces.js';
import { documentReport } from './documentReport.js';
import { textOf } from './documents.js';
import type { OpenDocument } from './documents/openDocument.js';
import { piecesOf, withoutBytes, type Piece } from './pagePieces.js';
import { plainText, type PlanOptions, type ReadingPlan, type Wish } from './pagePlanner.js';
import { documentFrame } from './promptText.js';
import { tokenBudget } from './readingPlan.js';

/** A document of a conversation that did not fit. */
export interface PartlyRead {
  readonly document: OpenDocument;
  /** Numbers of its pieces that the conversation has. */
  readonly read: ReadonlySet<number>;
  readonly charactersRead: number;
}

/** What a follow-up reads of documents that earlier turns brought. */
export interface MoreOfDocuments {
  /** As the prompt has them: the pages that were added, and nothing of those before. */
  readonly documents: readonly { readonly name: string; readonly text: string }[];
  readonly reports: readonly DocumentReport[];
  /** All of them, as they are now. */
  readonly partly: readonly PartlyRead[];
}

/**
 * @param plans of documents that were read, with their reports
 * @returns those of which more could be read: not all did fit, and the user did not say which pages count
 */
export function partlyRead(plans: readonly ReadingPlan[], reports: readonly DocumentReport[]): PartlyRead[] {
  return plans.flatMap((plan, i) => {
    const { document, choice, cut, leftOut } = plan;
    const unread = choice !== undefined || cut || leftOut.some(({ reason }) => reason === 'budget');
    if (!unread || document.pagesGiven) return [];
    const slim = withoutBytes(document);
    const read = new Set(
      piecesOf(slim, i)
        .filter((piece) => isRead(piece, plan))
        .map(numberOf),
    );
    return [{ document: slim, read, charactersRead: reports[i]?.charactersRead ?? 0 }];
  });
}

/**
 * @param partly documents of the turns before, oldest first
 * @param options with the question that is asked now, said so that it stands for itself
 */
export async function readMore(partly: readonly PartlyRead[], options: PlanOptions): Promise<MoreOfDocuments> {
  const budget = tokenBudget(options);
  const wishes = await Promise.all(partly.map(({ document }) => wishFor(document, options)));
  // By what they say: a file that was attached twice is read once.
  const known = new Set(
    partly.flatMap(({ document, read }, i) =>
      piecesOf(document, i).flatMap(({ number, text }) => (read.has(number) ? [text] : [])),
    ),
  );
  const plans = await chooseMorePieces(wishes, ({ text }) => known.has(text), budget, options);
  const now = [...partly];
  const reports = plans.map((plan): DocumentReport => {
    const at = partly.findIndex(({ document }) => document === plan.document);
    const report = documentReport(plan, budget);
    const before = partly[at];
    if (!before) return report;
    const added = piecesOf(plan.document, at).filter((piece) => isRead(piece, plan));
    const charactersRead = Math.min(report.characters, before.charactersRead + report.charactersRead);
    now[at] = { ...before, read: new Set([...before.read, ...added.map(numberOf)]), charactersRead };
    return { ...report, charactersRead, ofEarlierTurn: true };
  });
  return {
    documents: plans.map((plan) => ({ name: plan.document.name, text: textOf(plan, 1) })),
    reports,
    partly: now,
  };
}

async function wishFor(document: OpenDocument, { counter }: PlanOptions): Promise<Wish> {
  const frameTokens = await counter.countTokens(documentFrame(document.name));
  return { document, wanted: [], leftOut: [], picturesLeftOut: new Map(), frameTokens, tokens: Infinity, images: 0 };
}

function isRead({ page, text }: Piece, { document, read }: ReadingPlan): boolean {
  const planned = read.find((one) => one.page === page.page);
  if (!planned || planned.image) return planned !== undefined;
  return plainText(document, planned.text, []).includes(plainText(document, text, []).trim());
}

function numberOf({ number }: Piece): number {
  return number;
}
