import fs from 'node:fs';
import path from 'node:path';

/** Files that are whole, or what they were before, however the window ends; one change of a file follows the other. */
export class WholeFiles {
  private readonly changes = new Map<string, Promise<void>>();
  private writeCount = 0;

  /** Makes the folder when it is needed. A failure belongs to the caller of the change that failed. */
  async write(file: string, content: string): Promise<void> {
    await this.inOrder(file, () => this.replace(file, content));
  }

  /** Writes what follows from what the file holds then, which another window may have written. */
  async update(file: string, next: (before: string | undefined) => string): Promise<void> {
    await this.inOrder(file, async () => this.replace(file, next(await this.read(file))));
  }

  /** Deletes the file, if it is there. */
  async delete(file: string): Promise<void> {
    await this.inOrder(file, () => fs.promises.rm(file, { force: true }));
  }

  /** @returns undefined when there is none (any more) */
  async read(file: string): Promise<string | undefined> {
    try {
      return await fs.promises.readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.changes.values());
  }

  private async inOrder(file: string, change: () => Promise<void>): Promise<void> {
    const before = this.changes.get(file);
    const done = (before ?? Promise.resolve()).catch(toldToItsCaller).then(change);
    this.changes.set(file, done);
    try {
      await done;
    } finally {
      if (this.changes.get(file) === done) this.changes.delete(file);
    }
  }

  private async replace(file: string, content: string): Promise<void> {
    await fs.promises.mkdir(path.dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}-${this.writeCount++}.tmp`;
    try {
      const handle = await fs.promises.open(temporary, 'w');
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await fs.promises.rename(temporary, file);
    } catch (error) {
      await fs.promises.rm(temporary, { force: true });
      throw error;
    }
  }
}

function toldToItsCaller(): void {
  return undefined;
}
