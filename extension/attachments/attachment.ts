import path from 'node:path';
import type { DocumentReadAs, DocumentSource, ImageSource, PicturePart } from '../../backend-native/protocol/ask.js';
import type { DocumentUnit } from '../../backend-native/protocol/documentNotes.js';
import type { BackendErrorData } from '../../backend-native/protocol/errors.js';
import type { AttachmentReport, AttachmentSource } from '../../backend-native/protocol/inspect.js';
import type { AttachmentView } from '../../webview/protocol/state.js';

/** Something that a question is about. Plain data: conversations save it as JSON. */
export interface Attachment {
  readonly id: string;
  readonly kind: 'image' | 'document' | 'selection';
  readonly name: string;
  /** Where it comes from, for people; empty for pasted bytes. */
  readonly detail: string;
  readonly origin: AttachmentOrigin;
  /** Pages of a document such as "1-3,7"; all of them when it is empty or left out. */
  readonly pages?: string;
  readonly readAs?: DocumentReadAs;
  /** Of an image: the part that is asked about; all of it when it is left out. */
  readonly part?: AttachmentPart;
  /** What the backend found when it last looked; missing until it has. */
  readonly look?: AttachmentLook;
}

/** A part of an image, and the size of the whole. */
export interface AttachmentPart extends PicturePart {
  readonly wholeWidth: number;
  readonly wholeHeight: number;
}

export type AttachmentOrigin =
  /** A file on this machine, read again for every question. */
  | { readonly kind: 'file'; readonly uri: string; readonly path: string }
  /** Bytes that AttachmentStore holds: pasted, dropped, unsaved, or from a file system that only VS Code can read. */
  | {
      readonly kind: 'stored';
      readonly sha256: string;
      readonly path: string;
      /** Where the bytes were read; empty for pasted ones. */ readonly uri: string;
    }
  /** The text of a selection, with its lines counted from 1. */
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly uri: string;
      readonly firstLine: number;
      readonly lastLine: number;
    };

export interface AttachmentLook {
  /** Of an image, upright, in pixels. */
  readonly width?: number;
  readonly height?: number;
  /** Of a document that has pages, and what they are called there. */
  readonly pages?: number;
  readonly unit?: DocumentUnit;
  /** What the model that was loaded then takes for it; null when none was. */
  readonly tokens: number | null;
  readonly hasThumbnail: boolean;
  /** That are written in an image; missing until they were read. */
  readonly words?: number;
  /** What the model takes for these words, beside the image itself; missing until they were counted. */
  readonly wordTokens?: number;
}

/** What is known about an attachment of the draft. Those of a turn are ready. */
export type AttachmentState =
  | { readonly name: 'reading' }
  | { readonly name: 'ready' }
  | {
      readonly name: 'failed';
      readonly error: BackendErrorData;
      /** Whether the attachment is to blame, or the backend that looked at it. */ readonly by:
        'attachment' | 'backend';
    };

/** An attachment as the panel shows it. What was known before it failed stays visible. */
export function viewOf(attachment: Attachment, state: AttachmentState = { name: 'ready' }): AttachmentView {
  const { look } = attachment;
  return {
    id: attachment.id,
    kind: attachment.kind,
    name: attachment.name,
    detail: attachment.detail,
    state: state.name,
    ...(state.name === 'failed' && { error: state.error }),
    // An image that was asked about before it was looked at gets its thumbnail when that is wanted.
    hasThumbnail: look?.hasThumbnail ?? (attachment.kind === 'image' && state.name === 'ready'),
    ...(look?.width !== undefined && { width: look.width }),
    ...(look?.height !== undefined && { height: look.height }),
    ...(look?.pages !== undefined && { pages: look.pages }),
    ...(look?.unit !== undefined && { unit: look.unit }),
    ...(attachment.pages !== undefined && { chosenPages: attachment.pages }),
    ...(attachment.readAs !== undefined && { readAs: attachment.readAs }),
    ...(attachment.part !== undefined && { part: attachment.part }),
    ...(look?.words !== undefined && { words: look.words }),
    tokens: state.name === 'ready' ? tokensOf(look) : null,
  };
}

/** An image and its words are both given to the model. */
function tokensOf(look: AttachmentLook | undefined): number | null {
  return look?.tokens === undefined || look.tokens === null ? null : look.tokens + (look.wordTokens ?? 0);
}

/** The images and the documents of a turn as the backend takes them, each in their order. */
export function sourcesOf(attachments: readonly Attachment[]): { images: ImageSource[]; documents: DocumentSource[] } {
  const sources = attachments.map((attachment) => sourceOf(attachment));
  return {
    images: sources.flatMap((source) => (source.kind === 'image' ? [source.source] : [])),
    documents: sources.flatMap((source) => (source.kind === 'document' ? [source.source] : [])),
  };
}

/** One attachment as the backend takes it. */
export function sourceOf(attachment: Attachment): AttachmentSource {
  const { origin } = attachment;
  if (origin.kind === 'text') return { kind: 'document', source: { name: attachment.name, text: origin.text } };
  if (attachment.kind === 'image')
    return { kind: 'image', source: { path: origin.path, ...(attachment.part && { part: partOf(attachment.part) }) } };
  return {
    kind: 'document',
    source: {
      path: origin.path,
      ...(attachment.pages !== undefined && attachment.pages !== '' && { pages: attachment.pages }),
      ...(attachment.readAs !== undefined && { readAs: attachment.readAs }),
    },
  };
}

/** The attachment with what the backend found. A look that failed leaves what was known. */
export function withReport(
  attachment: Attachment,
  report: AttachmentReport,
): { attachment: Attachment; state: AttachmentState } {
  if (report.kind === 'failed') return { attachment, state: { name: 'failed', error: report.error, by: 'attachment' } };
  const look: AttachmentLook = {
    ...(report.kind === 'image' && { width: report.width, height: report.height }),
    ...(report.kind === 'document' && { unit: report.unit }),
    ...(report.kind === 'document' && report.pages !== null && { pages: report.pages }),
    tokens: report.tokens,
    hasThumbnail: report.thumbnail !== undefined,
  };
  return { attachment: { ...attachment, look }, state: { name: 'ready' } };
}

/** Chooses pages and how they are read. What it took before is not what it takes now. */
export function withPages(attachment: Attachment, pages: string, readAs: DocumentReadAs): Attachment {
  const { look } = attachment;
  return { ...attachment, pages, readAs, ...(look && { look: { ...look, tokens: null } }) };
}

function partOf({ x, y, width, height }: AttachmentPart): PicturePart {
  return { x, y, width, height };
}

/**
 * Chooses a part of an image, or all of it again (null). What was found of it before is not what is found now.
 * @returns undefined when it is no image whose size is known, or the part reaches beyond it
 */
export function withPart(attachment: Attachment, part: PicturePart | null): Attachment | undefined {
  const { part: before, look, ...rest } = attachment;
  if (attachment.kind !== 'image') return undefined;
  const whole = before
    ? { width: before.wholeWidth, height: before.wholeHeight }
    : { width: look?.width ?? 0, height: look?.height ?? 0 };
  const kept = look && { hasThumbnail: look.hasThumbnail, tokens: null };
  if (part === null) return { ...rest, ...(kept && { look: { ...kept, ...whole } }) };
  const { x, y, width, height } = part;
  if (x + width > whole.width || y + height > whole.height) return undefined;
  return {
    ...rest,
    part: { x, y, width, height, wholeWidth: whole.width, wholeHeight: whole.height },
    ...(kept && { look: { ...kept, width, height } }),
  };
}

/** The same image, all of it; anything else as it is. */
export function wholeOf(attachment: Attachment): Attachment {
  return withPart(attachment, null) ?? attachment;
}

/** Whether two attachments are the same thing, so that one of them is enough. */
export function isSame(one: Attachment, other: Attachment): boolean {
  const [a, b] = [one.origin, other.origin];
  if (JSON.stringify(one.part) !== JSON.stringify(other.part)) return false;
  if (a.kind === 'text' || b.kind === 'text') {
    return (
      a.kind === 'text' && b.kind === 'text' && a.uri === b.uri && a.text === b.text && a.firstLine === b.firstLine
    );
  }
  if (a.kind === 'stored' || b.kind === 'stored')
    return a.kind === 'stored' && b.kind === 'stored' && a.sha256 === b.sha256 && a.uri === b.uri;
  return path.normalize(a.path) === path.normalize(b.path);
}
