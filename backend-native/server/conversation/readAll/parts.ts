/** Divides documents into parts that each fit into one question. Nothing that can be read is in no part. */
import type { DocumentSource } from '../../../protocol/ask.js';
import type { DocumentUnit } from '../../../protocol/documentNotes.js';
import { BackendError } from '../../../protocol/errors.js';
import { partLabel, type PartContent } from '../../../protocol/readAll.js';
import { formatPageRange } from '../../attachments/documents/pageRange.js';
import { openDocument, type OpenDocument } from '../../attachments/documents/openDocument.js';
import { piecesOf } from '../../attachments/pagePieces.js';
import { PagePlanner, plainText, wayToRead } from '../../attachments/pagePlanner.js';
import { documentFrame } from '../../attachments/promptText.js';
import { fittingBeginning } from '../../attachments/tokenBudget.js';
import type { TokenCounter } from '../../attachments/tokenCounter.js';
import type { DocumentCache } from '../../cache/documentCache.js';

export interface Part {
  readonly documents: readonly DocumentSource[];
  readonly content: PartContent;
  readonly tokens: number;
}

export interface PartOptions {
  readonly counter: TokenCounter;
  /** Tokens that the documents of one part may take. */
  readonly budgetTokens: number;
  /** Pages that are read as images, of one part. */
  readonly maxImages: number;
  readonly cache?: DocumentCache;
  readonly signal: AbortSignal;
  readonly onProgress?: (index: number, name: string) => void;
}

/** What is in one part or in the next, but not divided between them. */
interface Unit {
  readonly document: number;
  readonly name: string;
  /** What its pages are called. */
  readonly unit: DocumentUnit;
  /** A page of the file; 0 for a text without pages, or a piece of one. */
  readonly page: number;
  /** Of a piece of a page or a text; a whole page is read from the file. */
  readonly text?: string;
  readonly tokens: number;
  readonly images: number;
}

/** Tokens are counted apart and read together: a few more are needed. */
const spareShare = 0.95;

/**
 * @returns undefined when the signal was aborted
 * @throws BackendError for a document that cannot be read, `file_empty` when there is nothing to read in any
 */
export async function partsOf(
  sources: readonly DocumentSource[],
  options: PartOptions,
): Promise<readonly Part[] | undefined> {
  const units: Unit[] = [];
  for (const [index, source] of sources.entries()) {
    options.onProgress?.(index, 'name' in source ? source.name : source.path);
    const { cache, signal } = options;
    const document = await openDocument(source, { signal, ...(cache ? { cache } : {}) });
    if (!document) return undefined;
    units.push(...(await unitsOf(document, index, 'text' in source, options)));
  }
  if (units.length === 0) throw new BackendError('file_empty', { kind: 'nothingToRead' });
  return numbered(await packed(units, sources, options));
}

/** Parts of a text without pages hold the same, by its name: they are told apart by their place. */
function numbered(parts: readonly Part[]): readonly Part[] {
  const labels = parts.map(({ content }) => partLabel(content));
  return parts.map((part, index) => {
    const of = labels.filter((label) => label === labels[index]).length;
    if (of === 1) return part;
    const number = labels.slice(0, index + 1).filter((label) => label === labels[index]).length;
    return { ...part, content: { ...part.content, piece: { number, of } } };
  });
}

/** Pages that fit into a part, and the pieces of those that do not. */
async function unitsOf(
  document: OpenDocument,
  index: number,
  isText: boolean,
  { counter, budgetTokens, maxImages }: PartOptions,
): Promise<Unit[]> {
  const { name, unit } = document;
  const planner = new PagePlanner(document, { counter }, Infinity);
  const most = spareShare * budgetTokens - (await counter.countTokens(documentFrame(name)));
  const whole = document.pageCount === null;
  const units: Unit[] = [];
  for (const page of document.pages) {
    const way = wayToRead(page, document, counter.countImageTokens !== undefined);
    if (way !== 'text' && way !== 'image') continue;
    const before = planner.images;
    const { tokens } = await planner.plan(page, way, Infinity);
    const images = planner.images - before;
    const fits = way === 'image' || (tokens <= most && images <= maxImages);
    if (fits && !(whole && isText)) units.push({ document: index, name, unit, page: page.page, tokens, images });
    else {
      const pieces = piecesOf(document, index).filter((piece) => piece.page === page);
      for (const { text: own, lead } of pieces) {
        const led = lead === '' || own.startsWith(lead) ? own : `${lead}\n${own}`;
        for await (const text of fitting(plainText(document, led, []), most, counter)) {
          const tokens = await counter.countTokens(text);
          units.push({ document: index, name, unit, page: page.page, text, tokens, images: 0 });
        }
      }
    }
  }
  return units;
}

/** The text itself, or as many pieces of it as it takes for each to fit. */
async function* fitting(text: string, most: number, counter: TokenCounter): AsyncGenerator<string> {
  for (let rest = text; rest.trim() !== '';) {
    const beginning = await fittingBeginning(rest, most, (piece) => counter.countTokens(piece));
    // A limit of less than a word still takes one step.
    const piece = beginning === '' ? rest.slice(0, 1) : beginning;
    yield piece;
    rest = rest.slice(piece.length);
  }
}

/** Fills part after part, in order. */
async function packed(
  units: readonly Unit[],
  sources: readonly DocumentSource[],
  { counter, budgetTokens, maxImages }: PartOptions,
): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let open: Unit[] = [];
  let [tokens, images] = [0, 0];
  const close = () => {
    if (open.length > 0) parts.push({ documents: documentsOf(open, sources), content: contentOf(open), tokens });
    open = [];
    [tokens, images] = [0, 0];
  };
  for (const unit of units) {
    const isNew = open.at(-1)?.document !== unit.document;
    const frame = isNew ? await counter.countTokens(documentFrame(unit.name)) : 0;
    if (tokens + frame + unit.tokens > spareShare * budgetTokens || images + unit.images > maxImages) close();
    tokens += unit.tokens + frame;
    images += unit.images;
    open.push(unit);
  }
  close();
  return parts;
}

/** Pages of one document together, and its pieces together. */
function documentsOf(units: readonly Unit[], sources: readonly DocumentSource[]): DocumentSource[] {
  const documents: DocumentSource[] = [];
  for (const run of runsOf(units)) {
    const [first] = run;
    const source = first && sources[first.document];
    if (!first || !source) continue;
    if (first.text !== undefined)
      documents.push({ name: first.name, text: run.map(({ text = '' }) => text).join('\n\n') });
    else if (first.page === 0 || 'text' in source) documents.push(source);
    else documents.push({ ...source, pages: formatPageRange(run.map(({ page }) => page)) });
  }
  return documents;
}

function contentOf(units: readonly Unit[]): PartContent {
  return {
    documents: runsOf(units).map((run) => {
      const { name = '', unit = 'whole' } = run[0] ?? {};
      const pages = formatPageRange([...new Set(run.map(({ page }) => page))].filter((page) => page > 0));
      return { name, unit, pages };
    }),
  };
}

/** Neighbours of one document that are read in the same way. */
function runsOf(units: readonly Unit[]): Unit[][] {
  const runs: Unit[][] = [];
  for (const unit of units) {
    const last = runs.at(-1)?.[0];
    const goesOn = last?.document === unit.document && (last.text === undefined) === (unit.text === undefined);
    if (goesOn) runs.at(-1)?.push(unit);
    else runs.push([unit]);
  }
  return runs;
}
