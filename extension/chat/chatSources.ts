import path from 'node:path';
import * as vscode from 'vscode';
import { attachmentAt } from '../../backend-native/client/attachmentAt.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import { attachmentKind, extensionOf, headBytes } from '../../backend-native/protocol/formats.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';

/** A picture that was pasted or attached, which VS Code's public types do not name. */
interface Picture {
  readonly mimeType: string;
  data(): Thenable<Uint8Array>;
  /** Where it lies, when it is a file. */
  readonly reference?: vscode.Uri;
}

/** What a message of the chat refers to that can be looked at; names of other things are left alone. */
export type Referred = vscode.Uri | Picture;

export function referredOf(references: readonly { readonly value: unknown }[]): Referred[] {
  return references.flatMap(({ value }) => {
    if (value instanceof vscode.Uri) return [value];
    if (value instanceof vscode.Location) return [value.uri];
    return isPicture(value) ? [value.reference ?? value] : [];
  });
}

function isPicture(value: unknown): value is Picture {
  const { mimeType, data } = (value ?? {}) as Partial<Picture>;
  return typeof mimeType === 'string' && typeof data === 'function';
}

/** @throws BackendError */
export async function sourceOf(referred: Referred): Promise<AttachmentSource> {
  if (referred instanceof vscode.Uri) return sourceOfUri(referred);
  const name = `pasted.${extensionOf(referred.mimeType)}`;
  return { kind: 'image', source: { name, base64: Buffer.from(await referred.data()).toString('base64') } };
}

/** Of a file that the user attached, on this machine or where the workspace is. @throws BackendError */
export async function sourceOfUri(uri: vscode.Uri): Promise<AttachmentSource> {
  if (uri.scheme === 'file') return attachmentAt(uri.fsPath);
  let bytes: Uint8Array;
  try {
    bytes = await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    throw new BackendError('file_not_found', { kind: 'cannotBeRead', file: uri.toString(true), why: String(error) });
  }
  const name = path.posix.basename(uri.path);
  return {
    kind: attachmentKind(name, bytes.subarray(0, headBytes)),
    source: { name, base64: Buffer.from(bytes).toString('base64') },
  };
}
