import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { concurrently } from './concurrently.js';
import { GitIgnore } from './gitIgnore.js';
import { excludeGlob, imageGlob } from './imageGlob.js';
import type { Screenshot } from './screenshot.js';

/** A folder is told by its address, or is one of the workspace. */
export type SearchedFolder = Pick<vscode.WorkspaceFolder, 'uri' | 'name'>;

/** Enough to keep a disk busy, and few enough not to starve everything else. */
const statsAtOnce = 32;

/**
 * Finds the images of folders. VS Code's own search lists them, without what files.exclude and search.exclude leave
 * out; only images that git does not ignore are looked at.
 * @param onFound called for every image, as they come
 * @param glob finds other files than images where it is given
 */
export async function findScreenshots(
  folders: readonly SearchedFolder[],
  token: vscode.CancellationToken,
  onFound: (screenshot: Screenshot) => void,
  glob = imageGlob(),
): Promise<void> {
  // A workspace folder may lie in another one: each image counts once.
  const seen = new Set<string>();
  await Promise.all(
    folders.map(async (folder) => {
      const exclude = excludeGlob(vscode.workspace.getConfiguration('search', folder.uri).get('exclude'));
      const uris = await vscode.workspace.findFiles(
        new vscode.RelativePattern(folder.uri, glob),
        exclude,
        undefined,
        token,
      );
      const ignored = await gitIgnoreOf(folder.uri);
      await concurrently(
        uris,
        statsAtOnce,
        () => token.isCancellationRequested,
        async (uri) => {
          const relative = path.posix.relative(folder.uri.path, uri.path);
          if (seen.has(uri.toString()) || (await ignored(relative))) return;
          seen.add(uri.toString());
          const stat = await statOf(uri);
          if (stat) onFound({ uri: uri.toString(), folder: folder.name, path: relative, ...stat });
        },
      );
    }),
  );
}

/** Undefined for a file that is gone by now, or that may not be read. */
async function statOf(uri: vscode.Uri): Promise<Pick<Screenshot, 'bytes' | 'modified'> | undefined> {
  try {
    if (uri.scheme === 'file') {
      const { size, mtimeMs } = await fs.promises.stat(uri.fsPath);
      return { bytes: size, modified: mtimeMs };
    }
    const { size, mtime } = await vscode.workspace.fs.stat(uri);
    return { bytes: size, modified: mtime };
  } catch (error) {
    if (error instanceof vscode.FileSystemError || isFileError(error)) return undefined;
    throw error;
  }
}

/**
 * Tells whether git ignores a file of the folder. A folder below the top of its repository obeys the files above it as
 * well, unless it is ignored itself: then its own count, because someone opened it to work in it.
 */
async function gitIgnoreOf(folder: vscode.Uri): Promise<(relative: string) => Promise<boolean>> {
  const own = new GitIgnore((below) => readText(vscode.Uri.joinPath(folder, below, '.gitignore')));
  const top = folder.scheme === 'file' ? await repositoryOf(folder.fsPath) : undefined;
  if (top === undefined || top === folder.fsPath) return (relative) => own.ignores(relative);
  const prefix = path.relative(top, folder.fsPath).split(path.sep).join('/');
  const whole = new GitIgnore((below) => readText(vscode.Uri.joinPath(vscode.Uri.file(top), below, '.gitignore')));
  if (await whole.ignoresFolder(prefix)) return (relative) => own.ignores(relative);
  return (relative) => whole.ignores(`${prefix}/${relative}`);
}

/** The nearest folder, upwards, that holds a .git; undefined when none does. */
async function repositoryOf(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    if (await exists(path.join(at, '.git'))) return at;
    if (path.dirname(at) === at) return undefined;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await fs.promises.access(file);
    return true;
  } catch (error) {
    if (isFileError(error)) return false;
    throw error;
  }
}

async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return uri.scheme === 'file'
      ? await fs.promises.readFile(uri.fsPath, 'utf8')
      : Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8');
  } catch (error) {
    if (error instanceof vscode.FileSystemError || isFileError(error)) return undefined;
    throw error;
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}
