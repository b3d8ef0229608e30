import path from 'node:path';

/**
 * A path as a user writes it, made absolute: ~ is the home folder, and anything relative begins in `folder` if there is
 * one.
 */
export function absolutePath(given: string, home: string, folder: string | undefined): string {
  if (given === '~' || given.startsWith('~/') || given.startsWith('~\\')) return path.join(home, given.slice(1));
  if (path.isAbsolute(given) || folder === undefined) return given;
  return path.join(folder, given.replace(/^\$\{workspaceFolder\}[\\/]?/, ''));
}
