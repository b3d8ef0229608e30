/** Pages that an answer names become links, where it is known which document they are of. */
import type { DocumentReport } from '../../backend-native/protocol/ask.js';
import type { DocumentUnit } from '../../backend-native/protocol/documentNotes.js';
import { pageNumbers } from '../../backend-native/protocol/pageNumbers.js';
import type { AttachmentView, TurnView } from '../protocol/state.js';

/** A page of an attached document. */
export interface PageTarget {
  readonly attachmentId: string;
  readonly name: string;
  /** From 1. */
  readonly page: number;
  /** What it is called there. */
  readonly unit: DocumentUnit;
}

export type PageFinder = (page: number) => PageTarget | undefined;

type Read = Pick<DocumentReport, 'name' | 'pages' | 'pagesAsText' | 'pagesAsImages' | 'ofEarlierTurn'>;

/** A document that a turn brought, and what was read of it. */
export interface ReadDocument {
  readonly attachment: AttachmentView;
  readonly report: Read;
}

/**
 * Those that have pages.
 * @param earlier those of the turns before: a follow-up may have read more of them
 */
export function readDocuments(
  { attachments, answers }: Pick<TurnView, 'attachments' | 'answers'>,
  earlier: readonly ReadDocument[] = [],
): ReadDocument[] {
  const documents = attachments.filter(({ kind }) => kind !== 'image');
  const reports = answers.findLast(({ result }) => result)?.result?.documents ?? [];
  return reports.flatMap((report, index) => {
    const attachment = report.ofEarlierTurn
      ? earlier.findLast(({ attachment: { name } }) => name === report.name)?.attachment
      : documents[index];
    return attachment && report.pages !== null ? [{ attachment, report }] : [];
  });
}

/**
 * @param own documents of the turn that was answered
 * @param earlier those of the turns before it: a follow-up is about them
 * @returns the document of which that page was read, the turn's own before an earlier one; else one that has such a
 *   page. Undefined where it may be one of several.
 */
export function pageTarget(
  page: number,
  own: readonly ReadDocument[],
  earlier: readonly ReadDocument[],
): PageTarget | undefined {
  const before = oneForEachFile(earlier);
  const candidates = [wasRead(own, page), wasRead(before, page), hasPage(own, page), hasPage(before, page)];
  const [found, ...others] = candidates.find((some) => some.length > 0) ?? [];
  if (!found || others.length > 0) return undefined;
  return {
    attachmentId: found.attachment.id,
    name: found.attachment.name,
    page,
    unit: found.attachment.unit ?? 'page',
  };
}

function hasPage(documents: readonly ReadDocument[], page: number): ReadDocument[] {
  return documents.filter(({ report }) => page >= 1 && page <= (report.pages ?? 0));
}

function wasRead(documents: readonly ReadDocument[], page: number): ReadDocument[] {
  return hasPage(documents, page).filter(({ report }) => holds(`${report.pagesAsText},${report.pagesAsImages}`, page));
}

/** A file that was attached twice is one document: the last of them. */
function oneForEachFile(documents: readonly ReadDocument[]): ReadDocument[] {
  const byFile = new Map(documents.map((one) => [one.attachment.detail || one.attachment.id, one]));
  return [...byFile.values()];
}

/** A sentence with links in it. */
export function linkedText(text: string, targetOf: PageFinder | null): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(text);
  if (targetOf) linkPages(fragment, targetOf);
  return fragment;
}

/** Makes links of the pages in the words of a fragment; code and links stay as they are. */
export function linkPages(fragment: DocumentFragment, targetOf: PageFinder): void {
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement?.closest('a, code, pre, .katex')) texts.push(node as Text);
  for (const text of texts) {
    // From the last one on, so that the places of those before it stay.
    for (const { start, end, page } of pageNumbers(text.data).reverse()) {
      const target = targetOf(page);
      if (!target) continue;
      text.splitText(end);
      const number = text.splitText(start);
      const link = document.createElement('a');
      link.href = '#page';
      link.className = 'page-link';
      link.dataset['page'] = String(page);
      link.textContent = number.data;
      number.replaceWith(link);
    }
  }
}

/** @param range such as "1-3,7" */
function holds(range: string, page: number): boolean {
  return range.split(',').some((part) => {
    const [first = NaN, last = first] = part.split('-').map((number) => (number === '' ? NaN : Number(number)));
    return page >= first && page <= last;
  });
}
