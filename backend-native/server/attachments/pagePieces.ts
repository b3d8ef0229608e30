/** A document as pieces that can be ranked: its pages, and of long pages or whole texts parts of about a page. */
import type { OpenDocument } from './documents/openDocument.js';
import type { DocumentPage } from './documents/documentContent.js';

export interface Piece {
  /** Of the documents that are planned together. */
  readonly document: number;
  /** From 1, over the whole document. */
  readonly number: number;
  readonly page: DocumentPage;
  readonly text: string;
  /** The headings that it stands under, or the head of its table: what a reader of the piece alone has to know. */
  readonly lead: string;
}

/** Longer pages are divided: a dense page of a book has about 4,000. */
const pageCharacters = 5000;
/** Of a divided page. */
const pieceCharacters = 2000;

/** Pages without text are no pieces: they cannot be ranked. */
export function piecesOf(document: OpenDocument, index: number): readonly Piece[] {
  const kept = divisions.get(document);
  if (kept && (kept.length === 0 || kept[0]?.document === index)) return kept;
  const pieces: Piece[] = [];
  for (const page of document.pages) {
    const whole = page.text.length <= (page.page === 0 ? pieceCharacters : pageCharacters);
    const parts = whole ? [{ text: page.text, lead: page.title ?? '' }] : divided(page.text, page.title ?? '');
    for (const part of parts)
      if (part.text.trim() !== '') pieces.push({ document: index, number: pieces.length + 1, page, ...part });
  }
  divisions.set(document, pieces);
  return pieces;
}

/** The same pieces for the same document, so that what is known of them is found again. */
const divisions = new WeakMap<OpenDocument, readonly Piece[]>();

/** The same document, with the same pieces, of which only text is wanted from now on. */
export function withoutBytes(document: OpenDocument): OpenDocument {
  const none = new Uint8Array();
  const slim = { ...document, bytes: none, pictures: document.pictures.map((one) => ({ ...one, bytes: none })) };
  const kept = divisions.get(document);
  if (kept) divisions.set(slim, kept);
  return slim;
}

/** Parts that end where a paragraph or a line does. Joined by "\n" they are the text again, but for empty lines. */
function divided(text: string, title: string): { text: string; lead: string }[] {
  const parts: { text: string; lead: string }[] = [];
  const headings: string[] = [];
  let tableHead = '';
  let lead = title;
  let open: string[] = [];
  let size = 0;
  const close = () => {
    if (open.length > 0) parts.push({ text: open.join('\n').trim(), lead });
    open = [];
    size = 0;
    lead = [title, ...headings, tableHead].filter((line, i) => line !== '' && (i === 0 || line !== title)).join('\n');
  };
  let before = '';
  for (const line of lines(text)) {
    const heading = /^(#{1,6}) \S/.exec(line);
    if (heading && size > pieceCharacters / 4) close();
    else if (size + line.length > pieceCharacters && (size > pieceCharacters / 2 || line.length > pieceCharacters))
      close();
    if (heading) {
      headings.length = Math.min(headings.length, (heading[1]?.length ?? 1) - 1);
      headings.push(line);
    }
    if (/^\|(?: --- \|)+$/.test(line)) tableHead = `${before}\n${line}`;
    else if (!line.startsWith('|')) tableHead = '';
    open.push(line);
    size += line.length + 1;
    before = line;
  }
  close();
  return parts;
}

/** Lines, and the parts of a line that is longer than a piece. */
function* lines(text: string): Generator<string> {
  for (const line of text.split('\n')) {
    if (line.length <= pieceCharacters) yield line;
    else for (let at = 0; at < line.length; at += pieceCharacters) yield line.slice(at, at + pieceCharacters);
  }
}
