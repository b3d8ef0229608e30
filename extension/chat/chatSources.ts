import path from 'node:path';
import * as vscode from 'vscode';
import { attachmentAt } from '../../backend-native/client/attachmentAt.js';
import { BackendError } from '../../backend-native/protocol/errors.js';
import { attachmentKind, headBytes } from '../../backend-native/protocol/formats.js';
import type { AttachmentSource } from '../../backend-native/protocol/inspect.js';

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
