import type { DocumentNote, HiddenHow } from '../../../../protocol/documentNotes.js';
import { BackendError } from '../../../../protocol/errors.js';
import { documentBounds } from '../documentBounds.js';
import type { DocumentContent, DocumentPage, DrawnPage } from '../documentContent.js';
import type { DocumentTask } from '../documentTask.js';
import { formatPageRange, parsePageRange } from '../pageRange.js';
import { thumbnailSize } from '../pageSize.js';
import { PdfFile, type PdfPageContent } from './pdfFile.js';
import { loadPdfium } from './pdfiumModule.js';
import { damagedFile } from '../../damagedFile.js';

type Progress = (done: number, total: number) => void;
type Task<K> = Extract<DocumentTask, { kind: K }>;

/** The text of the chosen pages, and what is odd about them. @throws BackendError */
export function readPdf(task: Task<'readPdf'>, onProgress: Progress): Promise<DocumentContent> {
  return withPdf(task, (pdf) => {
    const chosen = chosenPages(task, pdf.pages);
    const read: PdfPageContent[] = [];
    let characters = 0;
    for (const page of chosen) {
      const content = pdf.readPage(page);
      read.push(content);
      characters += content.text.length;
      if (characters > documentBounds.characters) {
        throw new BackendError('document_too_large', {
          kind: 'tooManyCharactersByPage',
          file: task.name,
          page,
          most: documentBounds.characters,
        });
      }
      onProgress(read.length, chosen.length);
    }
    if (read.every(({ damaged }) => damaged === true))
      throw damagedFile('corrupt_document', task.name, 'PDF file', 'no page can be read');
    const thumbnail = task.thumbnailPixels === undefined ? undefined : drawThumbnail(pdf, read, task.thumbnailPixels);
    return {
      unit: 'page',
      count: pdf.pages,
      pages: read.map(pageOf),
      notes: [...notesOn(read), ...pdf.notes()],
      pictures: [],
      ...(thumbnail ? { thumbnail } : {}),
    };
  });
}

/** @returns in the order of the pages asked for */
export function drawPdf(task: Task<'drawPdf'>, onProgress: Progress): Promise<DrawnPage[]> {
  return withPdf(task, (pdf) =>
    task.pages.map((page, i) => {
      const drawn = pdf.drawPage(page, (size) => task.sizes[i] ?? size);
      if (!drawn) throw damagedFile('corrupt_document', task.name, 'PDF file', `page ${page} cannot be drawn`);
      onProgress(i + 1, task.pages.length);
      return drawn;
    }),
  );
}

async function withPdf<T>(
  task: { readonly name: string; readonly bytes: Uint8Array; readonly password?: string },
  work: (pdf: PdfFile) => T,
): Promise<T> {
  const { pdfium, isOutOfMemory } = await loadPdfium(documentBounds.pdfMemoryBytes);
  try {
    return work(new PdfFile(pdfium, task.name, task.bytes, task.password));
  } catch (error) {
    if (isOutOfMemory()) {
      throw new BackendError('document_too_large', {
        kind: 'tooMuchMemory',
        file: task.name,
        bytes: documentBounds.pdfMemoryBytes,
      });
    }
    if (error instanceof BackendError) throw error;
    // PDFium ends by a trap when it meets what it cannot go on from.
    throw damagedFile('corrupt_document', task.name, 'PDF file', error);
  }
}

function chosenPages({ name, pages: range }: Task<'readPdf'>, pages: number): readonly number[] {
  const chosen = range === undefined ? undefined : parsePageRange(range, pages);
  const count = chosen?.length ?? pages;
  if (count > documentBounds.pages) {
    throw new BackendError('document_too_large', {
      kind: 'tooManyPages',
      file: name,
      pages,
      chosen: count,
      most: documentBounds.pages,
    });
  }
  return chosen ?? Array.from({ length: pages }, (_, i) => i + 1);
}

function pageOf({ page, text, size, blank, damaged, drawBecause }: PdfPageContent): DocumentPage {
  return {
    page,
    text,
    ...(size ? { size } : {}),
    ...(blank === true ? { blank } : {}),
    ...(damaged === true ? { damaged } : {}),
    ...(drawBecause ? { drawBecause } : {}),
  };
}

function notesOn(pages: readonly PdfPageContent[]): DocumentNote[] {
  const ranges = (wanted: (page: PdfPageContent) => boolean) =>
    formatPageRange(pages.filter(wanted).map(({ page }) => page));
  const hidden = pages.filter(({ hidden: { characters } }) => characters > 0);
  const scanned = ranges(({ drawBecause }) => drawBecause === 'scanned');
  const garbled = ranges(({ drawBecause }) => drawBecause === 'garbled');
  const recognised = ranges((page) => page.recognised);
  const comments = pages.reduce((sum, page) => sum + (page.comments ?? 0), 0);
  const notes: (DocumentNote | false)[] = [
    hidden.length > 0 && {
      kind: 'hiddenText',
      pages: formatPageRange(hidden.map(({ page }) => page)),
      characters: hidden.reduce((sum, page) => sum + page.hidden.characters, 0),
      how: [...new Set<HiddenHow>(hidden.flatMap((page) => page.hidden.how))],
    },
    scanned !== '' && { kind: 'scannedPages', pages: scanned },
    garbled !== '' && { kind: 'garbledText', pages: garbled },
    recognised !== '' && { kind: 'recognisedText', pages: recognised },
    comments > 0 && { kind: 'comments', count: comments },
  ];
  return notes.filter((note) => note !== false);
}

function drawThumbnail(pdf: PdfFile, pages: readonly PdfPageContent[], pixels: number): DrawnPage | undefined {
  const first = pages.find(({ damaged }) => damaged !== true);
  return first && pdf.drawPage(first.page, (size) => thumbnailSize(size, pixels));
}
