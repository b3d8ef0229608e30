/** Reads what is dropped or pasted. VS Code gives addresses of its files; other programs give bytes. */
import { messageLimits } from '../protocol/messages.js';

export interface Transfer {
  /** Addresses of files, for the extension to read. */
  readonly uris: readonly string[];
  readonly files: readonly File[];
  /** Addresses on the network, which are never fetched. */
  readonly refused: readonly string[];
}

/** @param data of a drop or a paste; it can be read only while its event is handled */
export function readTransfer(data: Pick<DataTransfer, 'getData' | 'files'>): Transfer {
  const files = [...data.files];
  const fromCode = [
    ...uriList(data.getData('application/vnd.code.uri-list')),
    ...jsonList(data.getData('resourceurls')),
  ];
  // A file from the desktop may come with an address, too; its bytes are what was meant.
  const listed = fromCode.length > 0 ? fromCode : files.length > 0 ? [] : uriList(data.getData('text/uri-list'));
  const unique = [...new Set(listed)];
  const uris = unique.filter((uri) => !isRemote(uri)).slice(0, messageLimits.uris);
  return { uris, files: fromCode.length > 0 ? [] : files, refused: unique.filter(isRemote) };
}

/** Whether its base64 fits into a message. */
export function isSmallEnough(file: Pick<File, 'size'>): boolean {
  return Math.ceil(file.size / 3) * 4 <= messageLimits.base64Characters;
}

/** @returns the bytes of a file as base64 */
export function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve(url.slice(url.indexOf(',') + 1));
    };
    reader.onerror = () => {
      reject(reader.error ?? new Error('The file could not be read.'));
    };
    reader.readAsDataURL(file);
  });
}

function uriList(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function jsonList(text: string): string[] {
  if (!text.startsWith('[')) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
  } catch {
    // Another program's data under the same name is no list of ours.
    return [];
  }
}

function isRemote(uri: string): boolean {
  return /^(?:https?|ftp|data|blob|javascript|command|vscode):/i.test(uri);
}
