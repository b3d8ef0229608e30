import path from 'node:path';
import type { DocumentSource, ImageSource } from '../../protocol/ask.js';
import { asBackendError, BackendError } from '../../protocol/errors.js';
import type {
  AttachmentReport,
  AttachmentSource,
  DocumentInspection,
  ImageInspection,
  InspectParams,
  InspectResult,
} from '../../protocol/inspect.js';
import type { DocumentCache } from '../cache/documentCache.js';
import { openDocument, type OpenDocument } from './documents/openDocument.js';
import { formatPageRange } from './documents/pageRange.js';
import { wayToRead } from './pagePlanner.js';
import { documentTokens } from './readingPlan.js';
import { inspectImage } from './pictures/images.js';
import { loadSharp } from './pictures/sharp.js';
import type { Raster } from './pictures/textLayer/recogniser/raster.js';
import type { TokenCounter } from './tokenCounter.js';

const maxAttachments = 256;
const maxThumbnailPixels = 2048;

/**
 * Looks at every attachment. One that cannot be read is a report of its own; the others still are.
 * @param counter null while no model is loaded
 * @param cache where the text of long documents is kept, for the question that follows
 * @returns fewer attachments than were asked for when the signal was aborted
 */
export async function inspectAttachments(
  params: InspectParams,
  counter: TokenCounter | null,
  signal: AbortSignal,
  cache?: DocumentCache,
): Promise<InspectResult> {
  const { attachments, thumbnailPixels } = checked(params);
  const reports: AttachmentReport[] = [];
  for (const attachment of attachments) {
    if (signal.aborted) break;
    const report = await inspectAttachment(attachment, thumbnailPixels, counter, signal, cache);
    if (report) reports.push(report);
  }
  return { attachments: reports };
}

async function inspectAttachment(
  attachment: AttachmentSource,
  thumbnailPixels: number | undefined,
  counter: TokenCounter | null,
  signal: AbortSignal,
  cache: DocumentCache | undefined,
): Promise<AttachmentReport | undefined> {
  try {
    return attachment.kind === 'image'
      ? await imageReport(attachment.source, thumbnailPixels, counter)
      : await documentReport(attachment.source, thumbnailPixels, counter, signal, cache);
  } catch (error) {
    const { source } = attachment;
    return {
      kind: 'failed',
      name: 'path' in source ? path.basename(source.path) : source.name,
      error: asBackendError(error).data,
    };
  }
}

async function imageReport(
  source: ImageSource,
  thumbnailPixels: number | undefined,
  counter: TokenCounter | null,
): Promise<ImageInspection> {
  const { name, format, sizeBytes, width, height, frames, thumbnail } = await inspectImage(source, thumbnailPixels);
  const tokens = (await counter?.countImageTokens?.(width, height)) ?? null;
  return {
    kind: 'image',
    name,
    format,
    sizeBytes,
    width,
    height,
    frames,
    tokens,
    ...(thumbnail ? { thumbnail: thumbnail.toString('base64') } : {}),
  };
}

async function documentReport(
  source: DocumentSource,
  thumbnailPixels: number | undefined,
  counter: TokenCounter | null,
  signal: AbortSignal,
  cache: DocumentCache | undefined,
): Promise<DocumentInspection | undefined> {
  const document = await openDocument(source, {
    signal,
    ...(cache ? { cache } : {}),
    ...(thumbnailPixels === undefined ? {} : { thumbnailPixels }),
  });
  if (!document) return undefined;
  const { name, format, sizeBytes, pageCount, pages, encoding, thumbnail, notes, unit } = document;
  return {
    kind: 'document',
    name,
    format,
    sizeBytes,
    pages: pageCount,
    chosenPages: pageCount === null ? '' : formatPageRange(pages.map(({ page }) => page)),
    pagesWithoutText: formatPageRange(pagesWithoutText(document)),
    characters: pages.reduce((sum, { text }) => sum + text.length, 0),
    unit,
    notes,
    tokens: counter && (await documentTokens(document, counter)),
    ...(encoding === undefined ? {} : { encoding }),
    ...(thumbnail ? { thumbnail: await pngOf(thumbnail) } : {}),
  };
}

/** @returns in base64 */
async function pngOf({ rgb, width, height }: Raster): Promise<string> {
  const sharp = await loadSharp();
  const png = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  return png.toString('base64');
}

/** As they would be read by a model that reads images. */
function pagesWithoutText(document: OpenDocument): number[] {
  const auto: OpenDocument = { ...document, readAs: 'auto' };
  return document.pages.filter((page) => wayToRead(page, auto, true) === 'image').map(({ page }) => page);
}

function checked(params: InspectParams): InspectParams {
  const { attachments, thumbnailPixels }: { attachments: unknown; thumbnailPixels?: unknown } = params;
  if (!Array.isArray(attachments) || attachments.length > maxAttachments) {
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: `at most ${maxAttachments} attachments`,
      received: String(Array.isArray(attachments) ? attachments.length : attachments),
    });
  }
  if (
    thumbnailPixels !== undefined &&
    !(
      Number.isInteger(thumbnailPixels) &&
      Number(thumbnailPixels) >= 1 &&
      Number(thumbnailPixels) <= maxThumbnailPixels
    )
  ) {
    throw new BackendError('invalid_argument', {
      kind: 'expected',
      expected: `a whole number from 1 to ${maxThumbnailPixels}`,
      what: 'the pixels of a thumbnail',
      received: JSON.stringify(thumbnailPixels),
    });
  }
  return params;
}
