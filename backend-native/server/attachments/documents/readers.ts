/** Who reads which format: the last column of the table in protocol/formats.ts. Runs in the document worker. */
import type { DocumentFormat } from '../../../protocol/formats.js';
import type { DocumentContent } from './documentContent.js';

/**
 * @param name for messages
 * @param onProgress hears of every part, so that a long document is not taken for a hanging one
 * @throws BackendError
 */
export type DocumentReader = (
  name: string,
  bytes: Buffer,
  onProgress: (done: number, total: number) => void,
) => DocumentContent | Promise<DocumentContent>;

/** Loaded when it is needed: most documents need one. PDF has a task of its own, which takes pages and a password. */
export const readers: Readonly<Record<Exclude<DocumentFormat, 'pdf'>, () => Promise<DocumentReader>>> = {
  docx: async () => (await import('./office/docx.js')).readDocx,
  xlsx: async () => (await import('./office/sheets.js')).readSheets,
  pptx: async () => (await import('./office/slides.js')).readSlides,
  odt: async () => (await import('./office/openDocumentFile.js')).readOdt,
  ods: async () => (await import('./office/sheets.js')).readSheets,
  odp: async () => (await import('./office/openDocumentFile.js')).readOdp,
  epub: async () => (await import('./web/epub.js')).readEpub,
  notebook: async () => (await import('./text/notebook.js')).readNotebook,
  html: async () => (await import('./web/html.js')).readHtml,
  email: async () => (await import('./web/email.js')).readEmail,
  csv: async () => (await import('./office/sheets.js')).readCsv,
  markdown: async () => (await import('./text/markdown.js')).readMarkdown,
  text: async () => (await import('./text/plainText.js')).readText,
};
