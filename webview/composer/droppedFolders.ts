/**
 * What can be attached of folders that another program drops. The page gets no path of them, but the browser lets it
 * read what is in them, for as long as the page lives.
 */
import { turnLimits } from '../../backend-native/protocol/ask.js';
import { hasImageExtension, isAttachedWithFolder } from '../../backend-native/protocol/formats.js';

export interface FolderFiles {
  /** Of the folders. */
  readonly name: string;
  /** The newest first, no more than a question takes. */
  readonly pictures: readonly File[];
  readonly documents: readonly File[];
  /** How many there are of both. */
  readonly all: number;
}

/** Files and folders that are looked at; a folder with more was dropped by mistake. */
const mostEntries = 20_000;

/** The folders of a drop; it can be read only while its event is handled. */
export function droppedFolders(items: Iterable<DataTransferItem>): FileSystemDirectoryEntry[] {
  return [...items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry?.isDirectory === true ? [entry as FileSystemDirectoryEntry] : [];
  });
}

/**
 * Pictures and documents at any depth, without hidden folders and installed packages.
 * @throws DOMException when a folder or a file may not be read, or is gone
 */
export async function filesOfFolders(folders: readonly FileSystemDirectoryEntry[]): Promise<FolderFiles> {
  const files: File[] = [];
  const waiting = [...folders];
  let seen = 0;
  for (let folder = waiting.shift(); folder && seen < mostEntries; folder = waiting.shift()) {
    for (const entry of await entriesOf(folder)) {
      seen += 1;
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory) waiting.push(entry as FileSystemDirectoryEntry);
      else if (isAttachedWithFolder(entry.name)) files.push(await fileOf(entry as FileSystemFileEntry));
    }
  }
  const newest = files.sort((a, b) => b.lastModified - a.lastModified);
  const pictures = newest.filter((file) => hasImageExtension(file.name));
  const documents = newest.filter((file) => !hasImageExtension(file.name));
  return {
    name: folders.map(({ name }) => name).join(', '),
    pictures: pictures.slice(0, turnLimits.images),
    documents: documents.slice(0, turnLimits.documents),
    all: files.length,
  };
}

/** The browser gives them in parts, and none when it has given all. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (part.length === 0) return all;
    all.push(...part);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}
