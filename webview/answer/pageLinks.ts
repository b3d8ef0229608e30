/** Pages that an answer names become links, where it is known which document they are of. */
import type { DocumentReport } from '../../backend-native/protocol/ask.js';
import type { AttachmentView } from '../protocol/state.js';

/** A page of an attached document. */
export interface PageTarget {
  readonly attachmentId: string;
  readonly name: string;
  /** From 1. */
  readonly page: number;
}

export type PageFinder = (page: number) => PageTarget | undefined;

type Read = Pick<DocumentReport, 'name' | 'pages' | 'pagesAsText' | 'pagesAsImages'>;

/** "page 17", "pages 3-5", "slide 2", "p. 4", "Seite 17" and the like, with the numbers that follow. */
const named = /\b(?:pages?|slides?|sheets?|pp?\.|S\.|Seiten?|Folien?)\s?\d+(?:\s?(?:[-–,]|and|und|to|bis)\s?\d+)*/giu;

/**
 * @param reports of the turn's documents, in order
 * @param documents of the turn: attachments that are no images, in the same order
 * @returns the page's document: the one of which that page was read, else the only one that has such a page
 */
export function pageTarget(
  page: number,
  reports: readonly Read[],
  documents: readonly AttachmentView[],
): PageTarget | undefined {
  const having = reports.flatMap((report, index) => {
    const document = documents[index];
    return document && page >= 1 && page <= (report.pages ?? 0) ? [{ report, document }] : [];
  });
  const read = having.filter(({ report }) => holds(`${report.pagesAsText},${report.pagesAsImages}`, page));
  const [found, ...others] = read.length > 0 ? read : having;
  if (!found || others.length > 0) return undefined;
  return { attachmentId: found.document.id, name: found.document.name, page };
}

/**
 * Where the numbers of pages stand in a text.
 * @returns start and end of each number, and its value
 */
export function pageNumbers(text: string): { readonly start: number; readonly end: number; readonly page: number }[] {
  return [...text.matchAll(named)].flatMap((match) =>
    [...match[0].matchAll(/\d{1,6}/g)].map((number) => {
      const start = match.index + number.index;
      return { start, end: start + number[0].length, page: Number(number[0]) };
    }),
  );
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
