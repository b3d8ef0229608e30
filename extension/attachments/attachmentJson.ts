import { documentReadAs, type DocumentReadAs } from '../../backend-native/protocol/ask.js';
import { documentUnits, type DocumentUnit } from '../../backend-native/protocol/documentNotes.js';
import type { Attachment, AttachmentLook, AttachmentOrigin, AttachmentPart } from './attachment.js';

/**
 * Reads an attachment that was saved as JSON, by this version or another.
 * @returns undefined when it is none
 */
export function attachmentFromJson(value: unknown): Attachment | undefined {
  if (!isRecord(value)) return undefined;
  const { id, kind, name, detail, pages, readAs } = value;
  const part = partFromJson(value['part']);
  const origin = originFromJson(value['origin']);
  const look = lookFromJson(value['look']);
  if (!isText(id) || !isText(name) || !isText(detail) || !origin) return undefined;
  if (kind !== 'image' && kind !== 'document' && kind !== 'selection') return undefined;
  return {
    id,
    kind,
    name,
    detail,
    origin,
    ...(isText(pages) && { pages }),
    ...(isReadAs(readAs) && { readAs }),
    ...(part && { part }),
    ...(look && { look }),
  };
}

function partFromJson(value: unknown): AttachmentPart | undefined {
  if (!isRecord(value)) return undefined;
  const { x, y, width, height, wholeWidth, wholeHeight } = value;
  return isCount(x) && isCount(y) && isCount(width) && isCount(height) && isCount(wholeWidth) && isCount(wholeHeight)
    ? { x, y, width, height, wholeWidth, wholeHeight }
    : undefined;
}

function originFromJson(value: unknown): AttachmentOrigin | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, uri, path, sha256, text, firstLine, lastLine } = value;
  if (!isText(uri)) return undefined;
  if (kind === 'file' && isText(path)) return { kind, uri, path };
  if (kind === 'stored' && isText(path) && isText(sha256)) return { kind, uri, path, sha256 };
  if (kind === 'text' && isText(text) && isCount(firstLine) && isCount(lastLine))
    return { kind, uri, text, firstLine, lastLine };
  return undefined;
}

function lookFromJson(value: unknown): AttachmentLook | undefined {
  if (!isRecord(value)) return undefined;
  const { width, height, pages, unit, tokens, hasThumbnail } = value;
  return {
    ...(isCount(width) && { width }),
    ...(isCount(height) && { height }),
    ...(isCount(pages) && { pages }),
    ...(isUnit(unit) && { unit }),
    tokens: isCount(tokens) ? tokens : null,
    hasThumbnail: hasThumbnail === true,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isUnit(value: unknown): value is DocumentUnit {
  return documentUnits.some((one) => one === value);
}

function isReadAs(value: unknown): value is DocumentReadAs {
  return documentReadAs.some((one) => one === value);
}
