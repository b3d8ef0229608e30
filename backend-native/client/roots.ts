/** Which files a caller that is not the user may have read: those inside its roots, by their real paths. */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendError } from '../protocol/errors.js';

export class Roots {
  private constructor(private readonly folders: readonly string[]) {}

  /** @param folders paths or file: URIs; those that are not there, or no folders, allow nothing */
  static async of(folders: readonly string[]): Promise<Roots> {
    const real = await Promise.all(folders.map(realFolder));
    return new Roots(real.filter((folder) => folder !== undefined));
  }

  /**
   * @param file absolute, or relative to the first root
   * @returns the real path, links followed
   * @throws BackendError `path_not_allowed` outside of the roots, `file_not_found` for what is not there
   */
  async resolve(file: string): Promise<string> {
    const [first] = this.folders;
    if (first === undefined) throw new BackendError('path_not_allowed', { kind: 'noRoot', file });
    const wanted = path.resolve(first, file.startsWith('file:') ? fromUri(file) : file);
    let real: string;
    try {
      real = await fs.promises.realpath(wanted);
    } catch {
      // Whether a file outside of the roots is there is not told either.
      if (!this.holds(wanted)) throw this.refusal(file);
      throw new BackendError('file_not_found', { kind: 'noFile', file });
    }
    if (!this.holds(real)) throw this.refusal(file);
    return real;
  }

  private holds(file: string): boolean {
    return this.folders.some((folder) => {
      const relative = path.relative(folder, file);
      return relative === '' || !(relative.split(path.sep)[0] === '..' || path.isAbsolute(relative));
    });
  }

  private refusal(file: string): BackendError {
    return new BackendError('path_not_allowed', { kind: 'outsideRoots', file, roots: this.folders });
  }
}

async function realFolder(folder: string): Promise<string | undefined> {
  try {
    const real = await fs.promises.realpath(folder.startsWith('file:') ? fromUri(folder) : folder);
    return (await fs.promises.stat(real)).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** @throws BackendError `path_not_allowed` for a URI that names no file of this machine */
function fromUri(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    throw new BackendError('path_not_allowed', { kind: 'notOfThisMachine', address: uri });
  }
}
