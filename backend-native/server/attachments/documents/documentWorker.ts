/** The thread that opens documents which may be hostile: it can be ended at any time, and its memory is bounded. */
import { parentPort, workerData } from 'node:worker_threads';
import { asBackendError, BackendError } from '../../../protocol/errors.js';
import { documentBounds } from './documentBounds.js';
import type { DocumentContent } from './documentContent.js';
import type { DocumentTask, TaskMessage, TaskResults } from './documentTask.js';
import { drawPdf, readPdf } from './pdf/pdfTasks.js';
import { readers } from './readers.js';

void main(workerData as DocumentTask);

async function main(task: DocumentTask): Promise<void> {
  try {
    send({ type: 'result', value: await run(task) });
  } catch (error) {
    send({ type: 'failed', error: asBackendError(tooMuch(task.name, error)).data });
  }
}

function run(task: DocumentTask): Promise<TaskResults[DocumentTask['kind']]> {
  switch (task.kind) {
    case 'readPdf':
      return readPdf(task, progress);
    case 'drawPdf':
      return drawPdf(task, progress);
    case 'read':
      return read(task);
  }
}

async function read({ name, format, bytes }: Extract<DocumentTask, { kind: 'read' }>): Promise<DocumentContent> {
  const reader = await readers[format]();
  const content = await reader(name, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), progress);
  const characters = content.pages.reduce((sum, { text }) => sum + text.length, 0);
  if (characters > documentBounds.characters) {
    throw new BackendError('document_too_large', {
      kind: 'tooManyCharacters',
      file: name,
      characters,
      most: documentBounds.characters,
    });
  }
  return content;
}

/**
 * What JavaScript itself has no room for. Recursion ends at the stack's: elements were inside of each other, deeper
 * than any that a person makes. Texts and lists end at their longest. V8 tells the two apart by its words alone.
 */
function tooMuch(name: string, error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  if (/call stack/i.test(error.message))
    return new BackendError('corrupt_document', { kind: 'nestedTooDeeply', file: name });
  return new BackendError('document_too_large', { kind: 'textTooLong', file: name, why: error.message });
}

function progress(done: number, total: number): void {
  send({ type: 'progress', done, total });
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
