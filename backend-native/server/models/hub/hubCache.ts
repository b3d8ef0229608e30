/** The hub's cache on disk, as its own tools lay it out: models--owner--name/{blobs,refs,snapshots}. */
import fs from 'node:fs';
import path from 'node:path';
import type { HubFile } from '../../../protocol/hub.js';
import { modelCaches, type Surroundings } from '../modelCaches.js';

export class HubCache {
  /** @param folder absolute; need not exist */
  constructor(readonly folder: string) {}

  /** Where llama.cpp and the hub's own tools look first. */
  static of(surroundings: Surroundings): HubCache {
    return new HubCache(modelCaches(surroundings)[0] ?? path.join(surroundings.home, '.cache', 'huggingface', 'hub'));
  }

  repositoryFolder(repository: string): string {
    return path.join(this.folder, `models--${repository.replaceAll('/', '--')}`);
  }

  blob(repository: string, { sha256 }: HubFile): string {
    return path.join(this.repositoryFolder(repository), 'blobs', sha256);
  }

  snapshotFile(repository: string, revision: string, file: string): string {
    return path.join(this.repositoryFolder(repository), 'snapshots', revision, ...file.split('/'));
  }

  /** Whether a file was fetched before: whole, by its size. What fetched it checked the rest. */
  has(repository: string, file: HubFile): boolean {
    return sizeOf(this.blob(repository, file)) === file.bytes;
  }

  /** Gives a blob its name in a snapshot. Where links are not allowed (Windows) it is a second name of the same file. */
  async link(repository: string, revision: string, file: HubFile): Promise<string> {
    const name = this.snapshotFile(repository, revision, file.path);
    const blob = this.blob(repository, file);
    await fs.promises.mkdir(path.dirname(name), { recursive: true });
    if (sizeOf(name) === file.bytes && fs.realpathSync(name) === fs.realpathSync(blob)) return name;
    const temporary = `${name}.${process.pid}.link`;
    await fs.promises.rm(temporary, { force: true });
    try {
      await fs.promises.symlink(path.relative(path.dirname(name), blob), temporary);
    } catch (error) {
      if (!['EPERM', 'EACCES', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await fs.promises.link(blob, temporary);
    }
    await fs.promises.rename(temporary, name);
    return name;
  }

  /** Says which commit the main branch is, as the hub's own tools do, so that they find the snapshot without asking. */
  async pointMainTo(repository: string, revision: string): Promise<void> {
    const file = path.join(this.repositoryFolder(repository), 'refs', 'main');
    await fs.promises.mkdir(path.dirname(file), { recursive: true });
    await fs.promises.writeFile(`${file}.${process.pid}.tmp`, revision);
    await fs.promises.rename(`${file}.${process.pid}.tmp`, file);
  }

  /** The files of the newest snapshot that is here; none when there is none. */
  newestSnapshot(repository: string): { readonly revision: string; readonly files: readonly string[] } | undefined {
    const folder = this.repositoryFolder(repository);
    try {
      const revision = fs.readFileSync(path.join(folder, 'refs', 'main'), 'utf8').trim();
      if (!/^[0-9a-f]{40}$/.test(revision)) return undefined;
      const snapshot = path.join(folder, 'snapshots', revision);
      const names = fs.readdirSync(snapshot, { recursive: true, encoding: 'utf8' });
      const files = names.filter((name) => name.toLowerCase().endsWith('.gguf') && sizeOf(path.join(snapshot, name)));
      return { revision, files: files.map((name) => name.split(path.sep).join('/')) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return undefined;
    }
  }
}

/** Undefined for a file that is not there. */
export function sizeOf(file: string): number | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.size;
}
