import path from 'node:path';
import type { DocumentSource } from '../../backend-native/protocol/ask.js';
import type { ImageTextReason } from '../../backend-native/protocol/imageText.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';
import type { InputLine } from '../../backend-native/protocol/showInput.js';
import { imageTextNote } from './imageTextNote.js';
import type { Backend } from '../backend/backend.js';
import { sourceOf, type Attachment } from './attachment.js';

/** What is written in a picture, and where. */
export interface ImageText {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Pick<InputLine, 'text' | 'box'>[];
  /** In reading order, columns and tables told apart. */
  readonly text: string;
  /** Why there is no text; empty when there is. */
  readonly note: string;
}

/**
 * @param page of a document
 * @throws BackendError when it cannot be read
 */
export function readImageText(
  backend: Pick<Backend, 'request'>,
  attachment: Attachment,
  page?: number,
): Promise<ImageText> {
  const source = sourceOf(attachment);
  return imageTextOf(backend, page === undefined || source.kind === 'image' ? source : pageOf(source.source, page));
}

export async function imageTextOf(backend: Pick<Backend, 'request'>, attachment: AttachmentSource): Promise<ImageText> {
  const report = await backend.request('lookOnce/showInput', { attachment });
  const [page] = report?.pages ?? [];
  return {
    width: page?.image?.width ?? 0,
    height: page?.image?.height ?? 0,
    lines: (page?.lines ?? []).map(({ text, box }) => ({ text, box })),
    text: page?.text ?? '',
    note: report && page?.noWords ? noWords(path.basename(report.file), page.noWords) : '',
  };
}

function noWords(name: string, reason: ImageTextReason): string {
  return imageTextNote(name, { words: 0, lines: 0, used: false, linesUsed: 0, reason });
}

/** @returns how many words an image holds, and what the loaded model takes for them; null while none is loaded */
export async function wordsOf(
  backend: Pick<Backend, 'request'>,
  attachment: Attachment,
): Promise<{ readonly words: number; readonly tokens: number | null }> {
  const { text } = await readImageText(backend, attachment);
  if (text === '') return { words: 0, tokens: 0 };
  const source = { kind: 'document', source: { name: attachment.name, text } } as const;
  const [report] = (await backend.request('lookOnce/inspect', { attachments: [source] })).attachments;
  const words = text.split(/\s+/).filter((word) => /[^|]/.test(word)).length;
  return { words, tokens: report?.kind === 'document' ? report.tokens : null };
}

function pageOf(source: DocumentSource, page: number): AttachmentSource {
  return {
    kind: 'document',
    source: { ...source, ...('text' in source ? {} : { pages: String(page), readAs: 'images' }) },
  };
}
