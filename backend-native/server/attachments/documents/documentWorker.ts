/** The thread that opens documents which may be hostile: it can be ended at any time, and its memory is bounded. */
import { parentPort, workerData } from 'node:worker_threads';
import { asBackendError, BackendError } from '../../../protocol/errors.js';
import { megabytes } from '../file.js';
import { documentBounds } from './documentBounds.js';
import type { DocumentTask, DrawnPage, PdfContent, PdfPage, TaskMessage, TaskResults } from './documentTask.js';
import { readDocx } from './docx.js';
import { parsePageRange } from './pageRange.js';
import { thumbnailSize } from './pageSize.js';
import { PdfFile } from './pdf.js';
import { loadPdfium } from './pdfiumModule.js';

void main(workerData as DocumentTask);

async function main(task: DocumentTask): Promise<void> {
  try {
    send({ type: 'result', value: await run(task) });
  } catch (error) {
    send({ type: 'failed', error: asBackendError(error).data });
  }
}

function run(task: DocumentTask): Promise<TaskResults[DocumentTask['kind']]> {
  switch (task.kind) {
    case 'readPdf':
      return withPdf(task, (pdf) => readPdf(pdf, task));
    case 'drawPdf':
      return withPdf(task, (pdf) => drawPdf(pdf, task));
    case 'readDocx':
      return readDocx(task.name, Buffer.from(task.bytes.buffer, task.bytes.byteOffset, task.bytes.byteLength));
  }
}

async function withPdf<T>(
  task: { readonly name: string; readonly bytes: Uint8Array },
  work: (pdf: PdfFile) => T,
): Promise<T> {
  const { pdfium, isOutOfMemory } = await loadPdfium(documentBounds.pdfMemoryBytes);
  try {
    return work(new PdfFile(pdfium, task.name, task.bytes));
  } catch (error) {
    if (isOutOfMemory()) {
      throw new BackendError(
        'document_too_large',
        `${task.name} needs more than ${megabytes(documentBounds.pdfMemoryBytes)} of memory to be read`,
      );
    }
    if (error instanceof BackendError) throw error;
    // PDFium ends by a trap when it meets what it cannot go on from.
    throw new BackendError(
      'corrupt_document',
      `${task.name} is a damaged PDF file (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function readPdf(pdf: PdfFile, task: Extract<DocumentTask, { kind: 'readPdf' }>): PdfContent {
  const { pages } = pdf;
  const chosen = task.pages === undefined ? undefined : parsePageRange(task.pages, pages);
  if ((chosen?.length ?? pages) > documentBounds.pages) {
    throw new BackendError(
      'document_too_large',
      `${task.name} has ${pages} pages, ${chosen?.length ?? pages} of them chosen; at most ${documentBounds.pages} are read`,
    );
  }
  const read: PdfPage[] = [];
  let characters = 0;
  for (const page of chosen ?? Array.from({ length: pages }, (_, i) => i + 1)) {
    read.push({ page, text: '', ...pdf.readPage(page) });
    characters += read.at(-1)?.text.length ?? 0;
    if (characters > documentBounds.characters) {
      throw new BackendError(
        'document_too_large',
        `${task.name} has more than ${documentBounds.characters} characters up to page ${page}, which are more than is read`,
      );
    }
    send({ type: 'progress', done: read.length, total: chosen?.length ?? pages });
  }
  if (read.every(({ size }) => size === undefined))
    throw new BackendError('corrupt_document', `${task.name} is a damaged PDF file (no page can be read)`);
  const thumbnail = task.thumbnailPixels === undefined ? undefined : drawThumbnail(pdf, read, task.thumbnailPixels);
  return { pageCount: pages, pages: read, ...(thumbnail ? { thumbnail } : {}) };
}

function drawThumbnail(pdf: PdfFile, pages: readonly PdfPage[], pixels: number): DrawnPage | undefined {
  const first = pages.find(({ size }) => size !== undefined);
  return first && pdf.drawPage(first.page, (size) => thumbnailSize(size, pixels));
}

function drawPdf(pdf: PdfFile, task: Extract<DocumentTask, { kind: 'drawPdf' }>): DrawnPage[] {
  return task.pages.map((page, i) => {
    const drawn = pdf.drawPage(page, (size) => task.sizes[i] ?? size);
    if (!drawn)
      throw new BackendError('corrupt_document', `${task.name} is a damaged PDF file (page ${page} cannot be drawn)`);
    send({ type: 'progress', done: i + 1, total: task.pages.length });
    return drawn;
  });
}

/** Pixels are handed over, not copied. */
function send(message: TaskMessage): void {
  const drawn =
    message.type === 'result' && Array.isArray(message.value) ? (message.value as TaskResults['drawPdf']) : [];
  parentPort?.postMessage(
    message,
    drawn.map(({ rgb }) => rgb.buffer as ArrayBuffer),
  );
}
