/** Reads what is dropped or pasted. VS Code gives addresses of its files; other programs give bytes. */
import { messageLimits } from '../protocol/messages.js';
import { droppedFolders } from './droppedFolders.js';

/** What of a DataTransfer is looked at. */
export interface DroppedData {
  getData(type: string): string;
  readonly files: Iterable<File>;
  readonly items: Iterable<DataTransferItem>;
}

export interface Transfer {
  /** Addresses of files, for the extension to read. */
  readonly uris: readonly string[];
  readonly files: readonly File[];
  /** From another program, which are read with the user's leave. */
  readonly folders: readonly FileSystemDirectoryEntry[];
  /** Addresses on the network, which are never fetched. */
  readonly refused: readonly string[];
}

/** @param data of a drop or a paste; it can be read only while its event is handled */
export function readTransfer(data: DroppedData): Transfer {
  const folders = droppedFolders(data.items);
  // A folder is among the files too, as one that cannot be read.
  const files = folders.length > 0 ? filesOnly(data.items) : [...data.files];
  const fromCode = [
    ...uriList(data.getData('application/vnd.code.uri-list')),
    ...jsonList(data.getData('resourceurls')),
  ];
  // A file from the desktop may come with an address, too; its bytes are what was meant.
  const listed =
    fromCode.length > 0 ? fromCode : files.length + folders.length > 0 ? [] : uriList(data.getData('text/uri-list'));
  const unique = [...new Set(listed)];
  const uris = unique.filter((uri) => !isRemote(uri)).slice(0, messageLimits.uris);
  const mine = fromCode.length > 0 ? { files: [], folders: [] } : { files, folders };
  return { uris, ...mine, refused: unique.filter(isRemote) };
}

function filesOnly(items: Iterable<DataTransferItem>): File[] {
  return [...items].flatMap((item) => {
    const isFile = item.kind === 'file' && item.webkitGetAsEntry()?.isDirectory !== true;
    const file = isFile ? item.getAsFile() : null;
    return file ? [file] : [];
  });
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
