/**
 * What would be read of attachments, without a model: for `npm run ask -- --show-input`, and for whoever wants the
 * words.
 */
import type { DocumentSource, ImageSource } from '../../protocol/ask.js';
import { documentNoteText } from '../../protocol/documentNotes.js';
import type { ImageTextSetting } from '../../protocol/imageText.js';
import type { AttachmentSource } from '../../protocol/inspect.js';
import { pictureNoteText } from '../../protocol/pictureNotes.js';
import { BackendError } from '../../protocol/errors.js';
import type { InputPage, InputReport, ShowInputParams } from '../../protocol/showInput.js';
import type { DocumentCache } from '../cache/documentCache.js';
import { openDocument, type OpenDocument } from './documents/openDocument.js';
import { pageImageSize } from './documents/pageSize.js';
import { picturesIn, withPictures } from './documents/pictureMarks.js';
import { runDocumentTask } from './documents/runDocumentTask.js';
import { inspectImage, readImage } from './pictures/images.js';
import { imageTextNote } from './pictures/textLayer/imageTextNote.js';
import type { TextLayerReader } from './pictures/textLayer/readTextLayer.js';
import type { Raster } from './pictures/textLayer/recogniser/raster.js';
import { textOf, type TextLayer } from './pictures/textLayer/textLayer.js';
import { wayToRead } from './pagePlanner.js';
import { pictureWords } from './promptText.js';

export interface ShowInputOptions {
  readonly imageText: ImageTextSetting;
  readonly reader: TextLayerReader;
  /** Where the text of long documents is kept. */
  readonly documents?: DocumentCache;
  readonly signal: AbortSignal;
}

/** @returns undefined when the signal was aborted */
export function showInput(attachment: AttachmentSource, options: ShowInputOptions): Promise<InputReport | undefined> {
  return attachment.kind === 'image' ? showImage(attachment.source, options) : showDocument(attachment.source, options);
}

/** The attachment that a request names, as far as it has to be checked before its reader does. */
export function attachmentFrom(params: ShowInputParams): AttachmentSource {
  const given: unknown = (params as Partial<ShowInputParams> | undefined)?.attachment;
  const { kind, source } = (given ?? {}) as Partial<Record<keyof AttachmentSource, unknown>>;
  if ((kind === 'image' || kind === 'document') && typeof source === 'object' && source !== null)
    return given as AttachmentSource;
  throw new BackendError('invalid_argument', {
    kind: 'expected',
    expected: 'an image or a document',
    received: String(kind),
  });
}

async function showImage(source: ImageSource, options: ShowInputOptions): Promise<InputReport | undefined> {
  const { name, format, width, height } = await inspectImage(source);
  const picture = await readImage(source);
  const notes = [`${width} x ${height} pixels.`, ...(picture.notes ?? []).map(pictureNoteText)];
  const page = await showPicture(1, picture, options);
  return (
    page && {
      file: 'path' in source ? source.path : name,
      format,
      notes: [...notes, ...page.notes],
      pages: [page.page],
    }
  );
}

async function showDocument(source: DocumentSource, options: ShowInputOptions): Promise<InputReport | undefined> {
  const document = await openDocument(source, {
    signal: options.signal,
    ...(options.documents === undefined ? {} : { cache: options.documents }),
  });
  if (!document) return undefined;
  const notes: string[] = document.notes.map((note) => documentNoteText(note, document.unit));
  const pages: InputPage[] = [];
  for (const page of document.pages) {
    const way = wayToRead(page, document, true);
    const number = Math.max(1, page.page);
    if (way === 'text') {
      const shown = await withPictureWords(document, page.text, options);
      if (!shown) return undefined;
      notes.push(...shown.notes);
      pages.push({ page: number, ...(page.title === undefined ? {} : { title: page.title }), text: shown.text });
    } else if (way === 'image') {
      const picture = await drawPage(
        document,
        page.page,
        pageImageSize(page.size ?? { width: 1, height: 1 }, undefined),
        options,
      );
      const shown = picture && (await showPicture(number, picture, options));
      if (!shown) return undefined;
      notes.push(...shown.notes.map((note) => `Page ${number}: ${note}`));
      // The few words of a scan are in the picture too, when that could be read.
      const text = shown.page.text === '' && page.drawBecause === 'scanned' ? page.text : shown.page.text;
      pages.push({ ...shown.page, text });
    } else {
      notes.push(`Page ${number} ${way === 'damaged' ? 'is damaged' : 'holds no text'} and is left out.`);
    }
  }
  return { file: 'path' in source ? source.path : source.name, format: document.format, notes, pages };
}

/** A text with what is on its pictures, each where it comes first. @returns undefined when the signal was aborted */
async function withPictureWords(
  document: OpenDocument,
  text: string,
  options: ShowInputOptions,
): Promise<{ readonly text: string; readonly notes: readonly string[] } | undefined> {
  const words = new Map<number, string>();
  const notes: string[] = [];
  for (const index of picturesIn(text)) {
    const picture = document.pictures[index];
    if (!picture || words.has(picture.sameAs)) continue;
    const name = `picture ${picture.sameAs + 1}`;
    words.set(picture.sameAs, pictureWords(picture, picture.size ? name : undefined));
    if (!picture.size || picture.isDecoration) continue;
    const decoded = await readImage({ name: picture.name, base64: Buffer.from(picture.bytes).toString('base64') });
    const shown = await showPicture(1, decoded, options);
    if (!shown) return undefined;
    notes.push(...shown.notes.map((note) => `${name}: ${note}`));
    if (shown.page.text !== '') words.set(picture.sameAs, `${words.get(picture.sameAs) ?? ''}\n${shown.page.text}\n`);
  }
  const shown = withPictures(text, (index) => words.get(document.pictures[index]?.sameAs ?? -1) ?? '');
  return { text: shown, notes };
}

async function drawPage(
  { name, bytes, password }: OpenDocument,
  page: number,
  size: { readonly width: number; readonly height: number },
  { signal }: ShowInputOptions,
): Promise<Raster | undefined> {
  const locked = password === undefined ? {} : { password };
  const drawn = await runDocumentTask(
    { kind: 'drawPdf', name, bytes, ...locked, pages: [page], sizes: [size] },
    { signal },
  );
  return drawn?.[0];
}

async function showPicture(
  page: number,
  picture: Raster,
  { imageText, reader, signal }: ShowInputOptions,
): Promise<{ readonly page: InputPage; readonly notes: readonly string[] } | undefined> {
  const image = { width: picture.width, height: picture.height };
  if (imageText === 'off') return { page: { page, text: '', image }, notes: [] };
  const outcome = await reader.read(picture, { signal });
  if (outcome.status === 'cancelled') return undefined;
  if (outcome.status === 'none')
    return {
      page: { page, text: '', image, noWords: outcome.reason },
      notes: [imageTextNote(outcome.reason, outcome.detail)],
    };
  return { page: { page, image, ...wordsOf(outcome.layer) }, notes: [] };
}

function wordsOf(layer: TextLayer): Pick<InputPage, 'text' | 'marked' | 'lines'> & { text: string } {
  return {
    text: textOf(layer, { marks: false }),
    marked: textOf(layer, { marks: true }),
    lines: layer.lines.map(({ text, box, confidence }) => ({
      text,
      box,
      confidence: Math.round(confidence * 1000) / 1000,
    })),
  };
}
