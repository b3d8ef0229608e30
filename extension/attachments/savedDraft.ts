import path from 'node:path';
import { WholeFiles } from '../wholeFiles.js';
import type { Attachment } from './attachment.js';
import { attachmentFromJson } from './attachmentJson.js';

/**
 * The attachments of the draft in a file of the workspace's storage. VS Code's own memento is written some time later,
 * and by a window that is killed never.
 */
export class SavedDraft {
  private readonly files = new WholeFiles();
  private readonly file: string;

  /** @param folder made when it is needed */
  constructor(folder: string) {
    this.file = path.join(folder, 'draft.json');
  }

  /** What was saved last; attachments that this version does not understand are left out. */
  async read(): Promise<readonly Attachment[]> {
    const json = await this.files.read(this.file);
    if (json === undefined) return [];
    const saved: unknown = JSON.parse(json);
    return Array.isArray(saved) ? saved.flatMap((one) => attachmentFromJson(one) ?? []) : [];
  }

  async write(attachments: readonly Attachment[]): Promise<void> {
    await this.files.write(this.file, JSON.stringify(attachments));
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    await this.files.flush();
  }
}
