import fs from 'node:fs';
import path from 'node:path';
import { WholeFiles } from '../wholeFiles.js';
import type { Conversation } from './conversation.js';
import { conversationFromJson, conversationToJson } from './conversationJson.js';

export interface StoredConversations {
  readonly conversations: readonly Conversation[];
  /** Files that could not be read, by the name under which they were kept aside, and why. */
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
}

/** One JSON file per conversation, and one per map of what was kept. A file is whole or it is the one before. */
export class ConversationStore {
  private readonly wholeFiles = new WholeFiles();

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
        if (`${conversation.id}.json` !== name)
          throw new TypeError(`Expected the id ${name} but received ${conversation.id}`);
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
    await this.wholeFiles.write(this.fileOf(conversation.id), conversationToJson(conversation));
  }

  async delete(id: string): Promise<void> {
    await this.wholeFiles.delete(this.fileOf(id));
    await fs.promises.rm(this.mapFolder(id), { recursive: true, force: true });
  }

  /** @param key such as the turn and the number of the answer */
  async writeMap(id: string, key: string, json: string): Promise<void> {
    await this.wholeFiles.write(this.mapFile(id, key), json);
  }

  /** @returns undefined when there is none (any more) */
  async readMap(id: string, key: string): Promise<string | undefined> {
    return this.wholeFiles.read(this.mapFile(id, key));
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    await this.wholeFiles.flush();
  }

  private async files(): Promise<string[]> {
    try {
      return (await fs.promises.readdir(this.folder)).filter((name) => name.endsWith('.json'));
    } catch (error) {
      if (isMissing(error)) return [];
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
  if (!/^[\w-]{1,80}$/.test(name))
    throw new TypeError(`Expected an id of letters, digits and dashes but received ${JSON.stringify(name)}`);
  return name;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
