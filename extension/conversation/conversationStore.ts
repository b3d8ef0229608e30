import fs from 'node:fs';
import path from 'node:path';
import type { Conversation } from './conversation.js';
import { conversationFromJson, conversationToJson } from './conversationJson.js';

export interface StoredConversations {
  readonly conversations: readonly Conversation[];
  /** Files that could not be read, by the name under which they were kept aside, and why. */
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
}

/** One JSON file per conversation, and one per map of what LOOK-M kept. A file is whole or it is the one before. */
export class ConversationStore {
  private readonly writes = new Map<string, Promise<void>>();
  private writeCount = 0;

  /** @param folder made when it is needed */
  constructor(private readonly folder: string) {}

  /** Reads all of them. A damaged file is renamed, so that it is neither lost nor in the way. */
  async readAll(): Promise<StoredConversations> {
    const conversations: Conversation[] = [];
    const damaged: { file: string; reason: string }[] = [];
    for (const name of await this.files()) {
      const file = path.join(this.folder, name);
      try {
        const conversation = conversationFromJson(await fs.promises.readFile(file, 'utf8'));
        if (`${conversation.id}.json` !== name) throw new TypeError(`Expected the id ${name} but received ${conversation.id}`);
        conversations.push(conversation);
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
        const aside = `${file}.damaged`;
        await fs.promises.rename(file, aside);
        damaged.push({ file: aside, reason: error.message });
      }
    }
    return { conversations, damaged };
  }

  /** Writes what the conversation is once the writes before are done. */
  async write(conversation: Conversation): Promise<void> {
    await this.inOrder(this.fileOf(conversation.id), (file) => this.replace(file, conversationToJson(conversation)));
  }

  async delete(id: string): Promise<void> {
    await this.inOrder(this.fileOf(id), (file) => fs.promises.rm(file, { force: true }));
    await fs.promises.rm(this.mapFolder(id), { recursive: true, force: true });
  }

  /** @param key such as the turn and the number of the answer */
  async writeMap(id: string, key: string, json: string): Promise<void> {
    await fs.promises.mkdir(this.mapFolder(id), { recursive: true });
    await this.inOrder(this.mapFile(id, key), (file) => this.replace(file, json));
  }

  /** @returns undefined when there is none (any more) */
  async readMap(id: string, key: string): Promise<string | undefined> {
    try {
      return await fs.promises.readFile(this.mapFile(id, key), 'utf8');
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.writes.values());
  }

  private async files(): Promise<string[]> {
    try {
      return (await fs.promises.readdir(this.folder)).filter((name) => name.endsWith('.json'));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  /** One change of a file after the other. A failure belongs to the caller of the change that failed. */
  private async inOrder(file: string, change: (file: string) => Promise<void>): Promise<void> {
    const before = this.writes.get(file);
    const done = (before ?? Promise.resolve()).catch(toldToItsCaller).then(() => change(file));
    this.writes.set(file, done);
    try {
      await done;
    } finally {
      if (this.writes.get(file) === done) this.writes.delete(file);
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

  private fileOf(id: string): string {
    return path.join(this.folder, `${safe(id)}.json`);
  }

  private mapFolder(id: string): string {
    return path.join(this.folder, 'maps', safe(id));
  }

  private mapFile(id: string, key: string): string {
    return path.join(this.mapFolder(id), `${safe(key)}.json`);
  }
}

/** Ids come from files and messages too: none may lead out of the folder. */
function safe(name: string): string {
  if (!/^[\w-]{1,80}$/.test(name)) throw new TypeError(`Expected an id of letters, digits and dashes but received ${JSON.stringify(name)}`);
  return name;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function toldToItsCaller(): void {
  return undefined;
}
