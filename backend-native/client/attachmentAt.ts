import { BackendError } from '../protocol/errors.js';
import { attachmentKind } from '../protocol/formats.js';
import type { AttachmentSource } from '../protocol/inspect.js';
import { readHead } from './readHead.js';

/** What a file on this machine is, by its name and how it begins. @throws BackendError for one that cannot be read */
export async function attachmentAt(file: string): Promise<AttachmentSource> {
  return { kind: attachmentKind(file, await readHead(file)), source: { path: file } };
}

/** @param pages such as "1-3,7"; undefined for all @throws BackendError `page_range_invalid` for pages of a picture */
export function withPages(attachment: AttachmentSource, pages: string | undefined): AttachmentSource {
  if (pages === undefined) return attachment;
  if (attachment.kind === 'image') throw new BackendError('page_range_invalid', { kind: 'pagesOfPicture' });
  return { kind: 'document', source: { ...attachment.source, pages } };
}
