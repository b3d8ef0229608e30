import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { BackendError } from '../../backend-native/protocol/errors.js';
import type { DocumentReadAs } from '../../backend-native/protocol/ask.js';
import { messageLimits } from '../../webview/protocol/messages.js';
import type { Attachment, AttachmentOrigin } from './attachment.js';
import { attachmentKind, headBytes } from '../../backend-native/protocol/formats.js';
import { nameOfPasted, type AttachmentStore } from './attachmentStore.js';
import { userError } from '../userError.js';

/** Of a selection; a longer text is attached as the file that it is in. */
const maxSelectionCharacters = 1_000_000;
/** Of what is copied because it has no file on this machine. */
const maxStoredBytes = (messageLimits.base64Characters / 4) * 3;

/** Makes attachments of what the user has: files, bytes, selections. */
export class AttachmentReader {
  /** @param readAs how the pages of new documents are read */
  constructor(
    private readonly store: AttachmentStore,
    private readonly readAs: () => DocumentReadAs,
  ) {}

  /**
   * A file by its address. One on this machine stays where it is; a document with unsaved changes is attached as it is
   * in the editor, and files that only VS Code can read are copied.
   * @throws BackendError when there is no such file, or it is too large to copy
   */
  async fromUri(uri: vscode.Uri): Promise<Attachment> {
    const name = path.posix.basename(uri.path) || uri.toString();
    const place = { name, uri: uri.toString(), detail: detailOf(uri) };
    const unsaved = vscode.workspace.textDocuments.find(
      (document) => (document.isDirty || document.isUntitled) && document.uri.toString() === place.uri,
    );
    if (unsaved)
      return await this.stored(
        { ...place, name: uri.scheme === 'untitled' && path.extname(name) === '' ? `${name}.txt` : name },
        Buffer.from(unsaved.getText()),
      );
    if (uri.scheme === 'file') {
      const origin: AttachmentOrigin = { kind: 'file', uri: place.uri, path: uri.fsPath };
      return this.attachment(place, origin, await headOf(uri.fsPath));
    }
    if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === undefined) {
      throw userError(
        'file_not_found',
        vscode.l10n.t('{0} is not an address of a file', place.detail),
        vscode.l10n.t('Save it as a file on this machine and attach that.'),
      );
    }
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maxStoredBytes) throw tooLarge(name, size);
    return await this.stored(place, await vscode.workspace.fs.readFile(uri));
  }

  /** Pasted bytes, or bytes dropped from outside of VS Code. */
  async fromBytes(name: string, mime: string, bytes: Uint8Array): Promise<Attachment> {
    if (bytes.length > maxStoredBytes) throw tooLarge(name, bytes.length);
    return await this.stored({ name: nameOfPasted(name, mime, vscode.l10n.t('Pasted')), uri: '', detail: '' }, bytes);
  }

  /** @throws BackendError when the selection is empty or too long to be kept with the conversation */
  fromSelection(document: vscode.TextDocument, selection: vscode.Range): Attachment {
    const text = document.getText(selection);
    const name = path.posix.basename(document.uri.path);
    if (text.trim() === '')
      throw userError(
        'file_empty',
        vscode.l10n.t('The selection in {0} holds no text', name),
        vscode.l10n.t('Select some text.'),
      );
    if (text.length > maxSelectionCharacters) {
      throw userError(
        'document_too_large',
        vscode.l10n.t(
          'The selection in {0} has {1} characters; at most {2} are attached',
          name,
          text.length,
          maxSelectionCharacters,
        ),
        vscode.l10n.t('Select less, or ask about the document.'),
      );
    }
    const firstLine = selection.start.line + 1;
    // A selection of whole lines ends at the start of the line after them.
    const lastLine = Math.max(firstLine, selection.end.character === 0 ? selection.end.line : selection.end.line + 1);
    return {
      id: crypto.randomUUID(),
      kind: 'selection',
      name: firstLine === lastLine ? `${name}:${firstLine}` : `${name}:${firstLine}-${lastLine}`,
      detail: detailOf(document.uri),
      origin: { kind: 'text', text, uri: document.uri.toString(), firstLine, lastLine },
    };
  }

  private async stored(place: Place, bytes: Uint8Array): Promise<Attachment> {
    const id = crypto.randomUUID();
    return this.attachment(
      place,
      { kind: 'stored', uri: place.uri, ...(await this.store.put(id, place.name, bytes)) },
      bytes,
      id,
    );
  }

  private attachment(
    { name, detail }: Place,
    origin: AttachmentOrigin,
    head: Uint8Array,
    id: string = crypto.randomUUID(),
  ): Attachment {
    const kind = attachmentKind(name, head);
    return { id, kind, name, detail, origin, ...(kind === 'document' && { readAs: this.readAs() }) };
  }
}

interface Place {
  readonly name: string;
  readonly uri: string;
  readonly detail: string;
}

export async function isFolder(uri: vscode.Uri): Promise<boolean> {
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === undefined) return false;
  return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
}

/** Why an address could not be attached, as the chip shows it. */
export function readError(uri: vscode.Uri, error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const code =
    error instanceof vscode.FileSystemError ? error.code : (error as Partial<NodeJS.ErrnoException> | null)?.code;
  const name = detailOf(uri);
  if (code === 'FileIsADirectory' || code === 'EISDIR')
    return userError('not_a_file', vscode.l10n.t('{0} is a folder', name), vscode.l10n.t('Attach the files in it.'));
  if (code === 'FileNotFound' || code === 'ENOENT')
    return userError(
      'file_not_found',
      vscode.l10n.t('There is no file {0}', name),
      vscode.l10n.t('Check whether it was moved or deleted.'),
    );
  if (code === 'NoPermissions' || code === 'EACCES' || code === 'EPERM') {
    return userError(
      'file_not_found',
      vscode.l10n.t('{0} may not be read', name),
      vscode.l10n.t('Check the permissions of the file.'),
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return userError(
    'file_not_found',
    vscode.l10n.t('{0} cannot be read: {1}', name, reason),
    vscode.l10n.t('Save a copy on this machine and attach that.'),
  );
}

/** What stands in the draft for an address that could not be read, so that its chip can say why. */
export function unreadable(uri: vscode.Uri): Attachment {
  const name = path.posix.basename(uri.path) || uri.toString();
  return {
    id: crypto.randomUUID(),
    kind: attachmentKind(name, new Uint8Array()),
    name,
    detail: detailOf(uri),
    origin: { kind: 'file', uri: uri.toString(), path: uri.fsPath },
  };
}

async function headOf(file: string): Promise<Uint8Array> {
  const handle = await fs.promises.open(file, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function tooLarge(name: string, bytes: number): BackendError {
  const [size, most] = [bytes, maxStoredBytes].map((count) => Math.round(count / 2 ** 20));
  return userError(
    'document_too_large',
    vscode.l10n.t('{0} has {1} MB; at most {2} MB are copied', name, size ?? 0, most ?? 0),
    vscode.l10n.t('Save it as a file on this machine and attach that.'),
  );
}

function detailOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}
