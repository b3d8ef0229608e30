/** What would be read of attachments, without a model: for `npm run ask -- --show-input`, and for whoever wants the words. */
import type { DocumentSource, ImageSource } from '../../protocol/ask.js';
import type { ImageTextSetting } from '../../protocol/imageText.js';
import type { AttachmentSource } from '../../protocol/inspect.js';
import { BackendError } from '../../protocol/errors.js';
import type { InputPage, InputReport, ShowInputParams } from '../../protocol/showInput.js';
import { openDocument, type OpenDocument } from './documents/openDocument.js';
import { pageImageSize } from './documents/pageSize.js';
import { runDocumentTask } from './documents/runDocumentTask.js';
import { inspectImage, readImage } from './pictures/images.js';
import { imageTextNote } from './pictures/textLayer/imageTextNote.js';
import type { TextLayerReader } from './pictures/textLayer/readTextLayer.js';
import type { Raster } from './pictures/textLayer/recogniser/raster.js';
import { textOf, type TextLayer } from './pictures/textLayer/textLayer.js';
import { wayToRead } from './readingPlan.js';

export interface ShowInputOptions {
  readonly imageText: ImageTextSetting;
  readonly reader: TextLayerReader;
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
  throw new BackendError('invalid_argument', `Expected an image or a document but received ${String(kind)}`);
}

async function showImage(source: ImageSource, options: ShowInputOptions): Promise<InputReport | undefined> {
  const { name, format, width, height, frames } = await inspectImage(source);
  const notes = [
    `${width} x ${height} pixels.`,
    ...(frames > 1 ? [`It has ${frames} frames or pages, of which the first is read.`] : []),
  ];
  const page = await showPicture(1, await readImage(source), options);
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
  const document = await openDocument(source, { signal: options.signal });
  if (!document) return undefined;
  const notes: string[] = [...document.notes];
  const pages: InputPage[] = [];
  for (const page of document.pages) {
    const way = wayToRead(page, document, true);
    const number = Math.max(1, page.page);
    if (way === 'text') {
      pages.push({ page: number, text: page.text });
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
      pages.push(shown.page);
    } else {
      notes.push(`Page ${number} ${way === 'damaged' ? 'is damaged' : 'holds no text'} and is left out.`);
    }
  }
  return { file: 'path' in source ? source.path : source.name, format: document.format, notes, pages };
}

async function drawPage(
  { name, bytes }: OpenDocument,
  page: number,
  size: { readonly width: number; readonly height: number },
  { signal }: ShowInputOptions,
): Promise<Raster | undefined> {
  const drawn = await runDocumentTask({ kind: 'drawPdf', name, bytes, pages: [page], sizes: [size] }, { signal });
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
    return { page: { page, text: '', image }, notes: [imageTextNote(outcome.reason, outcome.detail)] };
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
