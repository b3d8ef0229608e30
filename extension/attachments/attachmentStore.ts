import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { extensionOf } from '../../backend-native/protocol/formats.js';

/**
 * Keeps copies of bytes that have no file of their own, and thumbnails, in one folder per attachment, so that a conversation
 * is complete after a reload and nothing is left once it is gone.
 */
export class AttachmentStore {
  /** @param folder made when it is needed */
  constructor(private readonly folder: string) {}

  /** Copies the bytes into a file of that name, as far as it makes a file name. */
  async put(id: string, name: string, bytes: Uint8Array): Promise<{ sha256: string; path: string }> {
    const file = path.join(this.folderOf(id), safeFileName(name));
    await fs.promises.mkdir(path.dirname(file), { recursive: true });
    await fs.promises.writeFile(file, bytes);
    return { sha256: sha256Of(bytes), path: file };
  }

  async putThumbnail(id: string, png: Uint8Array): Promise<void> {
    const file = this.thumbnailOf(id);
    await fs.promises.mkdir(path.dirname(file), { recursive: true });
    await fs.promises.writeFile(file, png);
  }

  /** A PNG; undefined when there is none. */
  async thumbnail(id: string): Promise<Buffer | undefined> {
    try {
      return await fs.promises.readFile(this.thumbnailOf(id));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Deletes what is kept of these attachments. */
  async drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) await fs.promises.rm(this.folderOf(id), { recursive: true, force: true });
  }

  private folderOf(id: string): string {
    // Ids come back from saved JSON: only what was made by randomUUID may name a folder to write to, or to delete.
    if (!/^[0-9a-f-]{36}$/.test(id))
      throw new TypeError(`Expected a UUID for the id of an attachment but received ${JSON.stringify(id)}`);
    return path.join(this.folder, id);
  }

  private thumbnailOf(id: string): string {
    // In a folder of its own: the attachment may have any name.
    return path.join(this.folderOf(id), 'thumbnail', 'image.png');
  }
}

export function sha256Of(bytes: Uint8Array): string {
  return crypto.createHash('sha256').update(bytes).digest('hex');
}

/** The name as a file name that every file system takes. */
export function safeFileName(name: string): string {
  // eslint-disable-next-line no-control-regex -- not allowed in names
  const cleaned = (name.split(/[\\/]/).at(-1) ?? '').replace(/[\0-\x1f\x7f<>:"|?*]/g, '_').replace(/[. ]+$/, '');
  const { name: stem, ext } = path.parse(cleaned);
  const short = `${stem.slice(0, 80)}${ext.slice(0, 20)}`;
  return short === '' || /^(?:\.+|con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(short) ? `_${short}` : short;
}

/** A name for pasted bytes that came without one. */
export function nameOfPasted(name: string, mime: string, stem: string): string {
  const trimmed = name.trim();
  return trimmed === '' ? `${stem}.${extensionOf(mime)}` : trimmed;
}
